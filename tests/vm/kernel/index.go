package kernel

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An Index finds the files of a module: text with a line for each name and
// alias, "name TAB file SPACE file…" in load order, with a leading "*" where
// the alias has wildcards. The guest reads it at every request for a module,
// so it is searched as it is: parsing would cost more under emulation.
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
	if _, rest, ok := bytes.Cut(x, []byte("\n"+canon(name)+"\t")); ok {
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		return strings.Fields(string(line)), true
	}
	mark := []byte("\n*")
	for rest := []byte(x); ; {
		_, after, ok := bytes.Cut(rest, mark)
		if !ok {
			return nil, false
		}
		line, _, _ := bytes.Cut(after, []byte("\n"))
		pattern, list, _ := strings.Cut(string(line), "\t")
		if match, _ := path.Match(pattern, name); match {
			return strings.Fields(list), true
		}
		rest = after
	}
}

// text renders the index.
func (t *tree) text() []byte {
	lines := map[string][]string{}
	for _, name := range t.builtin {
		lines[name] = nil
	}
	for alias, names := range t.alias {
		lines[alias] = t.loadOrder(names)
	}
	for name := range t.kept {
		lines[name] = t.loadOrder([]string{name})
	}
	for _, p := range t.pattern {
		lines["*"+p[0]] = t.loadOrder([]string{p[1]})
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
