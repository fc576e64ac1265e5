package tc

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

func TestHandleText(t *testing.T) {
	for _, c := range []struct {
		text string
		want Handle
		back string
	}{
		{"1:", 0x10000, "1:"}, {"1:10", 0x10010, "1:10"}, {":10", 0x10, ":10"}, {"ffff:fff2", AtIngress, "ffff:fff2"}, {"10010", 0x10010, "1:10"},
		{"0xa", 0xa, ":a"}, {"root", Root, "root"}, {"abcd:ef01", 0xabcdef01, "abcd:ef01"}, {":", 0, "0:"},
	} {
		h, err := ParseHandle(c.text)
		if err != nil || h != c.want || h.String() != c.back {
			t.Errorf("%q is %#x %q, %v; want %#x %q", c.text, uint32(h), h, err, uint32(c.want), c.back)
		}
	}
	for _, bad := range []string{"", "x", "1:x", "10000:", "1:10000", "1:2:3", "100000000", "-1:", "1: 2"} {
		if h, err := ParseHandle(bad); err == nil {
			t.Errorf("%q is %s, want an error", bad, h)
		}
	}
}

func TestMinorText(t *testing.T) {
	for _, c := range []struct {
		text string
		want uint64
		back string
	}{
		{"30", 0x30, "0x30"}, {"0x30", 0x30, "0x30"}, {":30", 0x30, "0x30"}, {"1:30", 0x30, "0x30"}, {"0", 0, "0x0"}, {"1:", 0, "0x0"}, {"ffff", 0xffff, "0xffff"},
	} {
		n, err := minors.Parse(c.text)
		if err != nil || n != c.want || minors.Format(n) != c.back {
			t.Errorf("%q is %#x %q, %v; want %#x %q", c.text, n, minors.Format(n), err, c.want, c.back)
		}
	}
	for _, bad := range []string{"", "x", "1:x", "1:10000", "root", "1:2:3"} {
		if n, err := minors.Parse(bad); err == nil {
			t.Errorf("%q is %#x, want an error", bad, n)
		}
	}
}

func TestFilterHandleText(t *testing.T) {
	for _, c := range []struct {
		text string
		want uint64
		back string // "" for a number
	}{
		{"7", 7, ""}, {"0x10", 0x10, ""}, {"800::800", 0x80000800, "800::800"}, {"800:", 0x80000000, "800:"}, {"1:2:", 0x102000, "1:2:"}, {"fff:ff:fff", 0xffffffff, "fff:ff:fff"},
	} {
		n, err := filterHandles.Parse(c.text)
		if err != nil || n != c.want || filterHandles.Format(n) != c.back {
			t.Errorf("%q is %#x %q, %v; want %#x %q", c.text, n, filterHandles.Format(n), err, c.want, c.back)
		}
	}
	for _, bad := range []string{"", "x", "1000::", "1:100:", "1::1000", "1:2:3:4", "4294967296"} {
		if n, err := filterHandles.Parse(bad); err == nil {
			t.Errorf("%q is %#x, want an error", bad, n)
		}
	}
}

func TestVerdictText(t *testing.T) {
	for text, want := range map[string]Verdict{"pass": Pass, "ok": Pass, "drop": Drop, "shot": Drop, "pipe": Pipe, "continue": Continue, "reclassify": Reclassify,
		"stolen": Stolen, "trap": Trap, "goto chain 5": GotoChain(5), "jump 2": Jump(2)} {
		v, err := parseVerdict(text)
		if err != nil || v != want {
			t.Errorf("%q is %#x, %v; want %#x", text, uint32(v), err, uint32(want))
		}
		if back, _ := parseVerdict(v.String()); back != v {
			t.Errorf("%q comes back as %q", text, v)
		}
	}
	for _, bad := range []string{"", "away", "goto chain", "goto chain x", "goto chain 268435456", "jump -1"} {
		if v, err := parseVerdict(bad); err == nil {
			t.Errorf("%q is %s, want an error", bad, v)
		}
	}
}

