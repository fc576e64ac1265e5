package state

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
)

// version is that of what Save writes. Another one is not read.
const version = 1

// Save writes the Snapshot as JSON, for LoadSnapshot in another process.
// Secrets are in clear: what w writes to must be its owner's alone.
func (sn *Snapshot) Save(w io.Writer) error {
	out := writer{w: w}
	out.add(`{"version":` + strconv.Itoa(version) + `,"spaces":[`)
	for i, k := range sn.kept {
		if i > 0 {
			out.add(",")
		}
		out.kept(k)
	}
	out.add(`],"moved":[`)
	for i, m := range sn.moved {
		if i > 0 {
			out.add(",")
		}
		out.move(slices.Index(sn.kept, m.from), slices.Index(sn.kept, m.to), &m)
	}
	out.add("]}\n")
	if err := out.flush(); err != nil {
		return fmt.Errorf("save a snapshot: %w", err)
	}
	return nil
}

func (w *writer) kept(k *kept) {
	id, err := k.space.id()
	if err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	w.add("\n" + `{"name":`)
	w.buf = jsontext.AppendText(w.buf, k.space.Name)
	w.add(`,"boot":`)
	w.buf = jsontext.AppendQuoted(w.buf, id.Boot)
	w.add(`,"cookie":` + strconv.FormatUint(id.Cookie, 10) + `,"touched":[`)
	for i, name := range slices.Sorted(maps.Keys(k.touched)) {
		if i > 0 {
			w.add(",")
		}
		w.buf = jsontext.AppendText(w.buf, name)
	}
	w.add(`],"shared":` + strconv.FormatBool(k.spares) + `,"near":[`)
	for i, name := range slices.Sorted(maps.Keys(k.near)) {
		if i > 0 {
			w.add(",")
		}
		w.buf = jsontext.AppendText(w.buf, name)
	}
	w.add(`],"values":[`)
	for i, r := range k.values {
		if i > 0 {
			w.add(",")
		}
		w.add(`{"family":"` + r.Family.Name() + `","object":`)
		w.object(r)
		w.add("}")
	}
	if k.before == nil {
		w.add(`],"passing":true}`)
		return
	}
	w.add(`],"image":`)
	w.image(k.before)
	w.add("}")
}

func (w *writer) move(from, to int, m *move) {
	w.add(fmt.Sprintf(`{"from":%d,"to":%d,"name":`, from, to))
	w.buf = jsontext.AppendText(w.buf, m.name)
	w.add(`,"renamed":`)
	w.buf = jsontext.AppendText(w.buf, m.renamed)
	w.add("}")
}

// id identifies the namespace, also to other processes.
func (sp *Space) id() (id netns.ID, err error) {
	if sp.ID != (netns.ID{}) {
		return sp.ID, nil
	}
	err = sp.Scope.Do(func() error {
		n, err := netns.Current()
		if err != nil {
			return err
		}
		id, err = n.ID()
		return errors.Join(err, n.Close())
	})
	return id, err
}

// A Gone is a namespace of a saved Snapshot that is not there any more, or
// cannot be opened.
type Gone struct {
	Name string // as in the Space that was touched
	ID   netns.ID
	Err  error
}

// Error says which namespace it is, and why.
func (g *Gone) Error() string {
	return fmt.Sprintf("the namespace %q of the snapshot cannot be restored: %s", g.Name, g.Err)
}

// Unwrap returns the reason.
func (g *Gone) Unwrap() error { return g.Err }

var errAnother = errors.New("it is another one by now")

// LoadSnapshot reads what Save wrote. families are those that may be in it, in
// the order in which objects are made. open opens each namespace, by its name
// when it was touched and by what identifies it; Close closes what it returned.
// Namespaces that are gone, or are others under the same name, are left out
// and returned. Any other error says where in the text something is wrong.
func LoadSnapshot(r io.Reader, families []object.Family, open func(name string, id netns.ID) (*Space, error)) (*Snapshot, []*Gone, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, fmt.Errorf("load a snapshot: %w", err)
	}
	l := loader{families: families, s: jsontext.New(data)}
	if err := l.read(); err != nil {
		return nil, nil, fmt.Errorf("load a snapshot: %w", err)
	}
	sn, gone := l.open(open)
	return sn, gone, nil
}

// open makes a Snapshot of the namespaces that are still there.
func (l *loader) open(open func(name string, id netns.ID) (*Space, error)) (sn *Snapshot, gone []*Gone) {
	sn = NewSnapshot(l.families)
	for i := range l.spaces {
		saved := &l.spaces[i]
		sp, err := open(saved.name, saved.id)
		if err == nil {
			err = saved.check(sp)
		}
		if err != nil {
			gone = append(gone, &Gone{saved.name, saved.id, err})
			continue
		}
		saved.kept.space, saved.kept.done = sp, func() { _ = sp.Scope.Close() }
		sn.kept = append(sn.kept, saved.kept)
	}
	for _, m := range l.moved {
		if m.from.space != nil && m.to.space != nil {
			sn.moved = append(sn.moved, m)
		}
	}
	return sn, gone
}

// check closes a namespace that is not the one that was saved.
func (s *savedSpace) check(sp *Space) error {
	id, err := sp.id()
	if err == nil && id != s.id {
		err = errAnother
	}
	if err != nil {
		_ = sp.Scope.Close()
	}
	return err
}
