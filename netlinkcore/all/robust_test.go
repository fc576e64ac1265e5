package all_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// allOfThem are enough messages to enter every decoder: of each table so many
// that there are 200,000 in all.
func allOfThem() int { return 200000 / len(messages()) }

// mutations is how many damaged messages of each table TestMutations makes;
// NETLARK_MUTATIONS says otherwise. Races are looked for with fewer.
func mutations(t *testing.T) int {
	n := allOfThem()
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
	perTable := map[*attr.Table][][]byte{}
	for _, c := range list {
		for _, msg := range c.list {
			m.add(msg.Body()[min(headSize(c.table), len(msg.Body())):])
			perTable[c.table] = append(perTable[c.table], msg.Body())
			decodeTwice(t, c.table, msg.Body(), whole)
		}
	}
	n := mutations(t)
	for _, table := range messages() {
		if !onWire(table) {
			continue
		}
		bodies := append(perTable[table], generated(t, table)...)
		size := headSize(table)
		next, passing := attr.Dec{}, attr.Dec{Passing: true}
		row, one := table.New(), table.New()
		for range n {
			body := m.mutate(bodies[m.IntN(len(bodies))], size)
			decodeTwice(t, table, body, damaged)
			decodeNext(t, table, &next, row, body)
			decodeNext(t, table, &passing, one, body)
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	if n < allOfThem() {
		damaged = nil
	}
	checkCoverage(t, whole, damaged)
}

// generated are messages that have nearly every attribute, also those that no
// capture has.
func generated(t *testing.T, table *attr.Table) (bodies [][]byte) {
	for _, family := range families {
		g := newGenerator(uint64(family), family)
		for range 60 {
			p := table.New()
			g.Fill(table, p)
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
	for _, whole := range []bool{false, true} {
		for _, d := range table.Difference(p, q, whole).Deltas {
			t.Errorf("%s: %s differs from itself: %x", table.Name, d, body)
		}
	}
}

// decodeNext decodes a message as one of a list, which is to make no difference.
func decodeNext(t *testing.T, table *attr.Table, next *attr.Dec, got attr.Ptr, body []byte) {
	t.Helper()
	want := table.New()
	wantErr := table.Decode(&attr.Dec{}, want, body)
	next.Family = 0 // the reader's, for each message
	err := table.DecodeNext(next, got, body)
	if (err == nil) != (wantErr == nil) {
		t.Errorf("%s: in a list %v, alone %v: %x", table.Name, err, wantErr, body)
	}
	if err == nil && !table.Equal(got, want) {
		t.Errorf("%s: in a list %s, alone %s: %x", table.Name, show(attr.ObjectValue(table, got)), show(attr.ObjectValue(table, want)), body)
	}
}

// carried notes the attributes that hooks have made of others. They have no
// decoder that could be entered.
func carried(table *attr.Table, p attr.Ptr, entered map[*attr.Field]bool) {
	for i := range table.Fields() {
		f := &table.Fields()[i]
		if f.IsApart() && table.IsSet(p, i) {
			entered[f] = true
			if sub := f.Sub(); sub != nil && sub.IsScalar() {
				entered[&sub.Fields()[0]] = true
			}
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
	for _, family := range received() {
		if !onWire(family) {
			continue
		}
		var missing, idle []string
		reported := 0
		family.Walk(func(table *attr.Table) {
			for i := range table.Fields() {
				f := &table.Fields()[i]
				name := table.Name + "." + f.Name
				switch {
				case f.Access&attr.Report == 0 || f.Type() == "unknown attributes":
				case whole[f]:
					reported++
				case excuse(unreported, name, excused) == "" && excuse(unreported, family.Name+": "+name, excused) == "":
					missing = append(missing, name)
				case excuse(unreported, name, excused) == noCard, excuse(unreported, name, excused) == noKind:
				case damaged != nil && !damaged[f]:
					idle = append(idle, name)
				}
			}
		})
		t.Logf("%s: %d attributes are in captures", family.Name, reported)
		switch {
		case reported == 0:
			t.Errorf("%s has no captures: add a scenario to tests/capture", family.Name)
		case len(missing)+len(idle) > 0:
			t.Errorf("%s: in no capture: %v; never decoded: %v", family.Name, missing, idle)
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
	tables := messages()
	number := map[*attr.Table]uint8{}
	for i, table := range tables {
		number[table] = uint8(i)
	}
	for _, c := range captures(f) {
		for _, m := range c.list {
			f.Add(number[c.table], m.Body())
		}
	}
	f.Fuzz(func(t *testing.T, family uint8, data []byte) {
		table := tables[int(family)%len(tables)]
		if onWire(table) {
			decodeTwice(t, table, data, map[*attr.Field]bool{})
		}
	})
}
