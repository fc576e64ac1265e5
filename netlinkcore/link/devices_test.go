package link_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/tests/nstest"
)

// A queue length that is not set is the kernel's, 0 is 0, and a peer has its own.
func TestQueueLength(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	pair := func(name string, length opt.Value[uint32]) {
		peer := &link.Link{Name: name + "p", QueueLength: opt.Of[uint32](7)}
		if err := link.Add(t.Context(), p.Scope, &link.Link{Name: name, QueueLength: length, Kind: &link.Veth{Peer: peer}}); err != nil {
			t.Fatal(err)
		}
		links(p, name+"p", map[string]any{"txqlen": 7})
	}
	pair("a", opt.Value[uint32]{})
	links(p, "a", map[string]any{"txqlen": 1000})
	pair("b", opt.Of[uint32](0))
	if l, err := link.Get(t.Context(), p.Scope, &link.Link{Name: "b"}); err != nil || l.QueueLength != opt.Of[uint32](0) {
		t.Errorf("b has %v, %v", l.QueueLength, err)
	}
}

// The peer of a veth is told as its parent, without a question to the driver.
func TestPeerIndex(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Sh("ip link add v0 type veth peer name v1")
	l, err := link.Get(t.Context(), p.Scope, &link.Link{Name: "v0"})
	if err != nil || l.Parent.Name() != "v1" || l.Parent.Index == 0 {
		t.Errorf("the peer of v0 is %v, %v", l.Parent, err)
	}
}

// A program is attached, told of, and taken away.
func TestXDP(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	fd := nstest.Program(t, unix.BPF_PROG_TYPE_XDP)
	p.Sh("ip link add v0 type veth peer name v1")
	attach := func(fd int32) {
		t.Helper()
		x := &link.XDP{FD: opt.Of(fd), Flags: opt.Of[uint32](unix.XDP_FLAGS_SKB_MODE)}
		if err := link.Set(t.Context(), p.Scope, &link.Link{Name: "v0", XDP: x}); err != nil {
			t.Fatal(err)
		}
	}
	attach(int32(fd))
	l, err := link.Get(t.Context(), p.Scope, &link.Link{Name: "v0"})
	if err != nil || l.XDP == nil || l.XDP.Attached != opt.Of[uint8](2) || l.XDP.Program.Or(0) == 0 {
		t.Errorf("attached, v0 has %+v, %v", l.XDP, err)
	}
	if text := p.Sh("ip link show v0"); !strings.Contains(text, "xdpgeneric") {
		t.Errorf("ip shows %s", text)
	}
	attach(-1)
	if l, err := link.Get(t.Context(), p.Scope, &link.Link{Name: "v0"}); err != nil || l.XDP != nil {
		t.Errorf("detached, v0 has %+v, %v", l.XDP, err)
	}
}
