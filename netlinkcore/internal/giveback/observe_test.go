package giveback_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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
	"tc.qdisc":           {"tc -d qdisc"},
	"neigh.table":        {"ip ntable"},
}

// volatile is what they show that differs by nature.
var volatile = []string{"ifindex", "link_index", "operstate", "promiscuity", "permaddr", "root_id", "bridge_id", "gc_timer", "hello_timer",
	"tcn_timer", "topology_change_timer", "ifi_index", "preferred_life_time", "valid_life_time", "used", "refcnt", "reachable", "tso_max_size", "tso_max_segs", "qdisc"}

// observe is what other programs say of the node, by what it is about.
func observe(t *testing.T, ns *nstest.NS, family string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, command := range tools[family] {
		words := strings.Fields(command)
		args := append([]string{"-n", name + ".n"}, words[1:]...)
		var list []map[string]any
		switch words[0] {
		case "ip":
			list = ns.IP(t, args...)
		case "tc":
			list = ns.TC(t, args...)
		case "bridge":
			list = ns.Bridge(t, args...)
		}
		for i, m := range list {
			if strings.HasPrefix(fmt.Sprint(m["dst"]), "fe80") { // comes when the kernel is sure of it
				continue
			}
			forget(m)
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

// forget drops what is volatile, at any depth.
func forget(m map[string]any) {
	for _, key := range volatile {
		delete(m, key)
	}
	if flags, ok := m["flags"].([]any); ok {
		m["flags"] = slices.DeleteFunc(flags, func(f any) bool { return f == "M-DOWN" || f == "LOWER_UP" || f == "NO-CARRIER" })
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
