package iproute2

import (
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// ofKind is the command by which objects of a kind are made that has one of its own; nil: it
// has none.
func ofKind(r object.Ref) *attr.Saying {
	t := r.Table()
	i := t.Lookup("kind")
	if i < 0 {
		return nil
	}
	if v := t.Get(r.Ptr(), i); v.Shape == attr.Object && v.T != nil && v.T.Saying() != nil && v.T.Saying().Command {
		return v.T.Saying()
	}
	return nil
}

// apart divides the first part of an object that the command of its kind makes: that one
// takes the name and the kind, and the rest is a change.
func apart(verb object.Verb, parts []object.Ref) []object.Ref {
	first := parts[0]
	if verb != object.Add || ofKind(first) == nil {
		return parts
	}
	t, rest, more := first.Table(), first.Clone(), false
	for i := range t.Fields() {
		f := &t.Fields()[i]
		switch {
		case f.Cases() != nil:
			t.Unset(rest.Ptr(), i)
		case f.Access&attr.Change != 0 && f.Access&attr.Key == 0 && t.IsSet(first.Ptr(), i):
			more = true
			t.Unset(first.Ptr(), i)
		}
	}
	if !more {
		return parts
	}
	return append([]object.Ref{first, rest}, parts[1:]...)
}

// kindApart is a kind with a command of its own, which changes nothing of what is there.
func (l *line) kindApart(v attr.Value, path string) []string {
	if l.creates() {
		return l.attributes(v.T, v.P, path+".")
	}
	for _, i := range namedFields(v) {
		l.lack(&v.T.Fields()[i], path+"."+v.T.Fields()[i].Name)
	}
	return nil
}

// marks are attributes behind whose names a word stands, as another one lists them.
type marks struct {
	word  string
	names []string
}

func (l *line) marks(t *attr.Table, p attr.Ptr, path string) (m marks) {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		word, ok := strings.CutPrefix(f.Form, "*")
		if !ok {
			continue
		}
		if m.word = word; t.IsSet(p, i) {
			m.names = strings.Fields(l.text(f, t.Get(p, i)))
		}
		for _, name := range m.names {
			if !t.IsSet(p, t.Lookup(name)) { // the list has names of attributes alone
				l.lack(f, path+f.Name+" of "+name)
			}
		}
	}
	return m
}

// on puts the word into those of an attribute. Of some iproute2 has it said in any case, of
// others never.
func (m *marks) on(l *line, f *attr.Field, path string, words []string) []string {
	marked := slices.Contains(m.names, f.Name)
	switch always, never := strings.HasSuffix(f.Form, "%*"), strings.HasSuffix(f.Form, "%-"); {
	case len(words) == 0:
	case always && !marked:
		l.lack(f, path+f.Name+" without "+m.word)
	case never && marked:
		l.lack(f, path+m.word+" of "+f.Name)
	case marked && !always:
		words = append([]string{words[0], m.word}, words[1:]...)
	}
	return words
}
