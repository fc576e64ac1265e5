package export_test

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/tests/nstest"
)

// A pair, as it is exported by either of its ends, and what is set of a device.
var (
	pair = regexp.MustCompile(`link\.add\("(\w+)", link\.veth\(peer = link\.peer\(name = "(\w+)", (.*?)\)\)(?:, (.*))?\)$`)
	set  = regexp.MustCompile(`link\.set\("(\w+)", (.*)\)$`)
)

// byDevice is what was exported with the ends of pairs in lines of their own: which of
// them makes the other means nothing.
func byDevice(text string) string {
	var lines []string
	ends := map[string][]string{}
	function := ""
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "def ") {
			function = line
		}
		of := func(device, attributes string) {
			ends[function+device] = append(ends[function+device], strings.Split(attributes, ", ")...)
		}
		if m := pair.FindStringSubmatch(line); m != nil {
			of(m[1], m[4])
			of(m[2], m[3])
		} else if m := set.FindStringSubmatch(line); m != nil {
			of(m[1], m[2])
		} else {
			lines = append(lines, line)
		}
	}
	for device, attributes := range ends {
		slices.Sort(attributes)
		lines = append(lines, device+": "+strings.Join(attributes, ", "))
	}
	return strings.Join(lines, "\n")
}

// becomes has a lab become another one. A change that fails at its end is undone, one that
// does not leaves nothing to do, and a destroy leaves nothing at all.
func becomes(t *testing.T, before, after string) {
	t.Helper()
	n, l := made(t, before, after)
	look := func() string { return byDevice(asExported(t, declared(t, before, "one"))) }
	was := look()
	_, err := (&lab.Apply{}).Apply(t.Context(), declared(t, after+"lab[\"n0\"].once([\"false\"])\n", "one"))
	failed, ok := errors.AsType[*lab.FailedError](err)
	if !ok || !strings.Contains(err.Error(), "once false") {
		t.Fatalf("it ended with %v\nbefore:\n%s\nafter:\n%s", err, before, after)
	}
	if is := look(); !sameLines(is, was) {
		t.Errorf("undone it is another lab: %v\n%s\nbefore:\n%s\nafter:\n%s", failed, changes(is, was), before, after)
	}
	if _, err := (&lab.Apply{}).Apply(t.Context(), l); err != nil {
		fatal(t, err, before+after)
	}
	if left := planOf(t, l); len(left.Steps) > 0 {
		t.Errorf("this is left to do: %s\nbefore:\n%s\nafter:\n%s", left, before, after)
	}
	if _, err := lab.Destroy(t.Context(), "one", all.Families()); err != nil {
		t.Error(err)
	}
	if names := n.Sh(t, "ip netns list"); names != "" {
		t.Errorf("namespaces are left: %s", names)
	}
}

// TestLotsChange: a lab that was drawn by lot becomes another one.
func TestLotsChange(t *testing.T) {
	nstest.Require(t, "kind:veth", "kind:vxlan", "kind:macvlan", "qdisc:htb", "filter:u32", "route:table")
	can := capable(t)
	for seed := range seeds(t) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			becomes(t, newGenerator(seed, can).topology(), newGenerator(seed+1000, can).topology())
		})
	}
}

// TestChange: what lots have found.
func TestChange(t *testing.T) {
	for _, c := range []struct{ name, requires, text string }{
		{"the other end is made anew", "", `
lab.cable(n0, n1, addrs = ("10.0.0.1/24", "10.0.0.2/24"))
«n1.link.set("eth0", mtu = 1400)|»
`},
		{"the other end is another's", "", `
n2 = lab.node("n2")
«lab.cable(n1, n0, mtu = 1400)|lab.cable(n2, n0)»
`},
		{"what stands on it changes", "kind:macvlan", `
n0.link.add("d0", link.veth(peer = "d1"), up = True)
n0.link.set("d1", up = True«, mtu = 1400|»)
n0.link.add("mv0", link.macvlan(mode = "«bridge|vepa»"), parent = "d0", up = True)
n0.addr.add("10.0.0.1/24", dev = "mv0")
`},
		{"its setting goes", "", `
n0.link.add("d0", link.veth(peer = "d1"), up = True«, mtu = 1400|»)
«n0.sysctl.set("net.ipv4.conf.d0.rp_filter", 1)|»
«n0.neigh.table.set("arp_cache", dev = "d0", ucast_probes = 9)|»
`},
		{"ports whose cables are made anew", "", `
sw = lab.switch("sw")
for n in (n0, n1):
    lab.cable(n, sw, addrs = ("10.0.0.%d/24" % (1 if n == n0 else 2), None)«, mtu = 1400|»)
`},
		{"a mapping comes", "kind:vlan", `
n0.link.add("d0", link.veth(peer = "d1"), up = True)
n0.link.add("v7", link.vlan(id = 7«|, egress_qos_map = {1: 2}»), parent = "d0", up = True)
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			nstest.Require(t, append(strings.Fields(c.requires), "kind:veth", "kind:bridge")...)
			before, after := twice("lab = topology(\"one\")\nn0, n1 = lab.node(\"n0\"), lab.node(\"n1\")\n" + c.text)
			becomes(t, before, after)
		})
	}
}
