package fromip

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/tests/nstest"
)

// observers tell all of a namespace, and of those that have names there. Few
// processes do, as they are slow to start in a virtual machine. What is asked of
// a device that is gone is an error that says nothing; ip ends at it, so such
// questions come last.
const observers = `
look() {
	n=${1:+-n $1}
	ip $n -j -d -force -batch - 2>/dev/null <<-EOF || true
		link
		addr
		route show table all
		rule
		neigh
		neigh show proxy
		nexthop
		addrlabel
		xfrm policy
		xfrm state
		ntable show dev v0
		ntable show dev v1
	EOF
	ip $n -6 -j -d rule
	ip $n -f mpls -j -d route 2>/dev/null || true # a kernel without it
	bridge $n -j fdb
	bridge $n -j -d vlan 2>/dev/null || true # a kernel without VLANs
	bridge $n -d mdb | grep permanent | sort || true # ports join groups by themselves, and take their time
	bridge $n vlan global show 2>/dev/null || true
	bridge $n -j vlan tunnelshow 2>/dev/null || true
	tc $n -j -force -batch - 2>/dev/null <<-EOF || true
		qdisc
		class show dev v0
		class show dev v1
		filter show dev v0
		filter show dev v0 ingress
		filter show dev v1 ingress
		filter show dev v1 egress
	EOF
}
look
for file in /run/netns/*; do
	[ -e $file ] || continue
	echo "# $file"
	look ${file##*/}
done
cd /proc/sys/net/ipv4
head -n 99 ip_forward ping_group_range conf/*/rp_filter`

// changing are members that time changes, and those made of random addresses.
var changing = regexp.MustCompile(`^(.*_timer|bridge_id|root_id|designated_.*|.*life_time|expires.*|used|reachable|refcnt|direct_packets_stat|operstate|promiscuity)$`)

var (
	macs    = regexp.MustCompile(`\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b`)
	locals  = regexp.MustCompile(`\bfe80::[0-9a-f:]+|\bff02::1:ff[0-9a-f:]+`)
	handles = regexp.MustCompile(`\b8[0-9a-f]{3}:`)
	times   = regexp.MustCompile(`add \d{4}-.* use .*`)
)

// look returns what the observers say, a line for each object, without what time
// and chance make of it.
func (p pair) look(t *testing.T, n *nstest.NS) (lines []string) {
	t.Helper()
	out := n.Sh(t, observers)
	for _, told := range []string{`"ifname":"lo"`, `"table":"local"`, `"kind":"noqueue"`, `"label"`, "rp_filter"} {
		if !strings.Contains(out, told) {
			t.Fatalf("the observers do not tell of %s:\n%s", told, out)
		}
	}
	said := p.common + p.setup + p.ip
	for line := range strings.SplitSeq(out, "\n") {
		line = macs.ReplaceAllStringFunc(line, func(mac string) string {
			if strings.Contains(said, mac) || strings.HasPrefix(mac, "ff:") || strings.HasPrefix(mac, "00:00:") {
				return mac
			}
			return "MAC"
		})
		if strings.Contains(line, `"srclen"`) || strings.Contains(line, `"src":"all"`) { // rules: the page says so
			line = strings.ReplaceAll(line, `"protocol":"unspec"`, `"protocol":"boot"`)
		}
		line = locals.ReplaceAllString(line, "LOCAL")
		line = times.ReplaceAllString(handles.ReplaceAllString(line, "HANDLE:"), "")
		lines = append(lines, objects(line)...)
	}
	return lines
}

// objects splits a list in JSON into its objects, in order of their text.
func objects(line string) []string {
	var list []any
	if json.Unmarshal([]byte(line), &list) != nil {
		return []string{line}
	}
	var out []string
	for _, o := range list {
		b, _ := json.Marshal(without(o))
		if m, ok := o.(map[string]any); ok && (len(m) == 0 || foreign(m)) {
			continue
		}
		out = append(out, string(b))
	}
	slices.Sort(out)
	return out
}

