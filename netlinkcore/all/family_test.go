package all_test

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// tellsItself are the wire types whose addresses may be of another family than
// the message's.
var tellsItself = map[string]bool{"next hop": true}

// besides are addresses with a family of their own beside them.
var besides = map[string]bool{"xfrm.state.migrate.new_dst": true, "xfrm.state.migrate.new_src": true}

// TestOtherFamily gives a message that names its family addresses of the other
// one: the kernel would read the first bytes of some, and more than there is of
// others.
func TestOtherFamily(t *testing.T) {
	tried := 0
	for _, family := range all.Families() {
		table := family.Table()
		at := familyField(table)
		if at < 0 {
			continue
		}
		for i := range table.Fields() {
			f := &table.Fields()[i]
			if !holdsAddress(f) || f.Access&attr.Create == 0 || tellsItself[f.Type()] || besides[family.Name()+"."+f.Name] || family.Name() == "bridge.fdb" {
				continue
			}
			tried++
			for _, named := range families {
				refusesOther(t, table, at, i, named)
			}
		}
	}
	if tried < 12 {
		t.Errorf("%d addresses were tried, want 12", tried)
	}
}

func familyField(table *attr.Table) int {
	for i := range table.Fields() {
		if table.Fields()[i].Type() == "address family" {
			return i
		}
	}
	return -1
}

func holdsAddress(f *attr.Field) bool {
	switch f.Type() {
	case "address", "address of 16 bytes", "prefix":
		return true
	}
	return false
}

func refusesOther(t *testing.T, table *attr.Table, at, i int, named byte) {
	t.Helper()
	other := map[byte]byte{unix.AF_INET: unix.AF_INET6, unix.AF_INET6: unix.AF_INET}[named]
	f, p := &table.Fields()[i], table.New()
	mustPut(t, newGenerator(1, named), table, p, at, newGenerator(1, named).Values(&table.Fields()[at], 1)[0])
	mustPut(t, newGenerator(1, other), table, p, i, newGenerator(1, other).Values(f, 1)[0])
	var w wire.Writer
	err := table.Encode(&attr.Enc{W: &w, Only: attr.Create}, p)
	var path *attr.PathError
	if !errors.As(err, &path) || path.Path != f.Name {
		t.Errorf("%s.%s = %s in family %d: %v", table.Name, f.Name, table.Get(p, i), named, err)
	}
}
