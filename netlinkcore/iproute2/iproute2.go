// Package iproute2 writes calls as the commands of ip, bridge and tc that do the same,
// as iproute2 6.1 has them. It knows no attribute: words and forms are in the tables
// (attr.ByIP, attr.InIP, Field.IP).
package iproute2

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A Command is a line of a shell.
type Command struct {
	// Tool is ip, bridge or tc. Its options come next: the namespace is one.
	Tool string
	// Words are what follows, quoted as a shell wants it. Without any, iproute2
	// cannot do what the call does.
	Words []string
	// Lacks are the attributes that iproute2 has no words for.
	Lacks []string
}

// A Writer writes calls as commands.
type Writer struct {
	// Secret is what stands for a key, quoted; f is the attribute.
	Secret func(r object.Ref, f *attr.Field) string
	// NetNS is what a command calls a namespace.
	NetNS func(name string) string
}

// Commands are those that do what a call does; deltas are what it changes, where that
// is known.
func (w *Writer) Commands(verb object.Verb, r object.Ref, deltas []attr.Delta) (out []Command) {
	s := r.Table().Saying()
	switch {
	case s == nil:
	case verb == object.Replace && s.Set == "-":
		return append(w.Commands(object.Delete, r, nil), w.Commands(object.Add, r, nil)...)
	case s.Fill && verb != object.Set && verb != object.Delete:
		r = r.Family.Meant(r)
	}
	parts := []object.Ref{r}
	if verb == object.Add || verb == object.Set {
		parts = apart(verb, object.Parts(verb, r))
	}
	for i, part := range parts {
		if i > 0 {
			verb = object.Set
		}
		l := line{Writer: w, r: part, verb: verb, family: part.Table().FamilyOf(part.Ptr()), deltas: deltas}
		out = append(out, l.commands()...)
	}
	return out
}

// Whole says that what stands for an object in a list of Lacks is all of it.
const Whole = "all of it"

// A line is a command on its way.
type line struct {
	*Writer
	r       object.Ref
	verb    object.Verb
	family  byte
	tool    string
	deltas  []attr.Delta
	lacks   []string
	whole   bool     // what lacks words decides what the object is
	exact   bool     // all words do
	lists   []string // attributes that have commands of their own
	element bool     // of a list, all of which is said
	byKind  bool     // the command is that of the kind, which takes no more than the name
}

// creates reports whether the call makes what may not be there.
func (l *line) creates() bool {
	return l.verb == object.Add || l.verb == object.Append || l.verb == object.Replace
}

// changes reports whether the call changes what is there, and the command says nothing else.
func (l *line) changes() bool {
	s := l.r.Table().Saying()
	return l.verb == object.Set && (s == nil || s.Set != "update" && s.Set != "add")
}

func (l *line) commands() []Command {
	t := l.r.Table()
	s := t.Saying()
	if s == nil {
		return []Command{{Lacks: []string{Whole}}}
	}
	if kind := ofKind(l.r); kind != nil && l.creates() {
		s, l.byKind = kind, true
	}
	words := strings.Fields(s.Word)
	l.tool = words[0]
	words = append(l.familyOption(), words[1:]...)
	switch l.verb {
	case object.Delete:
		words = append(words, "del")
	case object.Set:
		words = append(words, strings.Fields(s.Set)...)
	default:
		words = append(words, l.verb.String())
	}
	key := len(words)
	words = append(words, l.attributes(t, l.r.Ptr(), "")...)
	if l.whole || l.verb == object.Set && (s.Set == "" || l.lacks != nil && len(words)-key == len(l.key())) {
		return []Command{{Lacks: append(l.lacks, Whole)}}
	}
	out := []Command{{Tool: l.tool, Words: words, Lacks: l.lacks}}
	if l.lists != nil {
		return append(out[:0], l.listed(words[:key-1])...)
	}
	return out
}

// familyOption tells ip the address family where no address might.
func (l *line) familyOption() []string {
	switch {
	case l.tool != "ip" || l.r.Table().Naming() >= 0:
	case l.family == unix.AF_INET6:
		return []string{"-6"}
	case l.family == unix.AF_MPLS:
		return []string{"-f", "mpls"}
	}
	return nil
}

