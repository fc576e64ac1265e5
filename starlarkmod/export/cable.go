package export

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A cable is a pair of veths between two nodes.
type cable struct{ a, b *cableEnd }

// A cableEnd is one end, and what the call says of it.
type cableEnd struct {
	site  *site
	link  *link.Link
	addrs []string
	mtu   bool // it is said
}

// pair finds the pairs between nodes.
func (w *labWriter) pair(ctx context.Context) error {
	var ends []end
	for i, s := range w.sites {
		for _, l := range s.links {
			if _, veth := l.Kind.(*link.Veth); veth && l.ParentNSID.IsSet() && l.TxQueues.Or(1) == 1 && l.RxQueues.Or(1) == 1 {
				ends = append(ends, end{i, s.space.Scope, l})
			}
		}
	}
	if err := match(ctx, ends, func(a, b end) { w.join(w.sites[a.at], a.link, w.sites[b.at], b.link) }); err != nil {
		return err
	}
	slices.SortFunc(w.cables, func(x, y *cable) int {
		i, j := slices.Index(w.sites, x.a.site), slices.Index(w.sites, y.a.site)
		a, b := x.a.link.Name, y.a.link.Name
		return cmp.Or(i-j, len(a)-len(b), strings.Compare(a, b)) // eth10 behind eth9
	})
	for _, s := range w.sites {
		w.findSwitch(s)
	}
	return nil
}

// join notes a cable.
func (w *labWriter) join(sa *site, a *link.Link, sb *site, b *link.Link) {
	c := &cable{&cableEnd{site: sa, link: a}, &cableEnd{site: sb, link: b}}
	if a.MTU == b.MTU {
		c.a.mtu, c.b.mtu = true, true
	}
	for _, e := range []*cableEnd{c.a, c.b} {
		w.ends[e.site.key(e.link.Name)] = e
		e.takeAddrs()
	}
	w.cables = append(w.cables, c)
}

// takeAddrs takes the addresses of an end that a cable can say, if it can say all.
func (e *cableEnd) takeAddrs() {
	all := e.site.addrs[e.link.Name]
	var out []string
	for _, a := range all {
		bare, _ := addr.Type.As(made(addr.Type.Ref(a)))
		plain := *bare
		plain.Address, plain.Dev = addr.Addr{}.Address, rt.Dev{}
		if anySet(addr.Type.Ref(&plain)) {
			return
		}
		out = append(out, a.Address.String())
	}
	e.addrs = out
	for _, a := range all {
		e.site.writer.done["addr "+addr.Type.Identity(addr.Type.Ref(a))] = true
	}
}

// anySet reports whether an object says anything.
func anySet(r object.Ref) bool {
	t := r.Table()
	for i := range t.Fields() {
		if t.IsSet(r.Ptr(), i) && t.Fields()[i].Name != "family" {
			return true
		}
	}
	return false
}

// switchBridge is the bridge that lab.switch makes.
const switchBridge = "br0"

// endsOf are the ends of cables at a node, in the order of the cables.
func (w *labWriter) endsOf(s *site) (out []*cableEnd) {
	for _, c := range w.cables {
		for _, e := range []*cableEnd{c.a, c.b} {
			if e.site == s {
				out = append(out, e)
			}
		}
	}
	return out
}

// findSwitch recognises a switch: a node with a bridge of which all cables are
// ports.
func (w *labWriter) findSwitch(s *site) {
	ports := 0
	for _, e := range w.ends {
		if e.site != s {
			continue
		}
		if e.link.Master.Name() != switchBridge {
			return
		}
		ports++
	}
	for _, l := range s.links {
		if _, bridge := l.Kind.(*link.Bridge); bridge && l.Name == switchBridge && l.Up.Or(false) && ports > 0 && s.node.Owned {
			s.bridge = l
		}
	}
}

// cableCall is the call that declares a cable.
func (w *labWriter) cableCall(c *cable) string {
	end := func(e *cableEnd) string { return strconv.Quote(e.site.node.Name + ":" + e.link.Name) }
	out := fmt.Sprintf("lab.cable(%s, %s", end(c.a), end(c.b))
	if c.a.addrs != nil || c.b.addrs != nil {
		out += fmt.Sprintf(", addrs = (%s, %s)", listed(c.a.addrs), listed(c.b.addrs))
	}
	if mtu := c.a.link.MTU.Or(1500); c.a.mtu && mtu != 1500 {
		out += fmt.Sprintf(", mtu = %d", mtu)
	}
	return out + ")"
}

// listed writes none, one or several texts.
func listed(all []string) string {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = strconv.Quote(s)
	}
	switch len(all) {
	case 0:
		return "None"
	case 1:
		return quoted[0]
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// rest writes of an end what the cable does not say.
func (w *labWriter) rest(s *site, e *cableEnd, r object.Ref) {
	l, _ := link.Type.As(r)
	l.Kind, l.Parent, l.ParentNSID = nil, rt.Dev{}, link.Link{}.ParentNSID
	l.TxQueues.Unset()
	l.RxQueues.Unset()
	if l.Up.Or(false) {
		l.Up.Unset()
	} else if s.node.Owned {
		l.Up.Set(false)
	}
	if e.mtu {
		l.MTU.Unset()
	}
	if s.bridge != nil && l.Master.Name() == s.bridge.Name {
		l.Master = rt.Dev{}
	}
	w.set(s, r)
}

// restOfBridge writes of a switch's bridge what the switch does not say.
func (w *labWriter) restOfBridge(s *site, r object.Ref) {
	l, _ := link.Type.As(r)
	l.Kind = nil
	l.Up.Unset()
	w.set(s, r)
}

// set writes a change of a device, if it says anything.
func (w *labWriter) set(s *site, r object.Ref) {
	t := r.Table()
	for i := range t.Fields() {
		if f := &t.Fields()[i]; f.Access&(attr.Change|attr.Key) == 0 {
			t.Unset(r.Ptr(), i)
		}
	}
	call := s.writer.pr.Verb(value.OfRef(r), object.Set)
	if l, _ := link.Type.As(r); l.Up.IsSet() && !l.Up.Or(false) { // what is the default is not printed
		call = strings.TrimSuffix(call, ")") + ", up = False)"
	}
	if strings.Contains(call, ",") { // else it only names it
		s.writer.say(call)
	}
}
