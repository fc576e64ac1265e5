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
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refresh(ctx) != nil {
		return nil
	}
	return &namer{d: d, ctx: ctx}
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
		return n.d.name(n.ctx, i)
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
		if known := n.d.name(n.ctx, i); known != nil {
			*name = *known
		} else {
			delete(n.later, i)
		}
	}
	n.d.remember(n.later)
}
