package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Dir is where the records of labs lie: they die with the kernel's state.
const Dir = "/run/netlark"

// A Record is what is known of a lab that was applied.
type Record struct {
	Lab   string  `json:"lab"`
	Seed  uint64  `json:"seed,omitempty"` // the Lab's, as is DAD
	DAD   bool    `json:"dad,omitempty"`
	Sites []*Site `json:"nodes"`
	Once  []*Ran  `json:"once,omitempty"` // in the order in which they ran

	named map[string]*Site // by namespace, when asked for
}

// A Site is a namespace of a lab that was applied.
type Site struct {
	Node   string `json:"node"`
	NetNS  string `json:"netns"`
	Owned  bool   `json:"owned,omitempty"` // the lab made it
	Boot   string `json:"boot"`
	Cookie uint64 `json:"cookie"` // SO_NETNS_COOKIE
	// Drop: the lab has it no longer, and it is about to go.
	Drop bool `json:"drop,omitempty"`
	// Ignore is what programs make there; see Node.
	Ignore []string `json:"ignore,omitempty"`
	// Adopted are devices of others that are there.
	Adopted []*Adopted `json:"adopted,omitempty"`
	// Bare: programs join the network namespace alone; see Enter.
	Bare bool `json:"bare,omitempty"`
	// Address is the one by which other nodes know it; none if it has none.
	Address netip.Addr `json:"address,omitzero"`
	// Objects are what was declared there, and what was before that: a list of
	// formers, which is read only where it matters. Secrets are in clear: the file is
	// for its owner alone.
	Objects json.RawMessage `json:"objects,omitempty"`

	now []state.Former // what Objects is to say, while nobody has written it down
	lab *Record        // of Sites
}

// knows reports whether a lab made a namespace of this name.
func (r *Record) knows(name string) bool {
	s := r.called(name)
	return s != nil && s.Owned
}

// called is what is known of the namespace with a name.
func (r *Record) called(name string) *Site {
	if r.named == nil {
		r.named = make(map[string]*Site, len(r.Sites))
		for _, s := range r.Sites {
			r.named[s.NetNS] = s
		}
	}
	return r.named[name]
}

// site is what is known of the namespace that has this name now; nil if the lab
// knew another one, or none.
func (r *Record) site(name string, ns *netns.NS) (*Site, error) {
	id, err := ns.ID()
	if err != nil {
		return nil, err
	}
	if s := r.called(name); s != nil && s.is(id) {
		return s, nil
	}
	return nil, nil
}

func (s *Site) is(id netns.ID) bool { return s.Boot == id.Boot && s.Cookie == id.Cookie }

// formers are what was declared in a namespace, as the engine takes it.
func (s *Site) formers(families []object.Family) (out []state.Former, err error) {
	if len(s.Objects) == 0 {
		return nil, nil
	}
	text := jsontext.New(s.Objects)
	err = text.Array(func(int) error {
		f, err := scanFormer(families, text)
		out = append(out, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, text.End()
}

// writeObjects writes what was declared, as Objects says it, an object at a time: a node
// may have very many. It uses and returns a buffer.
func (s *Site) writeObjects(w io.Writer, b []byte) (_ []byte, err error) {
	if len(s.now) == 0 {
		_, err := w.Write(s.Objects)
		return b, err
	}
	begin := byte('[')
	for i := range s.now {
		if b, err = appendFormer(append(b[:0], begin), &s.now[i]); err != nil {
			return b, fmt.Errorf("node %q: %w", s.Node, err)
		}
		if i == len(s.now)-1 {
			b = append(b, ']')
		}
		if _, err := w.Write(b); err != nil {
			return b, err
		}
		begin = ','
	}
	return b, nil
}

// appendFormer appends a former. It is written by hand because json.Marshal reads
// again, and copies, what objects say.
func appendFormer(b []byte, f *state.Former) (_ []byte, err error) {
	if b, err = f.Declared.AppendJSON(append(b, `{"declared":`...)); err != nil {
		return nil, err
	}
	if !f.Before.IsNil() {
		if b, err = object.Of(f.Declared.Family, f.Before).AppendJSON(append(b, `,"before":`...)); err != nil {
			return nil, err
		}
	}
	if f.Along {
		b = append(b, `,"along":true`...)
	}
	if f.Absent {
		b = append(b, `,"absent":true`...)
	}
	return append(b, '}'), nil
}

// scanFormer reads what appendFormer wrote.
func scanFormer(families []object.Family, s *jsontext.Scanner) (f state.Former, err error) {
	var before object.Ref
	err = s.Object(func(name []byte) (err error) {
		switch string(name) {
		case "declared":
			f.Declared, err = object.ScanRef(families, s)
		case "before":
			before, err = object.ScanRef(families, s)
		case "along":
			f.Along = s.Word("true")
		case "absent":
			f.Absent = s.Word("true")
		default:
			err = fmt.Errorf("%q is not known of what was declared", name)
		}
		return err
	})
	f.Before = before.Ptr()
	switch {
	case err != nil:
	case f.Declared.IsZero():
		err = errors.New("it does not say what was declared")
	case !before.IsZero() && before.Family != f.Declared.Family:
		err = fmt.Errorf("%s was of family %s before it was declared", f.Declared, before.Family.Name())
	}
	return f, err
}

// Names returns the names of the labs that are there, sorted.
func Names() ([]string, error) {
	entries, err := os.ReadDir(Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// absent says why a lab has no record.
func absent(name string) error {
	if err := Unfinished(name); err != nil {
		return err
	}
	return ErrNoLab
}

// Sites returns the namespaces of a lab that was applied; ErrNoLab if none was, or what
// Unfinished says.
func Sites(name string) ([]*Site, error) {
	if err := checkName("lab", name, maxLab); err != nil {
		return nil, err
	}
	r, err := readRecord(name)
	if err == nil && len(r.Sites) == 0 {
		err = absent(name)
	}
	for _, s := range r.Sites {
		s.lab = r
	}
	return r.Sites, err
}
