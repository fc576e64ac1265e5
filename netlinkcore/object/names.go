package object

import (
	"context"

	"golang.org/x/sys/unix"

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

	waits bool // names may come later
	due   map[uint32]*string
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

// wait lets names come later, until finish.
func (n *namer) wait(yes bool) {
	if n != nil {
		n.waits = yes
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
	if !n.waits {
		return n.d.name(n.ctx, i)
	}
	if name := n.d.named(i); name != nil {
		return name
	}
	name := n.due[i]
	if name == nil {
		if n.due == nil {
			n.due = map[uint32]*string{}
		}
		name = new(string)
		n.due[i] = name
	}
	return name
}

// hear takes the name from a message of a list of links.
func (n *namer) hear(m nl.Message) {
	if n == nil || !n.waits || m.Type != unix.RTM_NEWLINK || len(m.Body) < unix.SizeofIfInfomsg || m.Body[0] == unix.AF_BRIDGE {
		return
	}
	i := nativeUint32(m.Body[4:])
	r := wire.NewReader(m.Body[unix.SizeofIfInfomsg:])
	for {
		id, b, ok := r.Next()
		if !ok {
			return
		}
		if id == unix.IFLA_IFNAME {
			n.heard(i, b)
			return
		}
	}
}

func (n *namer) heard(i uint32, b []byte) {
	name := n.due[i]
	if name == nil {
		if n.d.named(i) != nil {
			return
		}
		name = new(string)
	}
	*name = text(b)
	delete(n.due, i)
	n.d.mu.Lock()
	defer n.d.mu.Unlock()
	if n.d.byIndex[i] == nil { // else an event told, which is newer
		n.d.byIndex[i] = name
	}
}

// finish asks for the names that the list did not tell. Those of devices in
// other namespaces stay empty.
func (n *namer) finish() {
	if n == nil {
		return
	}
	for i, due := range n.due {
		if name := n.d.name(n.ctx, i); name != nil {
			*due = *name
		}
	}
}
