package lab_test

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
)

// TestChosen: what leaves a part of its key to the kernel is made, is found again, and goes.
// Rules with the same parts as those of the kernel are others.
func TestChosen(t *testing.T) {
	ns := labtest.Machine(t)
	build := func(tables ...uint32) *lab.Lab {
		l, err := lab.New("chosen", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		a := labtest.Node(t, l, "a")
		for _, table := range tables {
			labtest.Declare(t, a, object.Add, rule.Type.Ref(&rule.Rule{Src: prefix("10.0.0.0/8"), Table: opt.Of(rt.Table(table))}))
			labtest.Declare(t, a, object.Add, rule.Type.Ref(&rule.Rule{Table: opt.Of(rt.Table(table))}))
			labtest.Declare(t, a, object.Add, rule.Type.Ref(&rule.Rule{Table: opt.Of(rt.Table(table)), Family: opt.Of[uint8](10)}))
		}
		return l
	}
	rules := func() int { return strings.Count(ns.Sh(t, "ip -n chosen.a rule; ip -6 -n chosen.a rule"), "\n") }
	labtest.Apply(t, build())
	none := rules()
	for _, tables := range [][]uint32{{7, 254}, {7, 254}, {7}, {7, 254}, {}} {
		labtest.Apply(t, build(tables...))
		if got := rules() - none; got != 3*len(tables) {
			t.Errorf("of %d rules there are %d:\n%s", 3*len(tables), got, ns.Sh(t, "ip -n chosen.a rule; ip -6 -n chosen.a rule"))
		}
		if n := labtest.Apply(t, build(tables...)); n != 0 {
			t.Errorf("with tables %v the second apply took %d steps", tables, n)
		}
	}
}
