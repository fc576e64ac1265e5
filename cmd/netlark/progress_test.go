package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A screen remembers what was written to it.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// change is one of three steps in two namespaces.
func change(t *testing.T) *lab.Change {
	t.Helper()
	l, err := lab.New("x", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	one, two := &state.Space{Name: "x.a"}, &state.Space{Name: "x.b"}
	device := link.Type.Ref(&link.Link{Name: "eth0"})
	return &lab.Change{Lab: l, Plan: &state.Plan{Steps: []*state.Step{{Space: one, Object: device}, {Space: two, Object: device}, {Space: two, Object: device}}}}
}

func TestProgress(t *testing.T) {
	for name, c := range map[string]struct {
		terminal   bool
		says, ends string
	}{
		"pipe":     {false, "x: 2 of 3 steps, 1 of 2 nodes: link eth0 in x.b\n", "\n"},
		"terminal": {true, clearLine + "x: 2 of 3 steps, 1 of 2 nodes: link eth0 in x.b", clearLine},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, todo := &screen{}, change(t)
			p := progress{out: out, terminal: c.terminal}
			p.begin(todo)
			p.done(todo.Plan.Steps[0])
			p.done(todo.Plan.Steps[1])
			if out.String() != "" {
				t.Errorf("at once it says %q", out)
			}
			for deadline := time.Now().Add(10 * time.Second); !strings.Contains(out.String(), c.says); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("it says %q", out)
				}
			}
			p.end()
			if !strings.HasSuffix(out.String(), c.ends) {
				t.Errorf("in the end it says %q", out)
			}
		})
	}
}

// TestProgressShort: what takes less than a second says nothing.
func TestProgressShort(t *testing.T) {
	out := &screen{}
	p := progress{out: out, terminal: true}
	p.begin(change(t))
	p.end()
	if out.String() != "" {
		t.Errorf("it says %q", out)
	}
	(&progress{}).end() // nothing was begun
}
