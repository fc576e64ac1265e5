package all_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// captured are messages of one table that a kernel sent, from a file.
type captured struct {
	file  string
	table *attr.Table
	list  []nltest.Captured
}

// captures reads testdata/<kernel>/<name>.hex of every family. The name of a
// file in a directory of several families begins with its family's, without
// the underscore that keeps it from being a word of the language. A file named
// events has messages of many types.
func captures(t testing.TB) (out []captured) {
	t.Helper()
	files, err := filepath.Glob("../*/testdata/*/*.hex")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures: ", err)
	}
	for _, file := range files {
		list, err := nltest.ReadCapture(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			table := tableOf(file, m)
			if table == nil {
				t.Fatalf("%s: message of type %d is of no family", file, m.Type())
			}
			if n := len(out); n > 0 && out[n-1].file == file && out[n-1].table == table {
				out[n-1].list = append(out[n-1].list, m)
				continue
			}
			out = append(out, captured{file, table, []nltest.Captured{m}})
		}
	}
	return out
}

func tableOf(file string, m nltest.Captured) *attr.Table {
	parts := strings.Split(filepath.ToSlash(file), "/")
	name := strings.TrimSuffix(parts[len(parts)-1], ".hex")
	stem, _, _ := strings.Cut(name, "_")
	dir := parts[len(parts)-4]
	if stem == "events" {
		return eventTable(dir, m.Type())
	}
	var found *attr.Table
	for _, f := range all.Families() {
		switch strings.TrimSuffix(f.Name(), "_") {
		case dir + "." + name: // as a name may begin with another one's
			return f.Table()
		case dir + "." + stem, dir:
			if found == nil || found.Name == dir {
				found = f.Table()
			}
		}
	}
	return found
}

// TestCaptured decodes what kernels sent, and encodes it again: the bytes have
// to be the kernel's. Round trips alone would not find a wrong byte order.
func TestCaptured(t *testing.T) {
	used := map[string]bool{}
	for _, c := range captures(t) {
		t.Run(strings.TrimPrefix(c.file, "../"), func(t *testing.T) {
			for i, m := range c.list {
				err := c.table.Each(m.Body(), func(body []byte) error {
					checkCaptured(t, c.table, fmt.Sprintf("message %d", i), body, used)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, list := range []map[string]string{notDefined, notSent} {
		for path := range list {
			if !used[path] && !t.Failed() {
				t.Errorf("%s is excused and need not be", path)
			}
		}
	}
}

func checkCaptured(t *testing.T, table *attr.Table, name string, body []byte, used map[string]bool) {
	t.Helper()
	p := table.New()
	if err := table.Decode(&attr.Dec{}, p, body); err != nil {
		t.Errorf("%s: %v in %x", name, err, body)
		return
	}
	for _, path := range unknown(table, p, table.Name) {
		if excuse(notDefined, path, used) == "" {
			t.Errorf("%s: %s is not defined", name, path)
		}
	}
	var w wire.Writer
	if err := table.Encode(&attr.Enc{W: &w, Prog: func(p attr.Prog) (int, error) { return int(p.ID), nil }}, p); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	ours, _ := w.Bytes()
	n := headSize(table)
	for _, d := range differences(table.Name, body[n:], ours[n:]) {
		if at := optionsAt[table.Name]; at != "" && strings.HasPrefix(d.path, table.Name+at) {
			d.path = table.Name + " " + kind(table, p) + strings.TrimPrefix(d.path, table.Name)
		}
		if excuse(notSent, d.path, used) == "" && excuse(notDefined, d.path, used) == "" {
			t.Errorf("%s: %s: kernel %x, netlark %x", name, d.path, d.kernel, d.ours)
		}
	}
	for off := range n {
		path := fmt.Sprintf("%s head+%d^%02x", table.Name, off, body[off]^ours[off])
		if body[off] != ours[off] && excuse(notSent, path, used) == "" {
			t.Errorf("%s: %s: kernel %02x, netlark %02x", name, path, body[off], ours[off])
		}
	}
}

// headSize is how long an empty message is.
func headSize(table *attr.Table) int {
	var w wire.Writer
	_ = table.Encode(&attr.Enc{W: &w}, table.New()) // nothing can be wrong
	return w.Len()
}

// optionsAt are the numbers of attributes whose contents depend on the kind.
var optionsAt = map[string]string{"link": " 18 "}

func kind(table *attr.Table, p attr.Ptr) string {
	i := table.Lookup("kind")
	if i < 0 {
		return ""
	}
	switch v := table.Get(p, i); v.Shape {
	case attr.Object:
		return v.T.Name
	case attr.Text:
		return "other"
	}
	return "none"
}

// unknown lists what no definition covers, in the object and inside.
func unknown(table *attr.Table, p attr.Ptr, name string) (out []string) {
	for i := range table.Fields() {
		v := table.Get(p, i)
		switch {
		case v.Shape == attr.None:
		case table.Fields()[i].Type() == "unknown attributes":
			for _, raw := range v.L {
				id, _, _ := strings.Cut(raw.S, ":")
				out = append(out, name+" "+id)
			}
		case v.Shape == attr.Object:
			out = append(out, unknown(v.T, v.P, v.T.Name)...)
		case v.Shape == attr.Many:
			for _, e := range v.L {
				if e.Shape == attr.Object {
					out = append(out, unknown(e.T, e.P, e.T.Name)...)
				}
			}
		}
	}
	return out
}

// excuse finds the reason in a list, whose keys may end in " *".
func excuse(list map[string]string, path string, used map[string]bool) string {
	for key, why := range list {
		if key == path || strings.HasSuffix(key, "*") && strings.HasPrefix(path, strings.TrimSuffix(key, "*")) {
			used[key] = true
			return why
		}
	}
	return ""
}

// A difference is an attribute that one side lacks, or has otherwise.
type difference struct {
	path         string // numbers, from the outermost level inwards
	kernel, ours []byte // nil: not there
}

type item struct {
	id      uint16
	payload []byte
}

// differences compares two sequences of attributes, whatever their order.
func differences(path string, kernel, ours []byte) (out []difference) {
	a, _ := items(kernel)
	b, _ := items(ours)
	for _, x := range a {
		at := slices.IndexFunc(b, func(y item) bool { return y.id == x.id })
		here := fmt.Sprintf("%s %d", path, x.id)
		if at < 0 {
			out = append(out, difference{here, x.payload, nil})
			continue
		}
		y := b[at].payload
		b = slices.Delete(b, at, at+1)
		if bytes.Equal(x.payload, y) {
			continue
		}
		_, nest := items(x.payload)
		if _, both := items(y); nest && both {
			out = append(out, differences(here, x.payload, y)...)
			continue
		}
		out = append(out, difference{here, x.payload, y})
	}
	for _, y := range b {
		out = append(out, difference{fmt.Sprintf("%s %d", path, y.id), nil, y.payload})
	}
	return out
}

// items splits a payload into attributes; whole says that it can be one.
func items(b []byte) (out []item, whole bool) {
	r := wire.NewReader(b)
	for {
		id, data, ok := r.Next()
		if !ok {
			return out, r.Err() == nil
		}
		out = append(out, item{id, data})
	}
}
