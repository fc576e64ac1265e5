package export

import (
	"context"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/starlarkmod/value"
)

// pairs finds the ends of pairs whose other end is here: they are made together.
func (w *writer) pairs(items []object.Item) {
	for _, it := range items {
		if l, ok := link.Type.As(it.Ref); ok {
			w.names[l.Name] = true
			for _, a := range l.AltNames {
				w.names[a.Name] = true
			}
		}
		if peer, ok := peerOf(it.Ref); ok && peer != "" {
			w.ends[it.Family.Identity(it.Ref)] = it.Ref
		}
	}
}

// peerOf is the name of a pair's other end, "" if that is in another namespace.
func peerOf(r object.Ref) (peer string, pair bool) {
	t := r.Table()
	kind := t.Lookup("kind")
	if t.Naming() < 0 || kind < 0 {
		return "", false
	}
	k := t.Get(r.Ptr(), kind)
	if k.Shape != attr.Object || k.T.Lookup("peer") < 0 {
		return "", false
	}
	if t.IsSet(r.Ptr(), t.Lookup("parent_nsid")) {
		return "", true
	}
	return t.Get(r.Ptr(), t.Lookup("parent")).S, true
}

// device writes a device, and the other end of a pair with it.
func (w *writer) device(r object.Ref, id string) {
	peer, pair := peerOf(r)
	if !pair {
		w.say(w.pr.Verb(value.OfRef(made(r)), object.Add))
		return
	}
	other, here := w.ends[peer]
	switch {
	case w.cabled[id]:
		_, port := apart(r)
		w.port(port)
		return
	case !here:
		w.lone(r, id)
		return
	}
	w.done[w.at], w.done[r.Family.Name()+" "+peer] = true, true
	w.pair(r, other)
}

// lone writes an end whose other end is in a namespace that is not written. It gets one
// beside it, with a name: a topology takes no end without.
func (w *writer) lone(r object.Ref, id string) {
	name := ""
	for n := 0; name == "" || w.names[name]; n++ {
		tail := "-end"
		if n > 0 {
			tail += strconv.Itoa(n)
		}
		name = strings.ToValidUTF8(id[:min(len(id), attr.MaxName-len(tail))], "") + tail
	}
	w.names[name] = true
	w.say("# The other end of " + id + " is in a namespace that is not exported with this one, and is made here instead;")
	w.say("# link.peer(name = …, netns = …) in place of its name makes it elsewhere.")
	l, _ := link.Type.As(made(r))
	w.say(w.pr.Verb(value.OfRef(both(l, &link.Link{Name: name})), object.Add))
}

// pair writes two ends as one call. What the second one is a port of is said
// when that is there, by a call of its own.
func (w *writer) pair(r, other object.Ref) {
	first, _ := link.Type.As(made(r))
	second, port := apart(other)
	if port != nil {
		second.Up, port.Up = port.Up, second.Up
	}
	w.say(w.pr.Verb(value.OfRef(both(first, second)), object.Add))
	w.port(port)
}

// apart is an end of a pair as it can be made when nothing else is there yet, and
// what it is told when its master is; nil if it has none. Some masters take no
// ports that are up.
func apart(r object.Ref) (now, port *link.Link) {
	now, _ = link.Type.As(made(r))
	if !now.Master.IsSet() {
		return now, nil
	}
	port = &link.Link{Name: now.Name, Master: now.Master, Port: now.Port, Up: now.Up}
	now.Master, now.Port, now.Up = rt.Dev{}, nil, opt.Value[bool]{}
	return now, port
}

// port writes what an end is told later.
func (w *writer) port(l *link.Link) {
	if l != nil {
		w.say(w.pr.Verb(value.OfRef(link.Type.Ref(l)), object.Set))
	}
}

// both is what makes the two ends of a pair.
func both(first, second *link.Link) object.Ref {
	first.Parent, second.Parent, second.Kind = rt.Dev{}, rt.Dev{}, nil
	return link.Type.Ref(link.WithPeer(first, second))
}

// An end is a device whose other end may be in another namespace.
type end struct {
	at    int // which namespace
	scope *object.Scope
	link  *link.Link
}

// match calls join with the two ends of each pair, in the order of the latter.
func match(ctx context.Context, ends []end, join func(first, second end)) error {
	waiting := map[[2]uint32][]end{} // by their own number and that of their peer
	for _, e := range ends {
		own, peer := e.link.Index.Or(0), e.link.Parent.Index
		for _, o := range waiting[[2]uint32{peer, own}] {
			joined, err := link.Type.Joined(ctx, o.scope, link.Type.Ref(o.link), e.scope, link.Type.Ref(e.link))
			if err != nil {
				return err
			}
			if joined {
				join(o, e)
				break
			}
		}
		waiting[[2]uint32{own, peer}] = append(waiting[[2]uint32{own, peer}], e)
	}
	return nil
}
