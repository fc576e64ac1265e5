package script

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// rootMark is the file or folder that marks a root.
const rootMark = ".netlark"

// errOutside is the error for a path that leaves all roots.
var errOutside = errors.New("lies outside the folders that scripts may read")

// roots are the folders that scripts may load and read from.
type roots struct {
	main    string
	allowed []string // added by the caller
}

// rootOf returns the root for a main file in dir: the nearest folder upwards
// with a rootMark, or dir itself.
func rootOf(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for folder := abs; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, rootMark)); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			return abs
		}
	}
}

// candidates returns where "//" may lead to in a module of root, best first.
func (r roots) candidates(root string) []string {
	folders := append([]string{r.main}, r.allowed...)
	if root == "" || root == r.main {
		return folders
	}
	return append([]string{root}, folders...)
}

// read returns the file at full if it lies in a root, symbolic links followed.
// The file is opened relative to that root: a link that somebody puts there
// meanwhile does not lead out of it.
func (r roots) read(full string) (*module, error) {
	if !r.encloses(full) {
		return nil, errOutside
	}
	resolved, err := filepath.EvalSymlinks(full)
	if err != nil {
		return nil, err
	}
	if resolved, err = filepath.Abs(resolved); err != nil {
		return nil, err
	}
	for _, root := range r.candidates("") {
		rel, ok := within(root, resolved)
		if !ok {
			continue
		}
		text, err := readIn(root, rel)
		if err != nil {
			return nil, err
		}
		return &module{key: resolved, dir: filepath.Dir(full), root: root, text: text}, nil
	}
	return nil, errOutside
}

// encloses reports whether the path itself, links aside, stays in a root. It
// is asked first so that errors do not tell what exists elsewhere.
func (r roots) encloses(full string) bool {
	abs, err := filepath.Abs(full)
	if err != nil {
		return false
	}
	for _, root := range r.candidates("") {
		if _, ok := within(root, abs); ok {
			return true
		}
		if rootAbs, err := filepath.Abs(root); err == nil && contains(rootAbs, abs) {
			return true
		}
	}
	return false
}

// within returns the path of the resolved file relative to root.
func within(root, resolved string) (string, bool) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", false
	}
	if root, err = filepath.Abs(root); err != nil || !contains(root, resolved) {
		return "", false
	}
	rel, err := filepath.Rel(root, resolved)
	return rel, err == nil
}

func contains(root, full string) bool {
	rel, err := filepath.Rel(root, full)
	return err == nil && filepath.IsLocal(rel)
}

// maxFile is the size of the largest file that a script may load or read.
const maxFile = 64 << 20

func readIn(root, rel string) (string, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return "", err
	}
	defer dir.Close()
	info, err := dir.Stat(rel)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() { // a pipe or a device may never end
		return "", errors.New("is not a regular file")
	}
	f, err := dir.Open(rel)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("is larger than %d MiB", maxFile>>20)
	}
	return string(text), err
}

// displayName returns the path of a file as errors show it: relative to the
// current folder if it is below it.
func displayName(full string) string {
	abs, err := filepath.Abs(full)
	if err != nil {
		return full
	}
	here, err := os.Getwd()
	if err != nil {
		return abs
	}
	if rel, err := filepath.Rel(here, abs); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return abs
}

func adviceFor(err error) string {
	if errors.Is(err, errOutside) {
		return "symbolic links are followed only inside the root; --allow-load PATH adds another"
	}
	return ""
}

// missingProblem returns the error for a file that is not there, with the most
// similar one that is.
func missingProblem(label, full, ext string) error {
	problem := &Problem{Message: label + ": no such file", Class: "not_found", Err: fs.ErrNotExist}
	if name := displayName(full); name != label {
		problem.Message += fmt.Sprintf(" (%s)", name)
	}
	entries, err := os.ReadDir(filepath.Dir(full))
	if err != nil {
		problem.Advice = fmt.Sprintf("there is no folder %s either", displayName(filepath.Dir(full)))
		return problem
	}
	var names []string
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ext) {
			names = append(names, entry.Name())
		}
	}
	if near := Nearest(filepath.Base(full), names); near != "" {
		problem.Advice = fmt.Sprintf("did you mean %s?", strings.TrimSuffix(label, filepath.Base(full))+near)
	}
	return problem
}
