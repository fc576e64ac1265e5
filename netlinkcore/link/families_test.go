package link_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
)

// TestFamilySettings: each setting is the sysctl of its name. Those change that
// take it and mean nothing for others.
func TestFamilySettings(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Must(object.Add, ref(called("v0", &link.Veth{})))
	before, tried := familySettings(p), 0
	for key, was := range before {
		family, name, _ := strings.Cut(key, " ")
		file := map[string]string{"inet": "/proc/sys/net/ipv4/conf/v0/", "inet6": "/proc/sys/net/ipv6/conf/v0/"}[family] + name
		if name == "forwarding" || strings.HasPrefix(name, "router_solicitation") || !flip(file) { // more follows, or another unit
			continue
		}
		tried++
		after := familySettings(p)
		if after[key] == was {
			t.Errorf("%s stays %s when its sysctl changes", key, was)
		}
		for other := range after {
			if other != key && after[other] != before[other] {
				t.Errorf("%s became %s when the sysctl of %s was set", other, after[other], key)
			}
		}
		before = after
	}
	if tried < 60 {
		t.Errorf("only %d settings changed", tried)
	}
}

// flip changes a sysctl by 1, and reports whether that could be done.
func flip(file string) bool {
	was, err := os.ReadFile(file)
	n, bad := strconv.Atoi(strings.TrimSpace(string(was)))
	return err == nil && bad == nil && os.WriteFile(file, []byte(strconv.Itoa(n^1)), 0o644) == nil
}

// familySettings are those of v0, by family and name.
func familySettings(p *verbtest.Place) map[string]string {
	p.Helper()
	v, out := p.One(ref(called("v0", nil))), map[string]string{}
	for _, family := range []string{"inet", "inet6"} {
		list := v.Table().Get(v.Ptr(), v.Table().Lookup(family))
		for i := range list.T.Fields() {
			out[family+" "+list.T.Fields()[i].Name] = list.T.Get(list.P, i).String()
		}
	}
	return out
}

// TestFamilyState: devices that say the same share their settings, and no more.
func TestFamilyState(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Must(object.Add, ref(called("v0", &link.Veth{Peer: called("v1", nil)})))
	p.Must(object.Add, ref(called("w0", &link.Veth{Peer: called("w1", nil)})))
	flip("/proc/sys/net/ipv4/conf/w0/arp_notify")
	list, err := link.Type.Collect(p.Context(), p.Scope, nil)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*link.Link{}
	for i := range list {
		by[list[i].Name] = list[i]
	}
	const arpNotify = 21 // IPV4_DEVCONF_ARP_NOTIFY less 1
	for name, want := range map[string]int32{"v0": 0, "v1": 0, "w0": 1, "w1": 0} {
		if got := by[name].Details.Inet.Values[arpNotify].Or(-1); got != want {
			t.Errorf("%s has arp_notify %d, want %d", name, got, want)
		}
	}
	if by["v0"].Details.Inet6 != by["v1"].Details.Inet6 {
		t.Error("ends of a pair have settings of their own, which say the same")
	}
}
