package script

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"
)

// A module is a source: the main file, a loaded file, a chunk.
type module struct {
	name string // as errors show it
	key  string // what identifies a loaded file: its resolved path, or "@std//…"
	dir  string // what "./" means in it; for modules of the library, within that
	root string // what "//" means in it first; "" means the main root
	std  bool   // of the library
	text string
}

// A loader finds and remembers modules.
type loader struct {
	std   fs.FS
	roots roots
	cache map[string]*loaded
}

// A loaded is the outcome of a load: what a module defines, or why it failed.
type loaded struct {
	globals starlark.StringDict
	err     error
}

func newLoader(std fs.FS, dir string, allowed []string) *loader {
	l := &loader{std: std, roots: roots{allowed: allowed}, cache: map[string]*loaded{}}
	l.setMain(dir)
	return l
}

// setMain sets the folder of the main file, and with it the root.
func (l *loader) setMain(dir string) { l.roots.main = rootOf(dir) }

// forgetErrors forgets the modules that could not be loaded.
func (l *loader) forgetErrors() {
	for key, m := range l.cache {
		if m.err != nil {
			delete(l.cache, key)
		}
	}
}

// load is the Load function of all threads. A module runs on the thread that
// loads it, so that an error in it carries the calls that led there.
func (in *Interp) load(th *starlark.Thread, label string) (starlark.StringDict, error) {
	r := runOf(th)
	m, err := in.loader.find(in.sources.module(SiteOf(th).Pos.Filename()), label, ".star")
	if err != nil {
		return nil, err
	}
	if err := r.checkCycle(m); err != nil {
		return nil, err
	}
	if known, ok := in.loader.cache[m.key]; ok {
		return known.globals, known.err
	}
	globals, err := r.loadModule(m)
	if r.ctx.Err() == nil { // an interrupted load says nothing of the module
		in.loader.cache[m.key] = &loaded{globals, err}
	}
	return globals, err
}

func (r *run) loadModule(m *module) (starlark.StringDict, error) {
	r.loading = append(r.loading, m)
	defer func() { r.loading = r.loading[:len(r.loading)-1] }()
	prog, err := r.in.compile(m, false)
	if err != nil {
		return nil, err
	}
	globals, err := prog.Init(r.thread, r.in.builtins)
	if err != nil {
		return nil, err
	}
	globals.Freeze()
	return globals, nil
}

// checkCycle returns an error naming the chain if m is being loaded already.
func (r *run) checkCycle(m *module) error {
	open := r.loading
	if r.main != nil {
		open = append([]*module{r.main}, open...)
	}
	for i, loading := range open {
		if loading.key != m.key {
			continue
		}
		var chain []string
		for _, link := range open[i:] {
			chain = append(chain, link.name)
		}
		return &Problem{
			Message: "modules load each other: " + strings.Join(append(chain, m.name), " → "),
			Class:   CodeScript,
			Advice:  "move what both need into a module of its own",
		}
	}
	return nil
}

// find returns the file that label names in the module from, with its text.
// ext is what the label of a similar file ends in, for hints.
func (l *loader) find(from *module, label, ext string) (*module, error) {
	switch {
	case strings.HasPrefix(label, "@std//"):
		return l.findStd(strings.TrimPrefix(label, "@std//"))
	case strings.HasPrefix(label, "@"):
		return nil, labelProblem(label, `the only library is "@std//"`)
	case strings.HasPrefix(label, "//"):
		if from.std {
			return l.findStd(strings.TrimPrefix(label, "//"))
		}
		return l.findFile(l.roots.candidates(from.root), label, label[2:], ext)
	case strings.HasPrefix(label, "./"), strings.HasPrefix(label, "../"):
		if from.std {
			return l.findStd(path.Join(from.dir, label))
		}
		return l.findFile([]string{from.dir}, label, label, ext)
	case filepath.IsAbs(label):
		return nil, labelProblem(label, `write "//…" from the root or "./…" beside this file; --allow-load adds a root`)
	}
	return nil, labelProblem(label, fmt.Sprintf(`write "./%s" beside this file or "//%s" from the root`, label, label))
}

func labelProblem(label, advice string) error {
	return &Problem{Message: fmt.Sprintf("%q is no path of a file", label), Class: CodeScript, Advice: advice}
}

// findFile returns the file name in the first folder that has it.
func (l *loader) findFile(folders []string, label, name, ext string) (*module, error) {
	for _, folder := range folders {
		full := filepath.Join(folder, filepath.FromSlash(name))
		m, err := l.roots.read(full)
		if err == nil {
			m.name = displayName(full)
			return m, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, &Problem{Message: fmt.Sprintf("%s: %v", label, err), Class: CodeScript, Err: err, Advice: adviceFor(err)}
		}
	}
	full := filepath.Join(folders[0], filepath.FromSlash(name))
	return nil, missingProblem(label, full, ext)
}

// findStd returns a module of the library.
func (l *loader) findStd(name string) (*module, error) {
	label := "@std//" + path.Clean(name)
	problem := &Problem{Message: "the library has no " + label, Class: CodeScript}
	if l.std == nil || !fs.ValidPath(path.Clean(name)) {
		return nil, problem
	}
	text, err := fs.ReadFile(l.std, path.Clean(name))
	if err != nil {
		matches, _ := fs.Glob(l.std, path.Join(path.Dir(path.Clean(name)), "*.star"))
		if near := Nearest(path.Clean(name), matches); near != "" {
			problem.Advice = fmt.Sprintf("did you mean @std//%s?", near)
		}
		return nil, problem
	}
	return &module{name: label, key: label, dir: path.Dir(path.Clean(name)), std: true, text: string(text)}, nil
}
