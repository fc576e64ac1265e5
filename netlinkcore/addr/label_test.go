package addr_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

func labelled(prefix string, n uint32) object.Ref {
	return addr.LabelType.Ref(&addr.Label{Prefix: netip.MustParsePrefix(prefix), Label: opt.Of(n)})
}

func named(s string) object.Ref {
	return addr.LabelType.Ref(&addr.Label{Prefix: netip.MustParsePrefix(s)})
}

func TestLabels(t *testing.T) {
	p := verbtest.New(t)
	p.Sh("ip link add v0 type veth peer name v1")
	standard := len(p.List(addr.LabelType.New()))
	p.Must(object.Add, labelled("2001:db8::/32", 99))
	p.Refused(object.Add, labelled("2001:db8::/32", 98), "exists", "")
	p.Must(object.Replace, labelled("2001:db8::/32", 97))
	if text := p.Sh("ip addrlabel list"); !strings.Contains(text, "prefix 2001:db8::/32 label 97") {
		t.Errorf("ip shows %s", text)
	}
	p.Sh("ip addrlabel add prefix 2001:db8:1::/48 dev v0 label 96")
	p.Same(addr.LabelType.Ref(&addr.Label{Prefix: netip.MustParsePrefix("2001:db8:1::/48"), Label: opt.Of[uint32](96), Dev: rt.DevName("v0")}))
	p.Must(object.Add, labelled("2001:db9::/32", 90)) // it stands before the other of its length
	p.Must(object.Replace, labelled("2001:db8::/32", 95))
	p.Refused(object.Add, labelled("2001:db8::/32", 94), "exists", "")
	if text := p.Sh("ip addrlabel list"); strings.Count(text, "prefix 2001:db8::/32") != 1 {
		t.Errorf("ip shows %s", text)
	}
	p.Must(object.Replace, labelled("2001:db8::/32", 97))
	p.Must(object.Delete, named("2001:db9::/32"))
	p.Must(object.Replace, labelled("::/0", 77)) // the attribute is sent, though it says everything
	for address, want := range map[string]uint32{"2001:db8::5/128": 97, "2a00::1/128": 77} {
		r, err := addr.LabelType.Lookup(t.Context(), p.Scope, named(address))
		if err != nil {
			t.Fatal(err)
		}
		if v, _ := addr.LabelType.As(r); v.Label.Or(0) != want {
			t.Errorf("%s has label %v, want %d", address, v.Label, want)
		}
	}
	p.Must(object.Delete, named("2001:db8::/32"))
	p.Refused(object.Delete, named("2001:db8::/32"), "not_found", "")
	n, err := addr.LabelType.Flush(t.Context(), p.Scope, &addr.Label{})
	if err != nil || n != 2 {
		t.Errorf("%d flushed, %v", n, err)
	}
	p.Count(standard-1, addr.LabelType.New()) // of the standard ones, ::/0 was changed
}

func TestJoined(t *testing.T) {
	p := verbtest.New(t)
	p.Sh("ip link add v0 up type veth peer name v1; ip -6 addr add 2001:db8::1/64 dev v0 nodad; echo 1 > /proc/sys/net/ipv6/conf/v0/forwarding")
	groups := p.List(addr.MulticastType.Ref(&addr.Joined{Dev: rt.DevName("v0")}))
	anycast := p.List(addr.AnycastType.Ref(&addr.Joined{Dev: rt.DevName("v0"), Address: netip.MustParseAddr("2001:db8::")}))
	if len(groups) < 3 || len(anycast) != 1 {
		t.Errorf("%d groups, anycast %v", len(groups), anycast)
	}
	p.Count(1, addr.MulticastType.Ref(&addr.Joined{Dev: rt.DevName("v0"), Address: netip.MustParseAddr("ff02::1")}))
}
