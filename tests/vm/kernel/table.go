// Package kernel knows the kernels of the VM: the table of those to test on,
// the cache they are kept in, and how an unpacked Debian kernel is made ready
// for a quick start.
package kernel

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A Row is one line of the file tests/vm/kernels.
type Row struct {
	Name    string
	Package string
	Suite   string // "-" is the machine's own
	Test    Test   // its part of `make test`
}

// A Test is how much of `make test` runs on a kernel.
type Test string

const (
	All      Test = "all"
	Families Test = "families" // the packages of families of objects: what differs among kernels
	None     Test = "no"
)

const tableFile = "tests/vm/kernels"

// Root returns the repository's root directory, from any directory inside.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, tableFile)); err == nil {
			return at, nil
		}
		if at == "/" {
			return "", fmt.Errorf("%s is not inside a checkout: no %s above it", dir, tableFile)
		}
	}
}

// Table reads the table of kernels.
func Table(root string) ([]Row, error) {
	b, err := os.ReadFile(filepath.Join(root, tableFile))
	if err != nil {
		return nil, err
	}
	return parseTable(string(b))
}

func parseTable(text string) ([]Row, error) {
	var rows []Row
	n := 0
	for line := range strings.Lines(text) {
		n++
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) != 4 || !slices.Contains([]Test{All, Families, None}, Test(f[3])) {
			return nil, fmt.Errorf("%s:%d: want name, package, suite, and all, families or no; have %q", tableFile, n, strings.TrimSpace(line))
		}
		rows = append(rows, Row{Name: f[0], Package: f[1], Suite: f[2], Test: Test(f[3])})
	}
	return rows, nil
}

// Choose picks rows: the named ones (separated by commas), those of `make
// test` for "", or all of them for "all".
func Choose(rows []Row, names string) ([]Row, error) {
	var chosen []Row
	for _, r := range rows {
		if names == "all" || names == "" && r.Test != None {
			chosen = append(chosen, r)
		}
	}
	if names == "all" || names == "" {
		return chosen, nil
	}
	for name := range strings.SplitSeq(names, ",") {
		r, ok := find(rows, name)
		if !ok {
			return nil, fmt.Errorf("no kernel %q in %s", name, tableFile)
		}
		chosen = append(chosen, r)
	}
	return chosen, nil
}

func find(rows []Row, name string) (Row, bool) {
	for _, r := range rows {
		if r.Name == name {
			return r, true
		}
	}
	return Row{}, false
}

// Cache returns the directory that holds one directory for each kernel.
func Cache(root string) string {
	if dir := os.Getenv("NETLARK_KERNELS"); dir != "" {
		return dir
	}
	return filepath.Join(root, ".cache", "kernels")
}

// Fetched returns the directory of a kernel in the cache, and gets the kernel
// first if it is not there.
func Fetched(root, name string) (string, error) {
	dir := filepath.Join(Cache(root), name)
	if Prepared(dir) {
		return dir, nil
	}
	cmd := exec.Command(filepath.Join(root, "tests/vm/getkernel.sh"), name)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("get kernel %s: %w", name, err)
	}
	return dir, nil
}
