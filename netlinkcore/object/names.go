package object

import (
	"context"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// A namer names the devices in one list. A list of thousands of links names
// each of them, most as another's parent or peer: to ask the kernel for every
// one would take as long as the list does. Who gets the objects only when all
// are read can wait until the list itself has told.
type namer struct {
	d    *devices
	seen *glance // nil: d is watched
	ctx  context.Context
	last uint32
	name *string

	// later holds names that are empty until the list tells; nil if nobody can
	// wait.
	later map[uint32]*string
	block []string // what is left of those that later has
}

// namer returns a namer for one list or answer; nil: an index without a name is
// still right.
func (d *devices) namer(ctx context.Context) *namer {
	if g, ok := ctx.Value(glanceKey{}).(*glance); ok && g.d == d {
		return &namer{d: d, seen: g, ctx: ctx}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refresh(ctx) != nil {
		return nil
	}
	return &namer{d: d, ctx: ctx}
}

// A glance is what devices are called while all of a namespace is read once. Names that are
// kept need a socket that tells of changes; these are forgotten with the lists.
type glance struct {
	d     *devices
	names map[uint32]*string
}

type glanceKey struct{}

// Glance returns a context for lists of a namespace one after the other, those of devices
// first, by one goroutine: devices are called what they were called when they were listed.
func (s *Scope) Glance(ctx context.Context) context.Context {
	s.devs.mu.Lock()
	defer s.devs.mu.Unlock()
	if s.devs.alone || s.devs.events != nil || s.cfg.Conn != nil { // names are known, or asked for otherwise
		return ctx
	}
	return context.WithValue(ctx, glanceKey{}, &glance{d: &s.devs})
}

// remember takes the names that a list told, and the map.
func (g *glance) remember(names map[uint32]*string) {
	if g.names == nil {
		g.names = names
		return
	}
	for i, name := range names {
		g.names[i] = name
	}
}

// name is that of a device which no list told of.
func (g *glance) name(i uint32) *string {
	if name, ok := g.names[i]; ok {
		return name
	}
	g.d.mu.Lock()
	defer g.d.mu.Unlock()
	name, err := g.d.nameOf(i)
	if err != nil {
		return nil
	}
	if g.names == nil {
		g.names = map[uint32]*string{}
	}
	g.names[i] = &name
	return &name
}

// known is the name of a device that is listed nowhere here.
func (n *namer) known(i uint32) *string {
	if n.seen != nil {
		return n.seen.name(i)
	}
	return n.d.name(n.ctx, i)
}

const namesBlock = 64

// wait lets names come later, until finish.
func (n *namer) wait() {
	if n != nil {
		n.later = map[uint32]*string{}
	}
}

// of names an index, for attr.Dec.
func (n *namer) of(i uint32) *string {
	if n == nil {
		return nil
	}
	if i != n.last {
		n.last, n.name = i, n.find(i)
	}
	return n.name
}

func (n *namer) find(i uint32) *string {
	if n.later == nil {
		return n.known(i)
	}
	return n.place(i)
}

// place is where the name of i is or will be.
func (n *namer) place(i uint32) *string {
	name := n.later[i]
	if name == nil {
		if len(n.block) == 0 {
			n.block = make([]string, min(max(len(n.later), 1), namesBlock))
		}
		name, n.block = &n.block[0], n.block[1:]
		n.later[i] = name
	}
	return name
}

// hear takes the name from a message of a list of links.
func (n *namer) hear(m nl.Message, d *attr.Dec) {
	if n == nil || n.later == nil || m.Type != unix.RTM_NEWLINK || len(m.Body) < unix.SizeofIfInfomsg || m.Body[0] == unix.AF_BRIDGE {
		return
	}
	r := wire.NewReader(m.Body[unix.SizeofIfInfomsg:])
	for {
		id, b, ok := r.Next()
		if !ok {
			return
		}
		if id == unix.IFLA_IFNAME {
			*n.place(nativeUint32(m.Body[4:])) = d.Text(id, b)
			return
		}
	}
}

// finish asks for the names that the list did not tell. Those of devices in
// other namespaces stay empty.
func (n *namer) finish() {
	if n == nil || n.later == nil {
		return
	}
	for i, name := range n.later {
		if *name != "" {
			continue
		}
		if known := n.known(i); known != nil {
			*name = *known
		} else {
			delete(n.later, i)
		}
	}
	if n.seen != nil {
		n.seen.remember(n.later)
		return
	}
	n.d.remember(n.later)
}
