package lab_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// TestDraft: the record is written while steps are carried out, counts only when they are
// done, and of an Apply that fails nothing of it stays.
func TestDraft(t *testing.T) {
	ns := labtest.Machine(t)
	build := func(bridges ...string) *lab.Lab {
		l, err := lab.New("dr", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		a := labtest.Node(t, l, "a")
		for _, name := range bridges {
			labtest.Declare(t, a, object.Add, link.Type.Ref(&link.Link{Name: name, Kind: &link.Bridge{}}))
		}
		return l
	}
	dir := filepath.Join(lab.Dir, "dr")
	labtest.Apply(t, build("br0"))
	before, err := os.ReadFile(filepath.Join(dir, "record.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, fails := range []error{errors.New("no"), nil} {
		seen := false
		a := lab.Apply{Try: func(*state.Step) error {
			seen = strings.Contains(ns.Sh(t, "ls "+dir), "record.jsonl.new")
			if now := ns.Sh(t, "cat "+dir+"/record.jsonl"); strings.TrimSpace(now) != strings.TrimSpace(string(before)) {
				t.Errorf("while steps are carried out the record is\n%s, want\n%s", now, before)
			}
			return fails
		}}
		if _, err := a.Apply(context.Background(), build("br0", "br1")); (err == nil) != (fails == nil) || !seen {
			t.Errorf("it ended with %v; there was a draft: %v", err, seen)
		}
		files, err := filepath.Glob(dir + "/*")
		if err != nil || len(files) != 2 { // and the lock
			t.Errorf("files of the lab are %q, %v", files, err)
		}
		after, err := os.ReadFile(filepath.Join(dir, "record.jsonl"))
		if err != nil || slices.Equal(after, before) != (fails != nil) {
			t.Errorf("the record is\n%s, %v, and was\n%s", after, err, before)
		}
	}
}
