package lab_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestEarlierRecord: an Apply that fails after it wrote its record puts back the one that
// was there, byte by byte, or leaves none, and no other file of the lab's.
func TestEarlierRecord(t *testing.T) {
	labtest.Machine(t)
	build := func(mtu uint32) *lab.Lab {
		l, err := lab.New("er", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		labtest.Declare(t, labtest.Node(t, l, "a"), object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}, MTU: opt.Of(mtu)}))
		return l
	}
	dir := filepath.Join(lab.Dir, "er")
	fail := func(l *lab.Lab) {
		t.Helper()
		written := false
		a := lab.Apply{Confirm: time.Minute, Detach: func(*lab.Pending) (int, error) {
			_, err := os.Stat(filepath.Join(dir, "record.jsonl"))
			written = err == nil
			return 0, errors.New("nobody waits")
		}}
		if _, err := a.Apply(context.Background(), l); err == nil || !written {
			t.Fatalf("it did not fail after its record was written: %v, %v", err, written)
		}
	}
	fail(build(1400))
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of a first Apply that failed a folder is left: %v", err)
	}
	labtest.Apply(t, build(1400))
	before, err := os.ReadFile(filepath.Join(dir, "record.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	fail(build(1300))
	after, err := os.ReadFile(filepath.Join(dir, "record.jsonl"))
	if err != nil || string(after) != string(before) {
		t.Errorf("the record is\n%s, %v, want\n%s", after, err, before)
	}
	files, err := filepath.Glob(dir + "/*")
	if err != nil || len(files) != 2 { // and the lock
		t.Errorf("files of the lab are %q, %v", files, err)
	}
	if n := labtest.Apply(t, build(1400)); n != 0 {
		t.Errorf("then %d steps were to be done", n)
	}
}

// TestBadRecord: a record that is damaged is an error, and nothing is touched.
func TestBadRecord(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, pair(t))
	path := filepath.Join(lab.Dir, "pair", "record.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	before := labtest.Look(t, ns)
	for _, bad := range []string{"", "{", strings.Replace(string(whole), `"family":"link"`, `"family":"lnik"`, 1), string(whole[:len(whole)/2]), lines[0] + lines[1] + lines[2], string(whole) + "{}\n",
		strings.Replace(string(whole), `,"before":{"family":"link"`, `,"before":{"family":"neigh","object":{}},"along":true},{"declared":{"family":"link","object":{"name":"x"}},"before":{"family":"link"`, 1),
		strings.Replace(string(whole), `"nodes":`, `"nodes":-`, 1), strings.Replace(string(whole), `"nodes":`, `"nodes":9`, 1)} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := (&lab.Apply{}).Apply(t.Context(), pair(t)); err == nil || !strings.Contains(err.Error(), "record of lab") {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}

// TestDestroyByNames: to take a lab away, what was declared in its own namespaces need not
// be read.
func TestDestroyByNames(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	l, err := lab.New("bn", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		labtest.Declare(t, labtest.Node(t, l, name), object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}}))
	}
	labtest.Apply(t, l)
	path := filepath.Join(lab.Dir, "bn", "record.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	if err := os.WriteFile(path, []byte(strings.Join(lines[:3], "")+"[{]\n"), 0o600); err != nil { // the lab and its two namespaces are whole
		t.Fatal(err)
	}
	if _, err := lab.Destroy(t.Context(), "bn", all.Families()); err != nil {
		t.Fatal(err)
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}
