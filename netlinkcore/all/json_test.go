package all_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// checkJSON writes the struct at p as JSON and reads that: the same has to be
// set, and to the same.
func checkJSON(t *testing.T, table *attr.Table, p attr.Ptr) {
	t.Helper()
	text, err := table.AppendJSON(nil, p)
	if err != nil {
		t.Fatalf("%s: %v", table.Name, err)
	}
	q, err := table.FromJSON(text)
	if err != nil {
		t.Fatalf("%s: %v in %s", table.Name, err, text)
	}
	if !table.Equal(p, q) {
		t.Errorf("%s: %s became %s", table.Name, show(attr.ObjectValue(table, p)), show(attr.ObjectValue(table, q)))
	}
	for i := range table.Fields() {
		if table.IsSet(p, i) != table.IsSet(q, i) {
			t.Errorf("%s: %s is set: %v, then %v: %s", table.Name, table.Fields()[i].Name, table.IsSet(p, i), table.IsSet(q, i), text)
		}
	}
	if again, err := table.AppendJSON(nil, q); err != nil || !bytes.Equal(again, text) {
		t.Errorf("%s: %s became %s, %v", table.Name, text, again, err)
	}
	if !onWire(table) {
		return
	}
	if a, b := sent(table, p), sent(table, q); !bytes.Equal(a, b) {
		t.Errorf("%s: %x became %x by %s", table.Name, a, b, text)
	}
}

// sent is a message, as far as one can be made.
func sent(table *attr.Table, p attr.Ptr) []byte {
	var w wire.Writer
	_ = table.Encode(&attr.Enc{W: &w, NS: func(string) (int, error) { return 5, nil },
		Prog: func(p attr.Prog) (int, error) { return int(p.ID), nil },
		Dev:  func(name string) (uint32, error) { return devIndex(name), nil }}, table.Clone(p)) // kinds without a definition cannot be sent
	b, _ := w.Bytes()
	return b
}

// TestJSONOfGenerated keeps generated values of every attribute, alone and
// together.
func TestJSONOfGenerated(t *testing.T) {
	tables(t, func(t *testing.T, table *attr.Table) {
		checkJSON(t, table, table.New())
		for _, family := range families {
			g := newGenerator(uint64(family), family)
			for i := range table.Fields() {
				f := &table.Fields()[i]
				if f.Type() == "unknown attributes" {
					continue
				}
				for _, v := range g.Values(f, 20) {
					p := table.New()
					mustPut(t, g, table, p, i, v)
					checkJSON(t, table, p)
				}
				if p := table.New(); table.Clear(p, i) == nil {
					checkJSON(t, table, p)
				}
			}
			for range 20 {
				p := table.New()
				g.Fill(table, p)
				checkJSON(t, table, p)
			}
		}
	})
}

// TestJSONOfCaptured keeps what kernels sent, and what damage has made of it:
// that is beyond what a script could set. Devices have names.
func TestJSONOfCaptured(t *testing.T) {
	const damages = 4 // of each message
	m := &mutator{Rand: rand.New(rand.NewPCG(3, 4))}
	list := captures(t)
	for _, c := range list {
		for _, msg := range c.list {
			m.add(msg.Body()[min(headSize(c.table), len(msg.Body())):])
		}
	}
	for _, c := range list {
		t.Run(strings.TrimPrefix(c.file, "../"), func(t *testing.T) {
			size := headSize(c.table)
			for _, msg := range c.list {
				checkDecodedJSON(t, c.table, msg.Body())
				for range damages {
					checkDecodedJSON(t, c.table, m.mutate(msg.Body(), size))
				}
			}
		})
	}
}

func checkDecodedJSON(t *testing.T, table *attr.Table, body []byte) {
	t.Helper()
	names := map[uint32]string{1: "lo", 2: "x", 0: "y", 3: "eth0.\xff", 4: "br \"0\""}
	for _, named := range []func(uint32) *string{nil, func(i uint32) *string { name := names[i%5]; return &name }} {
		p := table.New()
		if table.Decode(&attr.Dec{DevName: named}, p, body) == nil {
			checkJSON(t, table, p)
		}
	}
}

// FuzzFromJSON reads anything as an object of the family with a number: an error
// has a path, and what is read can be kept again.
func FuzzFromJSON(f *testing.F) {
	tables := messages()
	number := map[*attr.Table]uint8{}
	for i, table := range tables {
		number[table] = uint8(i)
	}
	for _, c := range captures(f) {
		for _, m := range c.list {
			p := c.table.New()
			if err := c.table.Decode(&attr.Dec{}, p, m.Body()); err != nil {
				f.Fatal(err)
			}
			text, err := c.table.AppendJSON(nil, p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(number[c.table], text)
		}
	}
	f.Fuzz(func(t *testing.T, family uint8, data []byte) {
		table := tables[int(family)%len(tables)]
		p, err := table.FromJSON(data)
		var path *attr.PathError
		switch {
		case err == nil:
			checkJSON(t, table, p)
		case !errors.As(err, &path) || path.Path == "":
			t.Errorf("%s: %v names no path: %s", table.Name, err, data)
		}
	})
}
