package lab

import "github.com/netlark/netlark/netlinkcore/state"

// What leaves a part of its key to the kernel, such as a rule without a priority, is found
// again by the rest. So it and another one that is as it says would be one object.

// A meeting is of wants that are one but for what the kernel may choose.
type meeting struct {
	open  []int // those that leave it to the kernel
	given []int // those that do not
}

// meets returns what is declared already and would be one object with w; nil: nothing is.
func (n *Node) meets(w *state.Want) *state.Want {
	id, open, ok := loose(w)
	if !ok {
		return nil
	}
	m := n.meetings[id]
	others := m.open
	if open {
		others = append(others[:len(others):len(others)], m.given...)
	}
	for _, i := range others {
		if other := &n.wants[i]; state.Meets(w.Object, other.Object) || state.Meets(other.Object, w.Object) {
			return other
		}
	}
	return nil
}

// meet notes the i-th want, if the kernel may choose a part of its key.
func (n *Node) meet(i int) {
	id, open, ok := loose(&n.wants[i])
	if !ok {
		return
	}
	if n.meetings == nil {
		n.meetings = map[state.Identity]meeting{}
	}
	m := n.meetings[id]
	if open {
		m.open = append(m.open, i)
	} else {
		m.given = append(m.given, i)
	}
	n.meetings[id] = m
}

// loose is the identity of what is made without what the kernel may choose, and tells
// whether it does that.
func loose(w *state.Want) (id state.Identity, open, ok bool) {
	if w.Absent || w.Along {
		return id, false, false
	}
	r, t := w.Object, w.Object.Table()
	for _, i := range t.Keys() {
		if !t.Fields()[i].Chosen {
			continue
		}
		if !ok {
			r, ok = r.Clone(), true
		}
		open = open || !t.IsSet(r.Ptr(), i)
		t.Unset(r.Ptr(), i)
	}
	if !ok {
		return id, false, false
	}
	return state.IdentityOf(r), open, true
}
