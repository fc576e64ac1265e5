package link_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

func TestTun(t *testing.T) {
	p := verbtest.New(t, "kind:tun")
	tap := &link.Tun{Mode: n8(2), Owner: n32(1000), Group: n32(7), VnetHeader: yes, MultiQueue: yes}
	v := &link.Link{Name: "t0", Index: n32(77), Kind: tap, MTU: n32(1400), Up: yes, AltNames: alt("another-name"), TxQueues: n32(256)}
	p.Must(object.Add, ref(v))
	p.Same(ref(v))
	shows := map[string]any{"type": "tap", "user": "1000", "group": "7", "vnet_hdr": true, "multi_queue": true, "pi": false, "persist": true}
	for _, name := range []string{"user", "group"} { // ip names those that it knows
		if p.Sh("getent passwd 1000; getent group 7") != "" {
			delete(shows, name)
		}
	}
	options(p, "t0", shows)
	links(p, "t0", map[string]any{"mtu": 1400, "ifindex": 77, "altnames": "[another-name]"})
	p.Refused(object.Add, ref(called("t0", tap)), "exists", "")
	p.Refused(object.Add, ref(called("another-name", tap)), "exists", "")

	p.Must(object.Set, ref(&link.Link{Name: "t0", Kind: &link.Tun{Owner: n32(1001)}, MTU: n32(1300)}))
	changed := *tap
	changed.Owner = n32(1001)
	p.Same(ref(&link.Link{Name: "t0", Kind: &changed, MTU: n32(1300), Up: yes}))
	p.Refused(object.Set, ref(called("t0", &link.Tun{PacketInfo: yes})), "immutable", "kind.pi")
	p.Must(object.Delete, ref(called("t0", nil)))
	p.Count(0, ref(&link.Link{Kind: &link.Tun{}}))
}

// What follows the making of a device and fails takes it back.
func TestTunUndone(t *testing.T) {
	p := verbtest.New(t, "kind:tun")
	p.Refused(object.Add, ref(&link.Link{Name: "t0", Kind: &link.Tun{}, MTU: n32(1400), AltNames: alt("lo")}), "exists", "altnames")
	p.Refused(object.Add, ref(&link.Link{Name: "t0", Kind: &link.Tun{}, TxQueues: n32(4)}), "invalid", "numtxqueues")
	p.Refused(object.Add, ref(&link.Link{Name: "t0", Kind: &link.Tun{}, Parent: rt.DevName("lo")}), "unsupported", "parent")
	p.Count(0, ref(&link.Link{Kind: &link.Tun{}}))
	p.Must(object.Add, ref(called("t0", &link.Tun{Owner: n32(5)})))
	p.Refused(object.Set, ref(&link.Link{Name: "t0", Kind: &link.Tun{Owner: n32(6)}, MTU: n32(1400), AltNames: alt("lo")}), "exists", "altnames")
	p.Same(ref(&link.Link{Name: "t0", Kind: &link.Tun{Owner: n32(5)}, MTU: n32(1500)}))
}

// A device without a name gets one, and moves on.
func TestTunElsewhere(t *testing.T) {
	p := verbtest.New(t, "kind:tun")
	key := p.Must(object.Add, ref(&link.Link{Kind: &link.Tun{Mode: n8(2)}, NetNS: rt.NSName("other"), Alias: opt.Of("moved"), Up: yes}))
	v, _ := link.Type.As(key)
	if v.Name != "tap0" {
		t.Errorf("the kernel calls it %q", v.Name)
	}
	p.Count(0, ref(&link.Link{Kind: &link.Tun{}}))
	p.Observe(map[string]any{"ifname": "tap0", "ifalias": "moved", "linkinfo.info_data.type": "tap"}, p.Other.IP, "link", "show", "dev", "tap0")
}

// In a batch a device is made in its turn.
func TestTunInBatch(t *testing.T) {
	p := verbtest.New(t, "kind:tun", "kind:bridge")
	b := p.Scope.Batch(func(_ any, err error) { t.Error(err) })
	for _, v := range []*link.Link{called("b0", &link.Bridge{}), {Name: "t0", Kind: &link.Tun{Mode: n8(2)}, Master: rt.DevName("b0")}} {
		if err := link.Type.Queue(t.Context(), b, object.Add, ref(v), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	links(p, "t0", map[string]any{"master": "b0"})
}
