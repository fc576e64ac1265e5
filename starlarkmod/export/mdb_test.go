package export_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/tests/nstest"
)

// TestExportGroups: permanent entries of multicast databases come back by the script, those
// that age, and what the kernel makes of others, do not.
func TestExportGroups(t *testing.T) {
	nstest.Require(t, "kernel:6.4", "kind:vxlan", "kind:veth")
	ns := nstest.New(t)
	ns.Sh(t, `ip link add br0 up type bridge mcast_igmp_version 3 mcast_mld_version 2
ip link add v0 up master br0 type veth peer name v1; ip link set v1 up
bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent
bridge mdb add dev br0 port v0 grp 239.1.1.2 permanent src 192.0.2.1
bridge mdb add dev br0 port v0 grp 239.1.1.3 temp
bridge mdb add dev br0 port v0 grp ff05::1 permanent`)
	runHere(t, `bridge.mdb.add("239.1.1.4", dev = "br0", port = "v0", state = "permanent", filter_mode = "include", source_list = ["192.0.2.1"])
link.add("vx0", link.vxlan(id = 7, local = "192.0.2.1", dstport = 4789), up = True)
bridge.mdb.add("239.1.1.1", dev = "vx0", port = "vx0", state = "permanent", dst = "192.0.2.7")
bridge.mdb.add("239.1.1.1", dev = "vx0", port = "vx0", state = "permanent", dst = "192.0.2.8", vni = 9)
`)
	text := exported(t, ns)
	if n := strings.Count(text, "mdb.add"); n != 6 {
		t.Errorf("%d entries are exported:\n%s", n, text)
	}
	again := ranAgain(t, text)
	const look = "bridge -d mdb show | grep permanent | sort"
	if a, b := ns.Sh(t, look), again.Sh(t, look); a != b {
		t.Errorf("bridge shows\n%s\nit was\n%s", b, a)
	}
	lines := func(s string) []string { return slices.Sorted(strings.SplitSeq(s, "\n")) } // the kernel tells of the newest first
	if second := exported(t, again); !slices.Equal(lines(second), lines(text)) {
		t.Errorf("exported again it is\n%s\nfirst it was\n%s", second, text)
	}
}
