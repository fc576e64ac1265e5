package all_test

import (
	"slices"
	"sync"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// messages are the tables of whole messages, each once: those of families, and
// of events that are no objects of a family.
func messages() (out []*attr.Table) {
	for _, f := range all.Families() {
		out = append(out, f.Table())
	}
	for _, e := range xfrm.Events() {
		if !slices.Contains(out, e.Table) {
			out = append(out, e.Table)
		}
	}
	return out
}

// received are the messages that kernels send: not the requests of functions.
func received() []*attr.Table {
	out := messages()
	for _, f := range all.Families() {
		isEvent := func(e xfrm.Event) bool { return e.Table == f.Table() }
		if f.Can(object.Call) && !slices.ContainsFunc(xfrm.Events(), isEvent) {
			out = slices.DeleteFunc(out, func(t *attr.Table) bool { return t == f.Table() })
		}
	}
	return out
}

// eventTable is the table of an event in a directory, by its type.
func eventTable(dir string, typ uint16) *attr.Table {
	if dir != "xfrm" {
		return nil
	}
	for _, e := range xfrm.Events() {
		if e.Type == typ {
			return e.Table
		}
	}
	return nil
}

// requested reports whether a table is part of what netlark sends: the kernel
// points at places in it.
var requested = func() func(*attr.Table) bool {
	seen := sync.OnceValue(func() map[*attr.Table]bool {
		out := map[*attr.Table]bool{}
		for _, f := range all.Families() {
			f.Table().Walk(func(t *attr.Table) { out[t] = true })
		}
		return out
	})
	return func(t *attr.Table) bool { return seen()[t] }
}()