// TestMatchTexts: what reads a match of flower or u32 reads what prints it.
func TestMatchTexts(t *testing.T) {
	ports := srcPorts.code()
	icmps := func() *attr.Code[ICMPMatch] { _, c := icmp(1, 2, 3, 4); return c }()
	ips := func() *attr.Code[IPMatch] { _, c := ipMatch(1, 2, 3, 4); return c }()
	addrs := func() *attr.Code[MACMatch] { _, c := macMatch(1, 2); return c }()
	through := func(v attr.Value) map[string]func() (attr.Value, error) {
		return map[string]func() (attr.Value, error){
			"port": func() (attr.Value, error) { x, err := ports.Read(v); return ports.Show(x), err },
			"icmp": func() (attr.Value, error) { x, err := icmps.Read(v); return icmps.Show(x), err },
			"ip":   func() (attr.Value, error) { x, err := ips.Read(v); return ips.Show(x), err },
			"mac":  func() (attr.Value, error) { x, err := addrs.Read(v); return addrs.Show(x), err },
			"ct":   func() (attr.Value, error) { x, err := ctState.Read(v); return ctState.Show(x), err },
			"label": func() (attr.Value, error) {
				x, err := labels.Read(v)
				return labels.Show(x), err
			},
			"police": func() (attr.Value, error) { x, err := conformExceed.Read(v); return conformExceed.Show(x), err },
		}
	}
	text, zeros := attr.TextValue, strings.Repeat("0", 31)
	for _, c := range []struct {
		kind      string
		given     attr.Value
		want, why string
	}{
		{"port", attr.UintValue(80), "80", ""}, {"port", text("80"), "80", ""}, {"port", text("80/0xfff0"), `"80/0xfff0"`, ""}, {"port", text("1000-2000"), `"1000-2000"`, ""},
		{"port", text("7-7"), "7", ""}, {"port", attr.UintValue(65536), "", "too large"}, {"port", text("9-8"), "", "backwards"}, {"port", text("1-2/3"), "", "both"}, {"port", text("http"), "", "a word"},
		{"icmp", attr.UintValue(8), "8", ""}, {"icmp", text("8/0xf8"), `"8/0xf8"`, ""}, {"icmp", attr.UintValue(256), "", "too large"}, {"icmp", text("1-2"), "", "a range"}, {"icmp", text("1/0x1ff"), "", "a mask of 9 bits"},
		{"ip", text("10.0.0.0/8"), `"10.0.0.0/8"`, ""}, {"ip", text("10.0.0.1"), `"10.0.0.1/32"`, ""}, {"ip", text("10.0.0.1/255.0.0.255"), `"10.0.0.1/255.0.0.255"`, ""},
		{"ip", text("10.0.0.1/255.255.0.0"), `"10.0.0.1/16"`, ""}, {"ip", text("2001:db8::/32"), `"2001:db8::/32"`, ""}, {"ip", text("2001:db8::1/ffff::ffff"), `"2001:db8::1/ffff::ffff"`, ""},
		{"ip", text("10.0.0.1/ffff::"), "", "two families"}, {"ip", text("fe80::1%eth0"), "", "a zone"}, {"ip", attr.UintValue(1), "", "a number"},
		{"mac", text("02:00:00:00:00:01"), `"02:00:00:00:00:01"`, ""}, {"mac", text("02:00:00:00:00:01/24"), `"02:00:00:00:00:01/ff:ff:ff:00:00:00"`, ""}, {"mac", text("02:00:00:00:00:01/49"), "", "too long"}, {"mac", text("02:00"), "", "too short"},
		{"ct", text("+trk-new"), `"+trk-new"`, ""}, {"ct", text("-new+trk+rpl"), `"+trk-new+rpl"`, ""}, {"ct", text("trk"), "", "without a sign"}, {"ct", text("+"), "", "without a word"}, {"ct", text("+odd"), "", "unknown"},
		{"label", text(zeros + "1"), `"` + zeros + "1/" + strings.Repeat("f", 32) + `"`, ""}, {"label", text("1"), "", "too short"},
		{"police", text("drop"), `"drop/pass"`, ""}, {"police", text("drop/pipe"), `"drop/pipe"`, ""}, {"police", text("x/pipe"), "", "unknown"}, {"police", text("drop/x"), "", "unknown"},
	} {
		got, err := through(c.given)[c.kind]()
		if (err != nil) != (c.why != "") {
			t.Errorf("%s %s: %s, error %v; error wanted: %q", c.kind, c.given, got, err, c.why)
		}
		if err == nil && got.String() != c.want {
			t.Errorf("%s %s comes back as %s, want %s", c.kind, c.given, got, c.want)
		}
	}
}

