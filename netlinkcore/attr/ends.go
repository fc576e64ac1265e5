package attr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// EndsOf makes "+" and "-" mean, for an address, the last and the first of the
// network that another attribute names: the first of names that is set. The
// network is IPv4's; one of 31 bits or more has no ends beside its addresses,
// and both words mean none, as with ip.
//
//go:noinline
func (f Field) EndsOf(names ...string) Field { f.ends = names; return f }

// NeedsOthers reports whether v means something only once other attributes of
// the struct are set.
func (f *Field) NeedsOthers(v Value) bool { return f.isEnd(v) || f.needsFamily(v) }

func (f *Field) isEnd(v Value) bool {
	return f.ends != nil && v.Shape == Text && (v.S == "+" || v.S == "-")
}

// checkEnds panics if EndsOf names what is no prefix.
func (d *definer) checkEnds(f *Field) {
	for _, name := range f.ends {
		if i, ok := d.byName[name]; !ok || d.fields[i].ops != prefixOps {
			panic(fmt.Sprintf("attr: %s.%s: %s is no prefix", d.t.Name, f.Name, name))
		}
	}
}

// end returns the address that "+" or "-" means in the struct at p, if any.
func (t *Table) end(f *Field, p Ptr, word string) (Value, error) {
	for _, name := range f.ends {
		o := &t.Fields()[t.Lookup(name)]
		a := o.addr(p.p)
		if a == nil || !o.ops.set(o, a) {
			continue
		}
		n := *prefixAt(a)
		if !n.Addr().Is4() {
			return Value{}, fmt.Errorf("%q is of an IPv4 network, and %s is %s", word, name, n)
		}
		if n.Bits() >= 31 {
			return Value{}, nil
		}
		return TextValue(endOf(n, word == "+").String()), nil
	}
	return Value{}, fmt.Errorf("%q takes a network: %s", word, strings.Join(f.ends, " or "))
}

func endOf(n netip.Prefix, last bool) netip.Addr {
	b := n.Masked().Addr().As4()
	if last {
		binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])|(1<<(32-n.Bits())-1))
	}
	return netip.AddrFrom4(b)
}
