package kernel

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An Index finds the files of a module: text with a line for each name and
// alias, "name TAB file SPACE file…" in load order. The guest reads it at every
// request for a module, so it is searched as it is: parsing would cost more
// under emulation.
type Index []byte

// LoadIndex reads the index of the kernel in dir.
func LoadIndex(dir string) (Index, error) {
	b, err := os.ReadFile(filepath.Join(dir, indexFile))
	if err != nil {
		return nil, fmt.Errorf("kernel not prepared: %w", err)
	}
	return b, nil
}

// Lookup returns the files to load for a module's name or alias, relative to
// the kernel's directory; ok is true, without files, for what is built in.
func (x Index) Lookup(name string) (files []string, ok bool) {
	_, rest, ok := bytes.Cut(x, []byte("\n"+canon(name)+"\t"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	for file := range strings.FieldsSeq(string(line)) {
		files = append(files, filepath.Join(moduleLink, file))
	}
	return files, ok
}

// unnamed are requests of the kernel's that no module answers to by an alias
// of its own, though there is one that means it.
var unnamed = map[string]string{
	"net-pf-16-proto-16-family-fou":     "fou",
	"net-pf-16-proto-16-family-ila":     "ila",
	"net-pf-16-proto-16-family-ovpn":    "ovpn",
	"net-pf-16-proto-16-family-psample": "psample",
	"net-pf-16-proto-16-family-TIPCv2":  "tipc",
	"rtnl-link-netdevsim":               "netdevsim",
	"rtnl-link-ovpn":                    "ovpn",
	"net-sch-teql0":                     "sch_teql", // since 6.9
	"sch-teql0":                         "sch_teql",
}

// text renders the index.
func (t *tree) text() []byte {
	lines := map[string][]string{}
	for alias, name := range unnamed {
		if _, ok := t.kept[name]; ok {
			lines[canon(alias)] = t.loadOrder([]string{name})
		}
	}
	for _, name := range t.builtin {
		lines[name] = nil
	}
	for alias, names := range t.alias {
		lines[alias] = t.loadOrder(names)
	}
	for name := range t.kept {
		lines[name] = t.loadOrder([]string{name})
	}
	b := []byte("\n")
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		b = append(b, name+"\t"+strings.Join(lines[name], " ")+"\n"...)
	}
	return b
}

// loadOrder returns the files of the named modules, each after those that it
// depends on.
func (t *tree) loadOrder(names []string) []string {
	var order []string
	seen := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		m, ok := t.kept[name]
		if !ok || seen[name] {
			return
		}
		seen[name] = true
		for _, soft := range m.soft {
			add(soft)
			for _, name := range t.alias[soft] {
				add(name)
			}
		}
		for _, dep := range m.deps {
			add(dep)
		}
		order = append(order, m.file)
	}
	for _, name := range slices.Sorted(slices.Values(names)) {
		add(name)
	}
	return order
}
