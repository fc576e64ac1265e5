package tc

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A Distribution is how netem spreads delays around their mean: the name of one
// that tc(8) has.
type Distribution string

// Distributions.
const (
	Normal       Distribution = "normal"
	Pareto       Distribution = "pareto"
	ParetoNormal Distribution = "paretonormal" // a quarter normal, the rest Pareto
)

// On the wire a distribution is its quantiles, at equal distances, in units of
// 1/8192 of the jitter (NETEM_DIST_SCALE).
const (
	distEntries = 4096
	distScale   = 8192
)

// quantiles are the payloads, made when they are needed first.
var quantiles = map[Distribution]func() []byte{
	Normal: sync.OnceValue(func() []byte { return table(normal) }),
	Pareto: sync.OnceValue(func() []byte { return table(pareto) }),
	ParetoNormal: sync.OnceValue(func() []byte {
		return table(func(k int) float64 {
			return math.Trunc((math.RoundToEven(normal(k)) + 3*math.RoundToEven(pareto(k))) / 4)
		})
	}),
}

// normal takes the middle of the narrow step around the entry.
func normal(k int) float64 {
	p := (4*float64(k) + .5) / (4 * distEntries)
	return math.Sqrt2 * math.Erfinv(2*p-1) * distScale
}

// pareto has the shape 3, moved to a mean of 0.
func pareto(k int) float64 {
	u := 1 - float64(k)/distEntries
	return min((math.Cbrt(1/u)-1.5)*4/3*distScale, math.MaxInt16)
}

func (d Distribution) payload() ([]byte, error) {
	if make := quantiles[d]; make != nil {
		return make(), nil
	}
	return nil, fmt.Errorf("%q is none of normal, pareto, paretonormal", string(d))
}

// table writes the quantiles that at gives.
func table(at func(k int) float64) []byte {
	b := make([]byte, 0, 2*distEntries)
	for k := range distEntries {
		v := max(min(math.RoundToEven(at(k)), math.MaxInt16), math.MinInt16)
		b = binary.NativeEndian.AppendUint16(b, uint16(int16(v)))
	}
	return b
}

// distributions are never reported.
var distributions = &attr.Code[Distribution]{Name: "distribution", Shape: attr.Text,
	Load:    func(*Distribution, uint16, []byte) error { return nil },
	Payload: func(d Distribution, _ uint16) ([]byte, error) { return d.payload() },
	Show:    func(d Distribution) attr.Value { return attr.TextValue(string(d)) },
	Read: func(v attr.Value) (Distribution, error) {
		d := Distribution(v.S)
		if v.Shape != attr.Text {
			return d, fmt.Errorf("got %s, want a word such as \"normal\"", v)
		}
		_, err := d.payload()
		return d, err
	}}
