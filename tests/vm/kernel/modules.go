package kernel

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A tree is a kernel's modules: what depmod would say about them, made from
// their .modinfo sections so that no depmod is needed.
type tree struct {
	root    string              // the directory named by the release
	files   map[string]string   // of all modules, by name
	builtin []string            // names without a file
	kept    map[string]module   // the wanted ones and those they need, by name
	alias   map[string][]string // alias -> names of modules
}

type module struct {
	file string // relative to the modules' directory
	deps []string
	soft []string // load first, if they can be found
}

// canon folds the two spellings of a module's name into one.
func canon(name string) string { return strings.ReplaceAll(name, "-", "_") }

func moduleName(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".ko")
	return canon(name)
}

// scan lists the modules under moddir.
func scan(moddir string) (*tree, error) {
	t := &tree{root: moddir, files: map[string]string{}, kept: map[string]module{}, alias: map[string][]string{}}
	list, err := os.ReadFile(filepath.Join(moddir, "modules.builtin"))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(list)) {
		t.builtin = append(t.builtin, moduleName(strings.TrimSpace(line)))
	}
	err = filepath.WalkDir(moddir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.Contains(d.Name(), ".ko") {
			t.files[moduleName(file)] = file
		}
		return err
	})
	return t, err
}

// keepWanted decompresses and reads the wanted modules and those they need,
// and deletes the others.
func (t *tree) keepWanted() error {
	var queue []string
	for name, file := range t.files {
		rel, _ := filepath.Rel(t.root, file)
		inTree, ok := strings.CutPrefix(rel, "kernel/")
		if !ok || wanted(inTree) { // outside of kernel/ are modules added by hand
			queue = append(queue, name)
		}
	}
	for len(queue) > 0 {
		batch := t.fresh(queue)
		if err := t.decompress(batch); err != nil {
			return err
		}
		queue = nil
		for _, name := range batch {
			if err := unsign(t.files[name]); err != nil {
				return err
			}
			m, err := t.read(name)
			if err != nil {
				return err
			}
			t.kept[name] = m
			queue = append(append(queue, m.deps...), m.soft...)
		}
	}
	for name, file := range t.files {
		if _, ok := t.kept[name]; ok {
			continue
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// fresh returns the names in queue, once each, that have a file and are not
// read yet.
func (t *tree) fresh(queue []string) []string {
	slices.Sort(queue)
	var batch []string
	for _, name := range slices.Compact(queue) {
		if _, done := t.kept[name]; !done && t.files[name] != "" {
			batch = append(batch, name)
		}
	}
	return batch
}

// decompress unpacks the named modules in place.
func (t *tree) decompress(names []string) error {
	var packed []string
	for _, name := range names {
		if plain, ok := strings.CutSuffix(t.files[name], ".xz"); ok {
			packed = append(packed, t.files[name])
			t.files[name] = plain
		}
	}
	// A few hundred for each xz keeps the command line below its limit.
	for chunk := range slices.Chunk(packed, 500) {
		args := append([]string{"--decompress", "--force", "--quiet"}, chunk...)
		if out, err := exec.Command("xz", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("xz: %w: %s", err, out)
		}
	}
	return nil
}

// unsign cuts the signature off a module, if it has one: checking it takes an
// emulated CPU as long as everything else about loading the module. See struct
// module_signature in include/linux/module_signature.h.
func unsign(file string) error {
	const magic, infoLen = "~Module signature appended~\n", 12
	data, err := os.ReadFile(file)
	if err != nil || !bytes.HasSuffix(data, []byte(magic)) || len(data) < len(magic)+infoLen {
		return err
	}
	end := len(data) - len(magic)
	signature := int(binary.BigEndian.Uint32(data[end-4:]))
	if signature > end-infoLen {
		return fmt.Errorf("%s: signature of %d bytes", file, signature)
	}
	return os.Truncate(file, int64(end-infoLen-signature))
}

// read takes in what a module says about itself.
func (t *tree) read(name string) (module, error) {
	file := t.files[name]
	info, err := modinfo(file)
	if err != nil {
		return module{}, fmt.Errorf("%s: %w", file, err)
	}
	rel, err := filepath.Rel(t.root, file)
	m := module{file: rel}
	for _, kv := range info {
		switch kv[0] {
		case "depends":
			m.deps = append(m.deps, split(kv[1], ",")...)
		case "softdep":
			m.soft = append(m.soft, softBefore(kv[1])...)
		case "alias":
			t.addAlias(kv[1], name)
		}
	}
	return m, err
}

// addAlias adds an alias. Those with wildcards match hardware, which nobody
// looks for in the VM.
func (t *tree) addAlias(alias, name string) {
	if !strings.ContainsAny(alias, "*?[") {
		t.alias[canon(alias)] = append(t.alias[canon(alias)], name)
	}
}

// softBefore returns the modules that "pre: a b post: c" wants loaded first.
func softBefore(softdep string) []string {
	pre, ok := strings.CutPrefix(softdep, "pre:")
	if !ok {
		return nil
	}
	pre, _, _ = strings.Cut(pre, "post:")
	return split(pre, " ")
}

func split(list, sep string) []string {
	var names []string
	for s := range strings.SplitSeq(list, sep) {
		if s = strings.TrimSpace(s); s != "" {
			names = append(names, canon(s))
		}
	}
	return names
}

// modinfo returns the key=value pairs of a module's .modinfo section.
func modinfo(file string) ([][2]string, error) {
	f, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := f.Section(".modinfo")
	if s == nil {
		return nil, fmt.Errorf("no .modinfo section")
	}
	data, err := s.Data()
	if err != nil {
		return nil, err
	}
	var info [][2]string
	for entry := range bytes.SplitSeq(data, []byte{0}) {
		if k, v, ok := strings.Cut(string(entry), "="); ok {
			info = append(info, [2]string{k, v})
		}
	}
	return info, nil
}
