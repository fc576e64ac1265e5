package attr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Unit says what a bare number of an attribute means, how it lies on the
// wire, and which suffixes a string may have. Bare numbers mean what ip, tc and
// bridge make of them.
type Unit struct {
	Name     string  // what one is: "s", "ms", "bit/s"
	num, den uint64  // wire = bare × num / den
	base     float64 // base units (seconds, bit/s, bytes) in one bare number
	suffixes []suffix
}

type suffix struct {
	s string
	x float64 // base units
}

// Suffixes as tc reads them: lower case and upper case alike. Rates in "bit"
// are decimal, sizes are binary.
var (
	timeSuffixes = []suffix{{"s", 1}, {"sec", 1}, {"secs", 1}, {"ms", 1e-3}, {"msec", 1e-3}, {"msecs", 1e-3},
		{"us", 1e-6}, {"usec", 1e-6}, {"usecs", 1e-6}, {"ns", 1e-9}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}}
	rateSuffixes = []suffix{{"bit", 1}, {"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}, {"tbit", 1e12},
		{"kibit", 1 << 10}, {"mibit", 1 << 20}, {"gibit", 1 << 30}, {"tibit", 1 << 40},
		{"bps", 8}, {"kbps", 8e3}, {"mbps", 8e6}, {"gbps", 8e9}, {"tbps", 8e12},
		{"kibps", 8 << 10}, {"mibps", 8 << 20}, {"gibps", 8 << 30}, {"tibps", 8 << 40}}
	sizeSuffixes = []suffix{{"b", 1}, {"k", 1 << 10}, {"kb", 1 << 10}, {"m", 1 << 20}, {"mb", 1 << 20},
		{"g", 1 << 30}, {"gb", 1 << 30}, {"kbit", 128}, {"mbit", 128 << 10}, {"gbit", 128 << 20}}
	percentSuffixes = []suffix{{"%", 1}}
)

// Units of attributes, named after what one bare number is.
var (
	Seconds      = &Unit{"s", 1, 1, 1, timeSuffixes}
	Milliseconds = &Unit{"ms", 1, 1, 1e-3, timeSuffixes}
	Microseconds = &Unit{"us", 1, 1, 1e-6, timeSuffixes}
	// Centiseconds are USER_HZ ticks, 1/100 s on every architecture here.
	Centiseconds = &Unit{"cs", 1, 1, 1e-2, timeSuffixes}
	// MicrosInNanos is a time that tc counts in microseconds and the kernel in
	// nanoseconds.
	MicrosInNanos = &Unit{"us", 1000, 1, 1e-6, timeSuffixes}
	// MicrosInTicks is a time that tc counts in microseconds and the packet
	// scheduler in ticks of 64 ns (net/sched/sch_api.c, psched_show).
	MicrosInTicks = &Unit{"us", 125, 8, 1e-6, timeSuffixes}
	Size          = &Unit{"B", 1, 1, 1, sizeSuffixes}
	// Rate is in bit/s; on the wire are bytes/s.
	Rate = &Unit{"bit/s", 1, 8, 1, rateSuffixes}
	// Percent is 0 to 100; on the wire 2³²-1 is all.
	Percent = &Unit{"%", math.MaxUint32, 100, 1, percentSuffixes}
)

// parse reads a quantity with a suffix into a wire number.
func (u *Unit) parse(s string) (uint64, error) {
	i := len(s)
	for i > 0 && (s[i-1] < '0' || s[i-1] > '9') && s[i-1] != '.' {
		i--
	}
	x, err := strconv.ParseFloat(s[:i], 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, fmt.Errorf("%q is not a quantity such as %q", s, u.example())
	}
	unit := strings.ToLower(strings.TrimSpace(s[i:]))
	if unit == "" {
		return u.wire(x)
	}
	for _, c := range u.suffixes {
		if c.s == unit {
			return u.wire(convert(x, c.x, u.base))
		}
	}
	return 0, fmt.Errorf("%q has no unit of %s; try %q", s, u.Name, u.example())
}

// convert goes from one unit to another, of which one is a whole multiple of
// the other; a quotient of 1e-9 and 1e-6 is not quite that.
func convert(x, from, to float64) float64 {
	if from < to {
		return x / math.Round(to/from)
	}
	return x * math.Round(from/to)
}

func (u *Unit) example() string {
	switch &u.suffixes[0] {
	case &rateSuffixes[0]:
		return "10mbit"
	case &sizeSuffixes[0]:
		return "64kb"
	case &percentSuffixes[0]:
		return "0.5%"
	}
	return "10ms"
}

// wire converts a bare number; it rounds to the kernel's resolution.
func (u *Unit) wire(x float64) (uint64, error) {
	w := math.Round(x * float64(u.num) / float64(u.den))
	if w < 0 || w >= 1<<64 {
		return 0, fmt.Errorf("%v %s is out of range", x, u.Name)
	}
	return uint64(w), nil
}

// value is the bare number of a wire number: whole where it is whole.
func (u *Unit) value(w uint64) Value {
	if u.num == 1 && u.den == 1 {
		return UintValue(w)
	}
	if u == Percent {
		return percentValue(w)
	}
	x := float64(w) * float64(u.den) / float64(u.num)
	if x == math.Trunc(x) && x < 1<<53 {
		return UintValue(uint64(x))
	}
	return FloatValue(x)
}

// percentValue is the shortest percentage that goes back to w.
func percentValue(w uint64) Value {
	exact := float64(w) * 100 / math.MaxUint32
	for digits := 1; digits < 12; digits++ {
		x, _ := strconv.ParseFloat(strconv.FormatFloat(exact, 'g', digits, 64), 64)
		if back, err := Percent.wire(x); err == nil && back == w {
			return FloatValue(x)
		}
	}
	return FloatValue(exact)
}

// Format prints a bare number with its unit, as a string that goes in again.
func (u *Unit) Format(v Value) string {
	x := v.Float() * u.base
	if u == Percent {
		return v.String() + "%"
	}
	best := suffix{u.suffixes[0].s, 1}
	for _, c := range u.suffixes {
		q := x / c.x
		if u == Size && strings.HasSuffix(c.s, "bit") {
			continue // understood, not printed
		}
		if c.x >= best.x && len(c.s) > 1 && x != 0 && q == math.Trunc(q) && shortSuffix(c.s) {
			best = c
		}
		if c.x < best.x && x/best.x != math.Trunc(x/best.x) && shortSuffix(c.s) {
			best = c
		}
	}
	return strconv.FormatFloat(x/best.x, 'f', -1, 64) + best.s
}

// shortSuffix picks the spellings to print among those to read.
func shortSuffix(s string) bool {
	switch s {
	case "s", "ms", "us", "ns", "bit", "kbit", "mbit", "gbit", "b", "kb", "mb", "gb", "%":
		return true
	}
	return false
}
