package script

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Files returns the labels of files that begin with what is given, as code
// without a file may load or read them; folders end with a slash.
func (in *Interp) Files(label string) []string {
	slash := strings.LastIndexByte(label, '/')
	if slash < 0 {
		return []string{"//", "./", "@std//"}
	}
	dir := label[:slash+1]
	var out []string
	for _, e := range in.entries(dir) {
		name := dir + e.Name()
		if e.IsDir() {
			name += "/"
		}
		if strings.HasPrefix(name, label) && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, name)
		}
	}
	return out
}

// entries are the files in the folder that a label names.
func (in *Interp) entries(dir string) (all []fs.DirEntry) {
	if std, ok := strings.CutPrefix(dir, "@std//"); ok {
		if in.loader.std != nil {
			all, _ = fs.ReadDir(in.loader.std, path.Join(".", std))
		}
		return all
	}
	folders := []string{in.config.Dir}
	if rest, ok := strings.CutPrefix(dir, "//"); ok {
		folders, dir = in.loader.roots.candidates(""), rest
	}
	for _, folder := range folders {
		full := filepath.Join(folder, filepath.FromSlash(dir))
		if !filepath.IsAbs(dir) && in.loader.roots.encloses(full) {
			found, _ := os.ReadDir(full)
			all = append(all, found...)
		}
	}
	return all
}