// foreign are proxies of no device, which the kernel shows in all namespaces.
func foreign(o map[string]any) bool {
	_, proxy := o["proxy"]
	return proxy && o["dev"] == nil
}

func without(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			if changing.MatchString(key) {
				delete(v, key)
				continue
			}
			v[key] = without(member)
		}
	case []any:
		for i := range v {
			v[i] = without(v[i])
		}
	}
	return v
}

// difference are the lines that only one of the two has.
func difference(want, got []string) string {
	var b strings.Builder
	for _, line := range want {
		if !slices.Contains(got, line) {
			fmt.Fprintln(&b, "-", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			fmt.Fprintln(&b, "+", line)
		}
	}
	return b.String()
}

// identities reads a list in JSON, or a single object, and says what each is.
func identities(t *testing.T, text string, of func(map[string]any) []string) (out []string) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, o := range list {
		switch o := o.(type) {
		case map[string]any:
			out = append(out, of(o)...)
		default:
			out = append(out, fmt.Sprint(o))
		}
	}
	slices.Sort(out)
	return out
}

// ofTool says what an object of iproute2 is; none for the empty ones that it
// leaves where it filters.
func ofTool(o map[string]any) (out []string) {
	switch {
	case len(o) == 0:
		return nil
	case o["addr_info"] != nil:
		for _, a := range o["addr_info"].([]any) {
			a := a.(map[string]any)
			if a["local"] != nil { // not one that was filtered
				out = append(out, fmt.Sprintf("%v/%v %v", a["local"], a["prefixlen"], o["ifname"]))
			}
		}
		return out
	case o["mdb"] != nil:
		for _, e := range o["mdb"].([]any) {
			e := e.(map[string]any)
			out = append(out, text(e["grp"], e["src"], e["port"])...)
		}
		return out
	case o["mac"] != nil:
		return text(o["mac"], o["dst"])
	case o["kind"] != nil:
		return text(o["kind"])
	case o["lladdr"] != nil:
		return text(o["dst"], o["lladdr"], o["dev"])
	case o["dst"] != nil:
		return text(network(o["dst"]), o["gateway"], o["dev"])
	case o["priority"] != nil:
		return text(o["priority"], o["table"])
	case o["id"] != nil:
		return text(o["id"], o["gateway"], o["dev"])
	case o["ifname"] != nil:
		return text(o["ifname"], o["mtu"])
	}
	return text(o["name"])
}

// ofNetlark says what an object of netlark is.
func ofNetlark(o map[string]any) []string {
	kind, _ := o["kind"].(map[string]any)
	switch {
	case o["valid_lft"] != nil:
		return text(o["address"], o["dev"])
	case o["grp"] != nil:
		return text(o["grp"], o["src"], o["port"])
	case o["self"] != nil:
		return text(o["lladdr"], o["dst"])
	case o["name"] != nil:
		return text(o["name"], o["mtu"])
	case kind != nil:
		return text(kind["name"])
	case o["lladdr"] != nil:
		return text(o["dst"], o["lladdr"], o["dev"])
	case o["dst"] != nil:
		return text(network(o["dst"]), o["via"], o["dev"])
	case o["priority"] != nil:
		return text(o["priority"], o["table"])
	}
	return text(o["id"], o["via"], o["dev"])
}

func text(members ...any) []string {
	var words []string
	for _, m := range members {
		if m != nil {
			words = append(words, fmt.Sprint(m))
		}
	}
	return []string{strings.Join(words, " ")}
}

// network writes a destination as ip does.
func network(dst any) string {
	s := fmt.Sprint(dst)
	if s == "0.0.0.0/0" || s == "::/0" {
		return "default"
	}
	return strings.TrimSuffix(strings.TrimSuffix(s, "/32"), "/128")
}
