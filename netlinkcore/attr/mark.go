package attr

import "unsafe"

// A mark is where a struct says whether it has an attribute. Who asks that of all attributes
// of very many objects finds marks side by side, while Fields are far apart.
type mark struct {
	group uint16 // 1 + where the struct has the attribute's group; 0: it is in none
	off   uint16 // of the Go field, in the group or the struct
	flag  uint16 // how far behind that a byte says so; 0: the field's ops do
	run   uint16 // how many are in the group from here on, one after the other
	// compared: Difference looks at it.
	compared bool
}

func markOf(f *Field) mark {
	m := mark{off: uint16(f.off), flag: uint16(f.ops.flag)}
	if f.group != nil {
		m.group = uint16(f.group.off) + 1
	}
	return m
}

// follow counts those of the same group that come one after the other.
func follow(marks []mark) {
	for i := len(marks) - 1; i >= 0; i-- {
		marks[i].run = 1
		if i+1 < len(marks) && marks[i].group == marks[i+1].group {
			marks[i].run += marks[i+1].run
		}
	}
}

// next is the first attribute from the i-th on that the struct at p has; as many as there
// are if it has none. It is has in a loop, written out: a call for each attribute is a third
// of what a difference takes.
func (t *Table) next(p unsafe.Pointer, i int) int {
	l := t.lay()
	for i < len(l.marks) {
		m, a := &l.marks[i], p
		if m.group != 0 {
			if a = *ptrAt(unsafe.Add(p, m.group-1)); a == nil {
				i += int(m.run)
				continue
			}
		}
		a = unsafe.Add(a, m.off)
		if m.flag != 0 && *(*bool)(unsafe.Add(a, m.flag)) || m.flag == 0 && l.fields[i].ops.set(&l.fields[i], a) {
			return i
		}
		i++
	}
	return i
}

// has reports whether the struct at p has attribute i.
func (t *Table) has(p unsafe.Pointer, i int) bool {
	l := t.lay()
	m := &l.marks[i]
	if m.group != 0 {
		if p = *ptrAt(unsafe.Add(p, m.group-1)); p == nil {
			return false
		}
	}
	p = unsafe.Add(p, m.off)
	if m.flag != 0 {
		return *(*bool)(unsafe.Add(p, m.flag))
	}
	f := &l.fields[i]
	return f.ops.set(f, p)
}
