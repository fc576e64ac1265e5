package rt

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Realms writes a pair of realms as ip does: "source/destination", or the
// destination alone as a number.
var Realms = &attr.Notation{
	Name: "realms such as \"4/5\"",
	Format: func(n uint64) string {
		if n>>16 == 0 {
			return ""
		}
		return fmt.Sprintf("%d/%d", n>>16, n&0xffff)
	},
	Parse: func(s string) (uint64, error) {
		from, to, pair := strings.Cut(s, "/")
		if !pair {
			from, to = "0", s
		}
		a, err := strconv.ParseUint(from, 0, 16)
		b, err2 := strconv.ParseUint(to, 0, 16)
		if err != nil || err2 != nil {
			return 0, fmt.Errorf("%q is no pair of realms such as \"4/5\"", s)
		}
		return a<<16 | b, nil
	},
}
