package rule_test

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func scope(t *testing.T) (*nstest.NS, *object.Scope) {
	t.Helper()
	ns := nstest.New(t)
	s := object.NewScope(object.Config{Enter: ns.Do})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

// from is a rule of priority 100 for table 100.
func from(src string) *rule.Rule {
	v := &rule.Rule{Priority: opt.Of[uint32](100), Table: opt.Of[rt.Table](100)}
	if src != "" {
		v.Src = netip.MustParsePrefix(src)
	}
	return v
}

// at returns the rules that ip shows with a priority.
func at(t *testing.T, ns *nstest.NS, priority int) (out []map[string]any) {
	t.Helper()
	for _, r := range ns.IP(t, "rule", "show") {
		if r["priority"] == priority {
			out = append(out, r)
		}
	}
	return out
}

func TestSelectors(t *testing.T) {
	ns, s := scope(t)
	v := &rule.Rule{
		Priority: opt.Of[uint32](50), Src: netip.MustParsePrefix("10.0.0.0/8"), Dst: netip.MustParsePrefix("10.1.0.0/16"), Table: opt.Of[rt.Table](1000),
		IIF: opt.Of("lo"), OIF: opt.Of("later0"), Mark: opt.Of(rt.Mark{Value: 1, Mask: 0xff}), TOS: opt.Of[uint8](0x10), IPProto: opt.Of[uint8](6),
		SrcPorts: opt.Of(attr.Span[uint16]{From: 1000, To: 2000}), DstPorts: opt.Of(attr.Span[uint16]{From: 80, To: 80}),
		UIDs:                 opt.Of(attr.Span[uint32]{}), // the only user of a user namespace
		SuppressPrefixLength: opt.Of[uint32](0), Not: opt.Of(true), Protocol: opt.Of[rt.Protocol](unix.RTPROT_BGP),
	}
	if err := rule.Type.Add(t.Context(), s, v); err != nil {
		t.Fatal(err)
	}
	out := at(t, ns, 50)
	if len(out) != 1 {
		t.Fatalf("ip shows %v", out)
	}
	for key, want := range map[string]any{"src": "10.0.0.0", "srclen": 8, "dst": "10.1.0.0", "dstlen": 16, "table": "1000", "iif": "lo", "oif": "later0",
		"fwmark": "0x1", "fwmask": "0xff", "ipproto": "tcp", "sport_start": 1000, "sport_end": 2000, "dport": 80, "uid_start": 0, "uid_end": 0, "suppress_prefixlen": 0, "protocol": "bgp"} {
		if got := out[0][key]; got != want {
			t.Errorf("ip shows %s %v, want %v", key, got, want)
		}
	}
	got, err := rule.Type.Get(t.Context(), s, &rule.Rule{Priority: v.Priority})
	if err != nil || !rule.Type.Schema.Covers(attr.To(got), attr.To(v)) {
		t.Errorf("read back %+v, %v", got, err)
	}
	if err := rule.Type.Delete(t.Context(), s, got); err != nil || len(at(t, ns, 50)) != 0 {
		t.Errorf("delete: %v, ip shows %v", err, at(t, ns, 50))
	}
	v6 := &rule.Rule{Src: netip.MustParsePrefix("fd00::/8"), Action: opt.Of(rule.Blackhole)}
	r, err := rule.Type.Do(t.Context(), s, object.Add, rule.Type.Ref(v6))
	if err != nil {
		t.Fatal(err)
	}
	if key, _ := rule.Type.As(r); !key.Priority.IsSet() {
		t.Error("the priority that the kernel chose is not told")
	}
}

// The kernel takes "from all" for the same rule as "from 10.0.0.0/24", and says
// that it exists; it does not.
func TestAllBesideOne(t *testing.T) {
	ns, s := scope(t)
	for _, src := range []string{"10.0.0.0/24", ""} {
		if err := rule.Type.Add(t.Context(), s, from(src)); err != nil {
			t.Fatalf("from %q: %v", src, err)
		}
	}
	not := from("10.0.0.0/24")
	not.Not = opt.Of(true)
	if err := rule.Type.Add(t.Context(), s, not); err != nil {
		t.Errorf("the inverted rule: %v", err)
	}
	if out := at(t, ns, 100); len(out) != 3 {
		t.Errorf("ip shows %v", out)
	}
	for _, v := range []*rule.Rule{from("10.0.0.0/24"), from(""), not} {
		if err := rule.Type.Add(t.Context(), s, v); !errors.Is(err, unix.EEXIST) {
			t.Errorf("%+v added twice: %v", v, err)
		}
	}
}

// A deletion of "from all" would remove "from 10.0.0.0/24", which stands first.
func TestDeleteTheOneMeant(t *testing.T) {
	ns, s := scope(t)
	for _, src := range []string{"10.0.0.0/24", ""} { // ip itself cannot add the second
		if err := rule.Type.Add(t.Context(), s, from(src)); err != nil {
			t.Fatal(err)
		}
	}
	err := rule.Type.Delete(t.Context(), s, &rule.Rule{Priority: opt.Of[uint32](100)})
	var ambiguous *object.AmbiguousError
	if !errors.As(err, &ambiguous) {
		t.Errorf("a key that two rules have: %v", err)
	}
	all, err := rule.Type.Collect(t.Context(), s, &rule.Rule{Priority: opt.Of[uint32](100), Family: opt.Of[uint8](unix.AF_INET)})
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	for i := range all {
		if all[i].Src.IsValid() {
			continue
		}
		// All that this rule has, the one before it has too: the kernel cannot
		// be told to take the second.
		err := rule.Type.Delete(t.Context(), s, all[i])
		if object.Code(err) != "conflict" && object.Code(err) != "ambiguous" {
			t.Errorf("deleting the second: %v", err)
		}
	}
	if out := at(t, ns, 100); len(out) != 2 {
		t.Errorf("something went: ip shows %v", out)
	}
	if err := rule.Type.Delete(t.Context(), s, from("10.0.0.0/24")); err != nil {
		t.Error(err)
	}
	if err := rule.Type.Delete(t.Context(), s, from("")); err != nil || len(at(t, ns, 100)) != 0 {
		t.Errorf("%v, ip shows %v", err, at(t, ns, 100))
	}
	if err := rule.Type.Delete(t.Context(), s, from("")); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("deleting it twice: %v", err)
	}
}

// A list shows both families, and not those of multicast routing.
func TestList(t *testing.T) {
	_, s := scope(t)
	all, err := rule.Type.Collect(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	count := map[uint8]int{}
	for i := range all {
		count[all[i].Family.Or(0)]++
	}
	if count[unix.AF_INET] != 3 || count[unix.AF_INET6] != 2 || len(count) != 2 {
		t.Errorf("rules by family: %v", count)
	}
	if n, err := rule.Type.Flush(t.Context(), s, nil); n != 0 || err != nil {
		t.Errorf("flush removed %d of the kernel's rules, %v", n, err)
	}
}
