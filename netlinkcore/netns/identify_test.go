package netns

import (
	"errors"
	"io/fs"
	"testing"
)

// TestIdentify: many namespaces have the IDs that each has by itself, and the thread is back
// where it was.
func TestIdentify(t *testing.T) {
	home, err := Current()
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	var list []*NS
	for range 5 {
		n, err := CreateAnonymous()
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		list = append(list, &NS{h: n.h}) // which does not know yet
		if n.id == (ID{}) {
			t.Fatal("a namespace that is made is not identified")
		}
	}
	if err := Identify(list); err != nil {
		t.Fatal(err)
	}
	seen := map[ID]bool{}
	for _, n := range list {
		alone, err := (&NS{h: n.h}).ID()
		if err != nil || alone != n.id || seen[n.id] {
			t.Errorf("it is %v, by itself %v, %v", n.id, alone, err)
		}
		seen[n.id] = true
	}
	back, err := Current()
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if same, err := home.Equal(back); !same || err != nil {
		t.Errorf("the thread is elsewhere: %v", err)
	}
	gone, err := CreateAnonymous()
	if err != nil {
		t.Fatal(err)
	}
	gone.id = ID{}
	gone.Close()
	if err := Identify([]*NS{gone}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a closed one: %v", err)
	}
}
