package iproute2

import (
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// listed are the commands of lists that are made element by element.
func (l *line) listed(family []string) (out []Command) {
	t := l.r.Table()
	key := l.key()
	for _, name := range l.lists {
		i := t.Lookup(name)
		form, _ := t.Forms(&t.Fields()[i], true)
		sort, word, _ := strings.Cut(form, " ")
		old, now := attr.Value{}, t.Get(l.r.Ptr(), i)
		for _, d := range l.deltas {
			if d.Path == name {
				old = d.Old
			}
		}
		for verb, elements := range map[string][]string{"add": without(now, old), "del": without(old, now)} {
			if elements == nil {
				continue
			}
			words := append(append(slices.Clone(family), sort, verb), key...)
			for _, e := range elements {
				words = append(words, word, quoted(e))
			}
			out = append(out, Command{Tool: l.tool, Words: words})
		}
	}
	slices.SortFunc(out, func(a, b Command) int { return strings.Compare(b.Words[2], a.Words[2]) })
	return out
}

// key are the words that name the object.
func (l *line) key() (words []string) {
	t := l.r.Table()
	for _, i := range t.Keys() {
		if t.IsSet(l.r.Ptr(), i) {
			words = append(words, l.attribute(t, l.r.Ptr(), i, t.Get(l.r.Ptr(), i), "")...)
		}
	}
	return words
}

// without are the elements of a list that another one has not.
func without(list, other attr.Value) (out []string) {
	text := func(v attr.Value) string {
		if v.Shape == attr.Object {
			v = v.T.Get(v.P, 0)
		}
		return v.S
	}
	for _, e := range list.L {
		if !slices.ContainsFunc(other.L, func(o attr.Value) bool { return text(o) == text(e) }) {
			out = append(out, text(e))
		}
	}
	return out
}

// plain are characters that mean nothing to a shell.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

// Quote writes a word for a shell.
func Quote(s string) string {
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// quoted is a value for a shell: what is made of several words stays so.
func quoted(s string) string {
	if strings.HasPrefix(s, "inet") && strings.Contains(s, " ") || s == "$$" {
		return s
	}
	return Quote(s)
}
