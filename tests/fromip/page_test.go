package fromip

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A pair is a line of the page: the same for ip and for netlark, in a namespace
// that common, which are commands of ip, and setup have made.
type pair struct{ common, setup, ip, netlark string }

var (
	setupBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	setupLine  = regexp.MustCompile("(?m)^After `(.*)`:$")
	row        = regexp.MustCompile("^\\| `(.*?)` \\| `(.*)` \\|$")
)

// readPage reads the pairs of the page.
func readPage(t *testing.T) (pairs []pair) {
	t.Helper()
	page, err := os.ReadFile("../../docs/from-ip.md")
	if err != nil {
		t.Fatal(err)
	}
	block := setupBlock.FindSubmatch(page)
	if block == nil {
		t.Fatal("the page does not say what its namespaces are like")
	}
	p := pair{common: string(block[1])}
	for line := range strings.SplitSeq(string(page), "\n") {
		if strings.HasPrefix(line, "## ") {
			p.setup = ""
		}
		if m := setupLine.FindStringSubmatch(line); m != nil {
			p.setup = m[1] + "\n"
		}
		if m := row.FindStringSubmatch(strings.ReplaceAll(line, `\|`, "\x00")); m != nil {
			p.ip, p.netlark = strings.ReplaceAll(m[1], "\x00", "|"), strings.ReplaceAll(m[2], "\x00", "|")
			pairs = append(pairs, p)
		} else if strings.HasPrefix(line, "| `") {
			t.Errorf("not understood: %s", line)
		}
	}
	return pairs
}

// capabilities are what commands of iproute2 require of a kernel, by what they
// match: the rows of nstest's table, with a submatch put in.
var capabilities = []struct {
	match *regexp.Regexp
	row   string
}{
	{regexp.MustCompile(`\btype (vlan|macvlan|ipvlan|vxlan|gre|ipip|wireguard|vrf|bond|dummy|bridge|veth)\b`), "kind:"},
	{regexp.MustCompile(`\bip (tun)tap\b`), "kind:"},
	{regexp.MustCompile(`\bbridge (vlan)(?:_filtering 1| add)`), "bridge:"},
	{regexp.MustCompile(`\btc qdisc .*\b(netem|tbf|fq_codel|htb|ingress|clsact)\b`), "qdisc:"},
	{regexp.MustCompile(`\btc filter .*\b(flower|u32|matchall)\b`), "filter:"},
	{regexp.MustCompile(`\baction (mirred)\b`), "action:"},
	{regexp.MustCompile(`\bip -f (mpls) route\b`), "route:"},
	{regexp.MustCompile(`\bencap (mpls|seg6|seg6local) `), "encap:"},
	{regexp.MustCompile(`\bxfrm state .*\bproto (esp)\b`), "xfrm:"},
}

// requires are the capabilities that the pair takes.
func (p pair) requires() (out []string) {
	for command := range strings.FieldsFuncSeq(p.common+p.setup+p.ip, func(r rune) bool { return r == '\n' || r == ';' }) {
		for _, c := range capabilities {
			if m := c.match.FindStringSubmatch(command); m != nil {
				out = append(out, c.row+m[1])
			}
		}
	}
	if strings.Contains(p.ip, "action drop") {
		out = append(out, "action:gact")
	}
	return out
}

// common are capabilities that next to no kernel lacks.
var common = strings.Fields("kind:veth kind:bridge kind:vxlan kind:macvlan kind:tun qdisc:htb qdisc:tbf qdisc:ingress qdisc:clsact filter:u32 " +
	"encap:seg6 encap:seg6local")

// usual reports whether the pair takes nothing but what is common.
func (p pair) usual() bool {
	return !slices.ContainsFunc(p.requires(), func(c string) bool { return !slices.Contains(common, c) })
}

// reads reports whether the pair only reads.
func (p pair) reads() bool {
	return regexp.MustCompile(` (show|get|list)\b|^sysctl -n`).MatchString(p.ip)
}

func (p pair) watches() bool { return strings.HasPrefix(p.ip, "ip monitor") }
