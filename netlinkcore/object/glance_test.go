package object_test

import (
	"context"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
)

// TestGlance: who reads all of a namespace opens no socket that tells of devices, and another
// one who does later sees what they are called then.
func TestGlance(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip link add v0 type veth peer name v1; ip addr add 10.0.0.1/24 dev v0")
	glance := func(want string) {
		t.Helper()
		ctx := s.Glance(context.Background())
		if _, err := link.Type.Inventory(ctx, s, nil); err != nil {
			t.Fatal(err)
		}
		items, err := addr.Type.Inventory(ctx, s, nil)
		if err != nil || len(items) != 1 {
			t.Fatalf("%v, %v", items, err)
		}
		if a, _ := addr.Type.As(items[0].Ref); a.Dev.Name() != want {
			t.Errorf("the address is on %q, want %q", a.Dev.Name(), want)
		}
	}
	watched := func() bool {
		_, lines, _ := strings.Cut(ns.Sh(t, "cat /proc/net/netlink"), "\n")
		for l := range strings.Lines(lines) {
			if f := strings.Fields(l); f[1] == "0" && f[3] != "00000000" {
				return true
			}
		}
		return false
	}
	glance("v0")
	ns.Sh(t, "ip link set v0 name w0")
	glance("w0")
	if watched() {
		t.Error("somebody watches devices")
	}
	if _, err := s.Index(context.Background(), "w0"); err != nil {
		t.Fatal(err)
	}
	if !watched() {
		t.Error("nobody watches devices whose names are kept")
	}
}