// attributes are those of a struct, in the order that the tool wants.
func (l *line) attributes(t *attr.Table, p attr.Ptr, path string) (words []string) {
	order := make([]int, len(t.Fields()))
	for i := range order {
		order[i] = i
	}
	place := func(i int) int {
		f := &t.Fields()[i]
		if n := 2 * f.SaidPlace(); n != 0 || f.Cases() == nil {
			return n
		}
		return 1 // a kind, whose options run to the end
	}
	slices.SortStableFunc(order, func(i, j int) int { return place(i) - place(j) })
	marks := l.marks(t, p, path)
	for _, i := range order {
		if v, ok := l.says(t, p, i); ok {
			words = append(words, marks.on(l, &t.Fields()[i], path, l.attribute(t, p, i, v, path))...)
		}
	}
	return words
}

// says is the value of an attribute, if it belongs into the command.
func (l *line) says(t *attr.Table, p attr.Ptr, i int) (attr.Value, bool) {
	f := &t.Fields()[i]
	takes := attr.Create | attr.Key
	switch {
	case l.verb == object.Delete && !l.element:
		takes = attr.Delete | attr.Key
	case l.changes():
		takes = attr.Change | attr.Key
	}
	v := t.Get(p, i)
	switch {
	case f.Access&takes == 0 && !(l.verb == object.Set && f.SaidAlways() && t.IsSet(p, i)) || f.Access&attr.Inside != 0 || f.Type() == "address family" || f.Type() == "unknown attributes", strings.HasPrefix(f.Form, "*"):
		return v, false
	case !t.IsSet(p, i):
		d := t.DefaultOf(i)
		return d, f.SaidAlways() && l.creates() && d.Shape != attr.None
	case f.SaidAlways() || l.changes() && f.Access&attr.Key == 0:
		return v, true
	case v.Shape == attr.Object && f.Cases() == nil && len(namedFields(v)) == 0:
		return v, false
	}
	return v, v.Shape != attr.None && (f.DefaultVaries() || !t.IsDefault(p, i, v))
}

// namedFields are the attributes that a struct sets.
func namedFields(v attr.Value) (out []int) {
	for i := range v.T.Fields() {
		if v.T.IsSet(v.P, i) && v.T.Fields()[i].Type() != "address family" {
			out = append(out, i)
		}
	}
	return out
}

// attribute is one attribute in words.
func (l *line) attribute(t *attr.Table, p attr.Ptr, i int, v attr.Value, path string) []string {
	f := &t.Fields()[i]
	path += f.Name
	form, absent := t.Forms(f, l.creates())
	switch {
	case l.byKind && path == f.Name && f.Cases() == nil && f.Name != "name":
		l.lacks = append(l.lacks, path)
		return nil
	case f.Via != 0:
		l.lists = append(l.lists, f.Name)
		return nil
	case v.Shape == attr.None, v.Shape == attr.Bool && v.N == 0, v.Shape == attr.Many && len(v.L) == 0:
		form = absent
	}
	switch form {
	case "!":
		return nil
	case "-":
		l.lack(f, path)
		return nil
	}
	if v.Shape == attr.None || v.Shape == attr.Bool {
		return strings.Fields(form)
	}
	word, after, _ := strings.Cut(form, "%")
	words := strings.Fields(word)
	switch {
	case f.Access&attr.Secret != 0:
		return append(words, l.Secret(l.r, f))
	case v.Shape == attr.Object && f.Cases() != nil && v.T.Saying() != nil && v.T.Saying().Command:
		return l.kindApart(v, path)
	case v.Shape == attr.Object:
		return append(words, l.part(f, v, path)...)
	case v.Shape == attr.Many:
		return l.list(f, v, words, after, path)
	}
	return l.value(t, p, f, v, words, after)
}

