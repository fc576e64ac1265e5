package attr

import (
	"net/netip"
	"testing"
	"unsafe"
)

// TestPrefixText is what makes the texts of keys comparable: a prefix says the same with and
// without a Value between.
func TestPrefixText(t *testing.T) {
	for _, s := range []string{"0.0.0.0/0", "10.1.2.0/24", "255.255.255.255/32", "::/0", "2001:db8::/32", "::ffff:1.2.3.4/128", "fe80::1/128"} {
		p := netip.MustParsePrefix(s)
		at := unsafe.Pointer(&p)
		want := string(prefixOps.get(&Field{}, at).appendTo(nil))
		if got := string(appendPrefix(nil, at)); got != want {
			t.Errorf("%s: the text is %s, the value %s", s, got, want)
		}
	}
}
