package rule_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
)

// Attributes that others lose: with tables beyond 255, of 8 bytes, and actions
// without a table.
func TestWholeRules(t *testing.T) {
	ns, s := scope(t)
	rules := map[uint32]*rule.Rule{
		10: {Table: opt.Of[rt.Table](1000), SuppressPrefixLength: opt.Of[uint32](0), SuppressGroup: opt.Of[uint32](7)},
		11: {Table: opt.Of[rt.Table](1000), TunnelID: opt.Of[uint64](1 << 40)},
		12: {Action: opt.Of(rule.Prohibit)},
		13: {Action: opt.Of(rule.Blackhole)},
		14: {Action: opt.Of(rule.Unreachable)},
	}
	for priority, r := range rules {
		r.Priority = opt.Of(priority)
		if err := rule.Add(t.Context(), s, r); err != nil {
			t.Fatal(err)
		}
		got, err := rule.Get(t.Context(), s, &rule.Rule{Priority: r.Priority})
		if err != nil || !rule.Type.Schema.Covers(attr.To(got), attr.To(r)) {
			t.Errorf("read back %+v, %v, want %+v", got, err, r)
		}
	}
	for priority, want := range map[int]map[string]any{
		10: {"table": "1000", "suppress_prefixlen": 0, "suppress_ifgroup": "7"},
		12: {"action": "prohibit"}, 13: {"action": "blackhole"}, 14: {"action": "unreachable"},
	} {
		for key, v := range want {
			if got := at(t, ns, priority); len(got) != 1 || got[0][key] != v {
				t.Errorf("ip shows %v, want %s %v", got, key, v)
			}
		}
	}
}