// value is one that is neither a list nor a struct, behind its word, in one of the ways
// of attr.Field.IP.
func (l *line) value(t *attr.Table, p attr.Ptr, f *attr.Field, v attr.Value, words []string, after string) []string {
	text := l.text(f, v)
	if after == "" {
		return append(words, quoted(text))
	}
	switch rest := after[1:]; after[0] {
	case '#':
		if n, ok := f.Enum.Number(text); ok {
			text = strconv.FormatUint(n, 10)
		}
	case '^':
		if a, err := netip.ParseAddr(text); err == nil && a.IsMulticast() {
			words = []string{rest}
		}
	case '?':
		if _, ok := f.Enum.Number(text); ok {
			words = nil
		}
		if text == rest {
			return nil
		}
	case '~':
		return append(words, strings.Fields(text)...)
	case '/':
		return append(words, strings.Fields(strings.Replace(text, "/", " "+rest+" ", 1))...)
	case '+':
		return append(append(words, quoted(text)), l.behind(t, p, strings.Split(rest, "+"))...)
	}
	return append(words, quoted(text))
}

// behind are the values of attributes up to the last one that says anything.
func (l *line) behind(t *attr.Table, p attr.Ptr, names []string) (words []string) {
	last := 0
	for n, name := range names {
		i := t.Lookup(name)
		v := t.Get(p, i)
		if v.Shape == attr.None {
			v = t.DefaultOf(i)
		} else if !t.IsDefault(p, i, v) {
			last = n + 1
		}
		words = append(words, quoted(l.text(&t.Fields()[i], v)))
	}
	return words[:last]
}

// lack notes what iproute2 has no words for.
func (l *line) lack(f *attr.Field, path string) {
	l.lacks = append(l.lacks, path)
	l.whole = l.whole || f.Access&attr.Key != 0 || l.exact
}

// part is a struct inside an object, with the word that it begins with.
func (l *line) part(f *attr.Field, v attr.Value, path string) []string {
	if v.T == nil || v.T.Saying() == nil {
		l.lack(f, path+kindName(v))
		l.whole = l.whole || f.Cases() != nil && l.creates()
		return nil
	}
	l.exact = l.exact || v.T.Saying().Exact
	s := v.T.Saying()
	word := strings.Fields(s.Word)
	switch {
	case s.Command:
		word = nil
	case len(word) == 0 && f.Cases() != nil: // a kind is called as the kernel calls it
		word = []string{v.T.Name}
	}
	return append(word, l.attributes(v.T, v.P, path+".")...)
}

func kindName(v attr.Value) string {
	if v.T == nil {
		return ""
	}
	return " " + v.T.Name
}

// list is a list: its elements in one word, or each behind the word.
func (l *line) list(f *attr.Field, v attr.Value, words []string, after, path string) []string {
	var elements []string
	between, within := "", " "
	if after != "" {
		between, within = after[:1], after[1:]
	}
	for _, e := range v.L {
		text := []string{quoted(l.text(f, e))}
		switch {
		case e.Shape == attr.Object:
			l.element = true
			text = l.part(f, e, path)
			l.element = false
		case l.tool == "tc": // it reads several words, "ip dst 10.0.0.0/8"
			text = strings.Fields(l.text(f, e))
		}
		if after == "" {
			elements = append(append(elements, words...), text...)
			continue
		}
		elements = append(elements, strings.Join(text, within))
	}
	switch between {
	case "":
		return elements
	case " ":
		return append(words, elements...)
	}
	return append(words, strings.Join(elements, between))
}

// text is a value as the tool reads it.
func (l *line) text(f *attr.Field, v attr.Value) string {
	switch {
	case f.Type() == "namespace":
		return l.NetNS(v.S)
	case f.Unit != nil && l.tool == "tc" && v.Shape != attr.Text:
		return f.Unit.Format(v)
	case v.Shape == attr.Text && f.Type() == "next hop" && !strings.HasPrefix(v.S, "link ") && strings.Contains(v.S, ":") != (l.family == unix.AF_INET6):
		if strings.Contains(v.S, ":") {
			return "inet6 " + v.S
		}
		return "inet " + v.S
	case v.Shape == attr.Text:
		return v.S
	case v.Shape == attr.Bits:
		words := make([]string, len(v.L))
		for i := range v.L {
			words[i] = v.L[i].S
		}
		return strings.Join(words, " ")
	case v.Shape == attr.Bytes:
		return fmt.Sprintf("0x%x", v.S)
	}
	return v.String()
}
