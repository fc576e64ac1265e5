package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

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
	// Formers are what was declared there, and what was before that. Secrets are
	// in clear: the file is for its owner alone.
	Formers []former `json:"objects,omitempty"`

	lab *Record // of Sites
}

// A former is a state.Former on disk.
type former struct {
	Declared json.RawMessage `json:"declared"`
	Before   json.RawMessage `json:"before,omitempty"`
	Along    bool            `json:"along,omitempty"`
	Absent   bool            `json:"absent,omitempty"`
}

const recordName = "record.json"

func recordPath(lab string) string { return filepath.Join(Dir, lab, recordName) }

// readRecord reads what is known of a lab; one that was never applied has an
// empty record.
func readRecord(lab string) (*Record, error) {
	r := &Record{Lab: lab}
	data, err := os.ReadFile(recordPath(lab))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("record of lab %q, %s: %w", lab, recordPath(lab), err)
	}
	return r, nil
}

// knows reports whether a lab made a namespace of this name.
func (r *Record) knows(name string) bool {
	return slices.ContainsFunc(r.Sites, func(s *Site) bool { return s.Owned && s.NetNS == name })
}

// site is what is known of the namespace that has this name now; nil if the lab
// knew another one, or none.
func (r *Record) site(name string, ns *netns.NS) (*Site, error) {
	id, err := ns.ID()
	if err != nil {
		return nil, err
	}
	if r.named == nil {
		r.named = make(map[string]*Site, len(r.Sites))
		for _, s := range r.Sites {
			r.named[s.NetNS] = s
		}
	}
	if s := r.named[name]; s != nil && s.is(id) {
		return s, nil
	}
	return nil, nil
}

func (s *Site) is(id netns.ID) bool { return s.Boot == id.Boot && s.Cookie == id.Cookie }

// formers are what was declared in a namespace, as the engine takes it.
func (s *Site) formers(families []object.Family) (out []state.Former, err error) {
	for _, f := range s.Formers {
		x := state.Former{Along: f.Along, Absent: f.Absent}
		if x.Declared, err = object.ReadRef(families, f.Declared); err != nil {
			return nil, err
		}
		if f.Before != nil {
			if x.Before, err = object.ReadRef(families, f.Before); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// setFormers keeps what was declared.
func (s *Site) setFormers(all []state.Former) (err error) {
	s.Formers = make([]former, len(all))
	for i, f := range all {
		s.Formers[i].Along, s.Formers[i].Absent = f.Along, f.Absent
		if s.Formers[i].Declared, err = f.Declared.MarshalJSON(); err != nil {
			return err
		}
		if f.Before.IsZero() {
			continue
		}
		if s.Formers[i].Before, err = f.Before.MarshalJSON(); err != nil {
			return err
		}
	}
	return nil
}

// write puts a file in place as a whole, so that a reader never sees half of it.
func write(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	begun := path + half
	if err := os.WriteFile(begun, append(data, '\n'), 0o600); err != nil {
		_ = os.Remove(begun) // there may be none
		return err
	}
	return os.Rename(begun, path)
}

// half is the end of the name of a file that is being written.
const half = ".new"

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
