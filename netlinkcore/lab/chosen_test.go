package lab_test

import (
	"errors"
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

// TestOneRule: a rule without a priority, and another that is the same but for it, are one
// to whoever looks for them. Those that select by something else are others.
func TestOneRule(t *testing.T) {
	plain := func(change func(v *rule.Rule)) *rule.Rule {
		v := &rule.Rule{Src: prefix("10.0.0.0/8"), Table: opt.Of(rt.Table(7))}
		change(v)
		return v
	}
	first := func(p opt.Value[uint32]) *rule.Rule { return plain(func(v *rule.Rule) { v.Priority = p }) }
	for what, test := range map[string]struct {
		a, b *rule.Rule
		same bool
	}{
		"both without":         {first(opt.Value[uint32]{}), first(opt.Value[uint32]{}), true},
		"the first without":    {first(opt.Value[uint32]{}), first(opt.Of[uint32](1000)), true},
		"the second without":   {first(opt.Of[uint32](32765)), first(opt.Value[uint32]{}), true},
		"both with":            {first(opt.Of[uint32](1000)), first(opt.Of[uint32](1001)), false},
		"another table":        {first(opt.Of[uint32](1000)), plain(func(v *rule.Rule) { v.Table.Set(8) }), false},
		"selects by more":      {first(opt.Value[uint32]{}), plain(func(v *rule.Rule) { v.Priority, v.TOS = opt.Of[uint32](5), opt.Of[uint8](4) }), false},
		"selects by less":      {plain(func(v *rule.Rule) { v.TOS.Set(4) }), first(opt.Of[uint32](5)), false},
		"another family":       {plain(func(v *rule.Rule) { v.Src = prefix("fd00::/8") }), first(opt.Of[uint32](5)), false},
		"another protocol":     {plain(func(v *rule.Rule) { v.Protocol.Set(99) }), first(opt.Of[uint32](5)), false},
		"what goes without it": {plain(func(v *rule.Rule) { v.Protocol.Set(rt.ProtoBoot) }), first(opt.Of[uint32](5)), true},
	} {
		l, err := lab.New("one", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		a := labtest.Node(t, l, "a")
		labtest.Declare(t, a, object.Add, rule.Type.Ref(test.a))
		err = a.Declare(object.Add, rule.Type.Ref(test.b), nil)
		if _, same := errors.AsType[*lab.DeclaredError](err); same != test.same {
			t.Errorf("%s: %v", what, err)
		}
		labtest.Declare(t, labtest.Node(t, l, "b"), object.Add, rule.Type.Ref(test.b))
	}
}
