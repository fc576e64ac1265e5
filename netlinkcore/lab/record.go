package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/netlark/netlark/netlinkcore/netns"
)

// Dir is where the records of labs lie: they die with the kernel's state.
const Dir = "/run/netlark"

// A Record is what is known of a lab that was applied.
type Record struct {
	Lab  string `json:"lab"`
	Pins []Pin  `json:"namespaces"`
}

// A Pin is a namespace that a lab made.
type Pin struct {
	Node   string `json:"node"`
	NetNS  string `json:"netns"`
	Boot   string `json:"boot"`
	Cookie uint64 `json:"cookie"` // SO_NETNS_COOKIE
}

func recordPath(lab string) string { return filepath.Join(Dir, lab, "record.json") }

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

// has reports whether the lab made the namespace that has this name now.
func (r *Record) has(name string, ns *netns.NS) (bool, error) {
	id, err := ns.ID()
	return slices.ContainsFunc(r.Pins, func(p Pin) bool { return p.NetNS == name && p.is(id) }), err
}

func (p Pin) is(id netns.ID) bool { return p.Boot == id.Boot && p.Cookie == id.Cookie }

// write puts a file in place as a whole, so that a reader never sees half of it.
func write(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
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