// u32Matches are matches in all words that tc has. Without "ip6 icmp_code",
// which tc looks for behind the wrong header.
var u32Matches = []string{
	"ip src 10.0.0.0/8", "ip dst 10.1.2.3/32", "ip dst 0.0.0.0/0", "ip tos 0x10 0xff", "ip dsfield 0x10 0xf0", "ip precedence 0x10 0xf0", "ip ihl 5 0xf", "ip protocol 6 0xff",
	"ip nofrag", "ip firstfrag", "ip df", "ip mf", "ip sport 80 0xffff", "ip dport 0x50 fff0", "ip icmp_type 8 0xff", "ip icmp_code 0 0xff",
	"ip6 src 2001:db8::/32", "ip6 dst 2001:db8::1/128", "ip6 dst 2001:db8:0:1::/64", "ip6 priority 0x12 0xff", "ip6 protocol 6 0xff", "ip6 flowlabel 0x12345 0xfffff",
	"ip6 sport 80 0xffff", "ip6 dport 80 0xffff", "ip6 icmp_type 128 0xff", "tcp src 80 0xffff", "tcp dst 80 0xffff", "udp src 53 0xffff", "udp dst 53 0xffff", "icmp type 8 0xff", "icmp code 0 0xff",
	"ether src 02:00:00:00:00:01", "ether dst 02:00:00:00:00:01", "u32 0x12345678 0xffff0000 at 8", "u16 0x1234 0xffff at 2", "u16 0x1234 0xffff at nexthdr+2", "u8 0x12 0xff at 3", "u8 0x12 0xff at -13", "u32 0x1 0x1 at nexthdr+0",
}

// TestMatchesAsTC: a match means to us what it means to tc.
func TestMatchesAsTC(t *testing.T) {
	b := ingressBench(t, "filter:u32")
	for i, text := range u32Matches {
		prio := uint16(i + 1)
		b.sh("tc filter add dev v0 ingress prio " + strconv.Itoa(i+1) + " protocol all u32 match " + text + " flowid 1:1")
		f := only(b, FilterType, &Filter{Dev: v0, Priority: of(prio), Kind: &U32{ClassID: of(NewHandle(1, 1))}})
		var theirs, printed []MatchWord
		for _, m := range f.Kind.(*U32).Match {
			w, _ := m.Word.Get()
			theirs = append(theirs, w)
			again, err := ParseMatch(w.String())
			if err != nil {
				t.Errorf("%q is printed as %q: %v", text, w, err)
			}
			printed = append(printed, again...)
		}
		ours, err := ParseMatch(text)
		if err != nil || !slices.Equal(ours, theirs) {
			t.Errorf("%q is %v, %v; to tc it is %v", text, ours, err, theirs)
		}
		if !slices.Equal(printed, theirs) {
			t.Errorf("%v is printed as %v", theirs, printed)
		}
	}
}

func TestMatchErrors(t *testing.T) {
	for _, bad := range []string{"", "ip", "ip away 1 1", "ip dport", "ip dport 80", "ip dport 65536 0xffff", "ip dport 80 0x10000", "ip dst 2001:db8::/32", "ip6 dst 10.0.0.0/8",
		"ip dst 10.0.0.0/33", "u32 1 1 at", "u32 1 1 at x", "u16 1 1 at 3", "ip dst 10.0.0.0/8 more", "ether src 1", "ip dst 10.0.0.0/8 at 1"} {
		if m, err := ParseMatch(bad); err == nil {
			t.Errorf("%q is %v, want an error", bad, m)
		}
	}
}

// TestMatchWords: scripts and tc show words where they say the same.
func TestMatchWords(t *testing.T) {
	for _, text := range []string{"ip dport 80 0xffff", "ip src 10.0.0.0/8", "ip protocol 6 0xff", "ip tos 0x10 0xff", "tcp dst 80 0xffff", "u32 0x00000050 0x0000fff0 at 20"} {
		words, err := ParseMatch(text)
		if err != nil || len(words) != 1 || words[0].String() != text {
			t.Errorf("%q is %v, %v", text, words, err)
		}
	}
}

