package giveback_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/tests/nstest"
)

// tools are what other programs say of a family's objects.
var tools = map[string][]string{
	"link":               {"ip -d link"},
	"addr":               {"ip -d addr", "ip -d route show table all", "ip -6 -d route show table all"},
	"addr.label":         {"ip addrlabel"},
	"route":              {"ip -d route show table all", "ip -6 -d route show table all"},
	"rule":               {"ip -d rule", "ip -6 -d rule"},
	"neigh":              {"ip -d neigh", "ip -d neigh show proxy"},
	"nexthop":            {"ip -d nexthop"},
	"bridge.vlan":        {"bridge -d vlan"},
	"bridge.vlan_global": {"bridge -d vlan global show"},
	"bridge.fdb":         {"bridge -d fdb"},
	"bridge.mdb":         {"bridge -d mdb"},
	"tc.qdisc":           {"tc -d qdisc"},
	"tc.filter":          {"tc -d filter show dev DEV", "tc -d filter show dev DEV ingress", "tc -d filter show dev DEV egress"},
	"neigh.table":        {"ip ntable"},
}

// plain are tools without JSON.
var plain = map[string]string{
	"xfrm.state":  "ip xfrm state",
	"xfrm.policy": "ip xfrm policy",
	"tc.class_":   `for d in $(ip -br link | cut -d@ -f1 | cut "-d " -f1); do tc -d class show dev $d; done`,
}

// volatile is what they show that differs by nature.
var volatile = []string{"ifindex", "link_index", "operstate", "promiscuity", "permaddr", "root_id", "bridge_id", "gc_timer", "hello_timer",
	"tcn_timer", "topology_change_timer", "ifi_index", "tentative", "preferred_life_time", "valid_life_time", "used", "refcnt", "reachable", "tso_max_size", "tso_max_segs", "qdisc", "index"}

// observe is what other programs say of the node, by what it is about.
func observe(t *testing.T, ns *nstest.NS, family string) map[string]string {
	t.Helper()
	out := map[string]string{}
	if command := plain[family]; command != "" {
		observeText(out, ns.Sh(t, "nsenter --net=/run/netns/"+name+".n sh -ec '"+command+"'"))
	}
	for _, command := range commands(t, ns, family) {
		for i, m := range list(t, ns, strings.Fields(command)) {
			if strings.HasPrefix(fmt.Sprint(m["dst"]), "fe80") { // comes when the kernel is sure of it
				continue
			}
			forget(m)
			spread(m)
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			about := fmt.Sprint(m["ifname"], m["dev"], m["dst"], m["priority"], m["id"])
			for _, taken := out[about]; taken; _, taken = out[about] {
				about += fmt.Sprint(" ", i)
			}
			out[command+": "+about] = string(text)
		}
	}
	return out
}

// commands are the tools of a family, those for one device for each.
func commands(t *testing.T, ns *nstest.NS, family string) (all []string) {
	devices := []map[string]any{{}}
	if slices.ContainsFunc(tools[family], func(s string) bool { return strings.Contains(s, "DEV") }) {
		devices = list(t, ns, []string{"ip", "link"})
	}
	for _, command := range tools[family] {
		for _, d := range devices {
			all = append(all, strings.ReplaceAll(command, "DEV", fmt.Sprint(d["ifname"])))
		}
	}
	return all
}

// list is what a tool lists in the node.
func list(t *testing.T, ns *nstest.NS, words []string) []map[string]any {
	args := append([]string{"-n", name + ".n"}, words[1:]...)
	switch words[0] {
	case "tc":
		return ns.TC(t, args...)
	case "bridge":
		return ns.Bridge(t, args...)
	}
	return ns.IP(t, args...)
}

// observeText notes what a tool says that has no JSON: objects of several lines, of which
// the further ones are indented, by the first two.
func observeText(out map[string]string, text string) {
	for _, object := range strings.Split(strings.ReplaceAll(text, "\n\t", "\t"), "\n") {
		lines := strings.Split(object, "\t")
		lines = slices.DeleteFunc(lines, func(s string) bool { return strings.HasPrefix(s, "anti-replay") })
		about := strings.Join(lines[:min(len(lines), 2)], " ")
		out[about] = strings.Join(lines, "\n")
	}
}

// spread makes of each range of VLANs its VLANs: which ones the kernel tells of together
// depends on more than what it tells.
func spread(m map[string]any) {
	vlans, _ := m["vlans"].([]any)
	var each []any
	for _, v := range vlans {
		in, _ := v.(map[string]any)
		first, _ := strconv.Atoi(fmt.Sprint(in["vlan"]))
		last, err := strconv.Atoi(fmt.Sprint(in["vlanEnd"]))
		if err != nil { // it is no range
			last = first
		}
		for vid := first; vid <= last; vid++ {
			one := maps.Clone(in)
			delete(one, "vlanEnd")
			one["vlan"] = vid
			each = append(each, one)
		}
	}
	if each != nil {
		slices.SortFunc(each, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		m["vlans"] = each
	}
}

// forget drops what is volatile, at any depth.
func forget(m map[string]any) {
	for _, key := range volatile {
		delete(m, key)
	}
	if flags, ok := m["flags"].([]any); ok {
		m["flags"] = slices.DeleteFunc(flags, func(f any) bool { return f == "M-DOWN" || f == "LOWER_UP" || f == "NO-CARRIER" })
	}
	if groups, ok := m["mdb"].([]any); ok {
		m["mdb"] = slices.DeleteFunc(groups, joined)
	}
	for _, v := range m {
		switch v := v.(type) {
		case map[string]any:
			forget(v)
		case []any:
			for _, e := range v {
				if in, ok := e.(map[string]any); ok {
					forget(in)
				}
			}
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	}
}

// joined reports whether a group is one that the kernel itself joins for IPv6, which it
// does in its own time.
func joined(group any) bool {
	m, _ := group.(map[string]any)
	return strings.HasPrefix(fmt.Sprint(m["grp"]), "ff02:")
}

// differ are the differences of what was told.
func differ(now, never map[string]string) (out []string) {
	for _, about := range slices.Sorted(maps.Keys(now)) {
		if now[about] != never[about] {
			out = append(out, about+": never "+less(never[about], now[about])+", now "+less(now[about], never[about]))
		}
	}
	for about := range never {
		if _, there := now[about]; !there {
			out = append(out, about+" is gone")
		}
	}
	return out
}

// less are the members of an object that another one does not have.
func less(a, b string) string {
	out := []string{}
	other := strings.Split(b, ",\"")
	for _, m := range strings.Split(a, ",\"") {
		if !slices.Contains(other, m) {
			out = append(out, m)
		}
	}
	return strings.Join(out, ", ")
}
