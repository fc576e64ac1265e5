package tc

import (
	"fmt"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Prio has bands, of which a later one sends only when those before it have
// nothing to send (struct tc_prio_qopt; tc-prio(8)). Each band is a class.
type Prio struct {
	Bands opt.Value[uint32]
	Map   opt.Value[PrioMap]
}

// A PrioMap is the band for each priority of a packet.
type PrioMap [16]uint8

// QdiscKind returns "prio".
func (*Prio) QdiscKind() string { return "prio" }

// complete sets what tc(8) sends when it is not given.
func (v *Prio) complete(verb object.Verb) QdiscKind {
	w := *v
	if verb != object.Set {
		if !w.Bands.IsSet() {
			w.Bands.Set(3)
		}
		if !w.Map.IsSet() {
			w.Map.Set(PrioMap{1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1})
		}
	}
	return &w
}

var prioMap = &attr.Code[PrioMap]{Name: "bands of 16 priorities", Shape: attr.Many, Size: len(PrioMap{}),
	Load:  func(v *PrioMap, _ uint16, b []byte) error { copy(v[:], b); return nil },
	Store: func(v PrioMap, b []byte) { copy(b, v[:]) },
	Show: func(v PrioMap) attr.Value {
		out := attr.Value{Shape: attr.Many}
		for _, band := range v {
			out.L = append(out.L, attr.UintValue(uint64(band)))
		}
		return out
	},
	Read: func(v attr.Value) (m PrioMap, err error) {
		if v.Shape != attr.Many || len(v.L) != len(m) {
			return m, fmt.Errorf("want a list of %d bands, one for each priority", len(m))
		}
		for i, band := range v.L {
			if band.Shape != attr.Int || band.Neg || band.N > 15 {
				return m, fmt.Errorf("element %d: got %s, want a band from 0 to 15", i+1, band)
			}
			m[i] = uint8(band.N)
		}
		return m, nil
	}}

// struct tc_prio_qopt
var _ = qdisc("prio", "bands, served in order", 20, func(v *Prio) []attr.Field {
	return []attr.Field{
		attr.InIP("prio", ""),
		attr.Head32(0, "bands", &v.Bands, "number of bands").Range(2, 16).ResendOnChange().Default(3),
		attr.HeadOwn(4, "priomap", &v.Map, prioMap, "band for each priority of a packet").ResendOnChange().IP("priomap % "),
	}
})
