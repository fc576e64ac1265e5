package all_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// allOfThem are enough messages to enter every decoder.
const allOfThem = 200000

// mutations is how many damaged messages TestMutations makes, over all
// families; NETLARK_MUTATIONS says otherwise. Races are looked for with fewer.
func mutations(t *testing.T) int {
	n := allOfThem
	if s := os.Getenv("NETLARK_MUTATIONS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal("NETLARK_MUTATIONS: ", err)
		}
	}
	if raceEnabled {
		n /= 20
	}
	return n
}

// TestMutations decodes damaged messages: no panic, and an error says where.
// What is never decoded is not tested, so that each field has to be seen.
func TestMutations(t *testing.T) {
	whole, damaged := map[*attr.Field]bool{}, map[*attr.Field]bool{}
	list := captures(t)
	m := &mutator{Rand: rand.New(rand.NewPCG(1, 2))}
	perFamily := map[string][][]byte{}
	for _, c := range list {
		for _, msg := range c.list {
			m.add(msg.Body()[headSize(c.family.Table()):])
			perFamily[c.family.Name()] = append(perFamily[c.family.Name()], msg.Body())
			decodeTwice(t, c.family.Table(), msg.Body(), whole)
		}
	}
	total := mutations(t)
	n := total / len(perFamily)
	for _, f := range all.Families() {
		bodies, table := perFamily[f.Name()], f.Table()
		if len(bodies) == 0 {
			continue // checkCoverage tells
		}
		bodies = append(bodies, generated(t, table)...)
		size := headSize(table)
		for range n {
			decodeTwice(t, table, m.mutate(bodies[m.IntN(len(bodies))], size), damaged)
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	if total < allOfThem {
		damaged = nil
	}
	checkCoverage(t, whole, damaged)
}

// generated are messages that have nearly every attribute, also those that no
// capture has.
func generated(t *testing.T, table *attr.Table) (bodies [][]byte) {
	for _, family := range families {
		g := newGenerator(uint64(family), family)
		for range 30 {
			p := table.New()
			g.fill(table, p)
			bodies = append(bodies, encode(t, g, table, p))
		}
	}
	return bodies
}

// decodeTwice decodes a message with and without the short ways that a trace
// turns off: both have to agree. What was decoded is then used.
func decodeTwice(t *testing.T, table *attr.Table, body []byte, entered map[*attr.Field]bool) {
	t.Helper()
	defer func() {
		if x := recover(); x != nil {
			t.Logf("%s: %x", table.Name, body)
			panic(x)
		}
	}()
	p, q := table.New(), table.New()
	err := table.Decode(&attr.Dec{Trace: func(f *attr.Field) { entered[f] = true }}, p, body)
	short := table.Decode(&attr.Dec{}, q, body)
	if err != nil || short != nil {
		var path *attr.PathError
		if !errors.As(err, &path) || path.Path == "" {
			t.Errorf("%s: %v names no path: %x", table.Name, err, body)
		}
		if short == nil || err == nil || short.Error() != err.Error() {
			t.Errorf("%s: %v, without a trace %v: %x", table.Name, err, short, body)
		}
		return
	}
	carried(table, p, entered)
	if !table.Equal(p, q) || show(attr.ObjectValue(table, p)) != show(attr.ObjectValue(table, q)) {
		t.Errorf("%s: %s, without a trace %s: %x", table.Name, show(attr.ObjectValue(table, p)), show(attr.ObjectValue(table, q)), body)
	}
	var w wire.Writer
	_ = table.Encode(&attr.Enc{W: &w}, table.Clone(p)) // a kind without a definition cannot be sent
	table.Diff(p, q, func(f *attr.Field) { t.Errorf("%s: %s differs from itself: %x", table.Name, f.Name, body) })
}

// carried notes the attributes that hooks have made of others. They have no
// decoder that could be entered.
func carried(table *attr.Table, p attr.Ptr, entered map[*attr.Field]bool) {
	for i := range table.Fields() {
		f := &table.Fields()[i]
		if f.IsApart() && table.IsSet(p, i) {
			entered[f] = true
		}
		if shape := f.Shape(); shape != attr.Object && shape != attr.Many {
			continue
		}
		v := table.Get(p, i)
		for _, e := range append(v.L, v) {
			if e.Shape == attr.Object {
				carried(e.T, e.P, entered)
			}
		}
	}
}

// checkCoverage requires that captures hold every attribute that the kernel
// reports, save those in unreported, and that the decoders of those were
// entered by damaged ones, if there were enough of them.
func checkCoverage(t *testing.T, whole, damaged map[*attr.Field]bool) {
	t.Helper()
	excused := map[string]bool{}
	for _, family := range all.Families() {
		if !onWire(family.Table()) {
			continue
		}
		var missing, idle []string
		reported := 0
		family.Table().Walk(func(table *attr.Table) {
			for i := range table.Fields() {
				f := &table.Fields()[i]
				name := table.Name + "." + f.Name
				switch {
				case f.Access&attr.Report == 0 || f.Type() == "unknown attributes":
				case whole[f]:
					reported++
				case excuse(unreported, name, excused) == "" && excuse(unreported, family.Name()+": "+name, excused) == "":
					missing = append(missing, name)
				case excuse(unreported, name, excused) == noCard:
				case damaged != nil && !damaged[f]:
					idle = append(idle, name)
				}
			}
		})
		t.Logf("%s: %d attributes are in captures", family.Name(), reported)
		switch {
		case reported == 0:
			t.Errorf("%s has no captures: add a scenario to tests/capture", family.Name())
		case len(missing)+len(idle) > 0:
			t.Errorf("%s: in no capture: %v; never decoded: %v", family.Name(), missing, idle)
		}
	}
	for name := range unreported {
		if !excused[name] {
			t.Errorf("%s is excused and need not be", name)
		}
	}
}

// FuzzDecode decodes anything as a message of the family with a number.
func FuzzDecode(f *testing.F) {
	families := all.Families()
	number := map[string]uint8{}
	for i, family := range families {
		number[family.Name()] = uint8(i)
	}
	for _, c := range captures(f) {
		for _, m := range c.list {
			f.Add(number[c.family.Name()], m.Body())
		}
	}
	f.Fuzz(func(t *testing.T, family uint8, data []byte) {
		table := families[int(family)%len(families)].Table()
		if onWire(table) {
			decodeTwice(t, table, data, map[*attr.Field]bool{})
		}
	})
}