// Filters of IPv6 show its words, and an address as the one text that it was.
func TestIPv6MatchWords(t *testing.T) {
	b := ingressBench(t, "filter:u32")
	for i, texts := range [][]string{
		{"ip6 dst 2001:db8::/32"}, {"ip6 src 2001:db8::1/128"}, {"ip6 dst 2001:db8:0:1::/64"}, {"ip6 src 2001:db8:0:8000::/49"}, {"ip6 dst 2000::/3"},
		{"ip6 src ::/32"}, {"ip6 dst ::ffff:192.0.2.1/128"}, {"ip6 protocol 6 0xff", "ip6 dport 80 0xffff"}, {"ip6 sport 53 0xffff"}, {"ip6 priority 0x12 0xff"},
		{"ip6 src 2001:db8::/48", "ip6 dst 2001:db8:1::/48"}, {"u32 0x00012345 0x000fffff at 0"}, {"u32 0x0a000000 0xff000000 at 12"}, {"tcp dst 80 0xffff"},
	} {
		prio := strconv.Itoa(i + 1)
		b.sh("tc filter add dev v0 ingress prio " + prio + " protocol ipv6 u32 match " + strings.Join(texts, " match ") + " flowid 1:1")
		f := only(b, FilterType, &Filter{Dev: v0, Priority: of(uint16(i + 1)), Kind: &U32{ClassID: of(NewHandle(1, 1))}})
		at := u32Schema.Lookup("match")
		shown := u32Schema.Get(attr.To(f.Kind.(*U32)), at)
		var out []string
		for _, v := range shown.L {
			out = append(out, v.S)
		}
		if !slices.Equal(out, texts) {
			t.Errorf("%q is shown as %q", texts, out)
		}
		var again U32
		b.must(u32Schema.Put(&attr.Put{}, attr.To(&again), at, shown))
		if !u32Schema.Covers(attr.To(f.Kind.(*U32)), attr.To(&again)) {
			t.Errorf("%q goes in as %v, want %v", out, again.Match, f.Kind.(*U32).Match)
		}
	}
}

// TestDistributions compares ours with tc's, which it has in files.
func TestDistributions(t *testing.T) {
	for d := range quantiles {
		files, _ := filepath.Glob("/usr/lib*/tc/" + string(d) + ".dist") // the pattern is right
		more, _ := filepath.Glob("/usr/lib/*/tc/" + string(d) + ".dist")
		if files = append(files, more...); len(files) == 0 {
			nstest.Skip(t, "no files of tc's distributions")
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		ours, err := d.payload()
		if err != nil {
			t.Fatal(err)
		}
		var theirs []int
		for line := range bytes.Lines(text) {
			if bytes.HasPrefix(line, []byte("#")) {
				continue
			}
			for _, word := range strings.Fields(string(line)) {
				n, err := strconv.ParseInt(word, 10, 16)
				if err != nil {
					t.Fatal(err)
				}
				theirs = append(theirs, int(n))
			}
		}
		if len(theirs) != len(ours)/2 {
			t.Fatalf("%s has %d entries, tc's %d", d, len(ours)/2, len(theirs))
		}
		for i, want := range theirs {
			if got := int(int16(binary.NativeEndian.Uint16(ours[2*i:]))); got < want-1 || got > want+1 {
				t.Errorf("%s: entry %d is %d, tc's is %d", d, i, got, want)
			}
		}
	}
}

// TestShown: scripts see words and handles.
func TestShown(t *testing.T) {
	f := &Filter{Dev: v0, Parent: of(AtIngress), Handle: of[uint32](0x80000800), Protocol: of(rt.EtherIPv4),
		Kind: &U32{Match: matches("ip dport 80 0xffff"), ClassID: of(NewHandle(1, 0x10)), Table: of[uint32](0x80000000)}, Actions: []Action{&Gact{Common: Common{Control: of(GotoChain(4))}}}}
	want := `tc.filter(dev = "v0", parent = "ingress", protocol = "ip", handle = "800::800", kind = u32(match = ["ip dport 80 0xffff"], classid = "1:10", ht = "800:"), actions = [gact(control = "goto chain 4")])`
	if got := strings.ReplaceAll(strings.ReplaceAll(show(FilterType.Ref(f).Value()), ", )", ")"), ", ]", "]"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
