package attr

import (
	"strconv"
	"testing"
)

// TestQuoted: texts are quoted as Go does, those that need nothing but quotes too.
func TestQuoted(t *testing.T) {
	for _, s := range []string{"", "eth0", "10.0.0.0/8", "a b", `a"b`, `a\b`, "a\x1bb", "ä", "a\x7f", "~"} {
		if got, want := TextValue(s).String(), strconv.Quote(s); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
