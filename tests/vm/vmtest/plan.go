package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A plan is the packages to test. Machines start while it is being made, and
// the first binaries run while the next are being built.
type plan struct {
	root, tmp string

	listed   chan struct{} // closed when the packages are known, or err is set
	packages []*testPackage
	err      error // what kept packages out of the plan
}

// A testPackage is a package with its test binary.
type testPackage struct {
	path   string // import path
	name   string // path without the module's
	dir    string
	binary string

	family bool          // it is one of the families' packages
	built  chan struct{} // closed when the binary is there, or err is set
	err    error
}

func newPlan(root, tmp string) *plan {
	return &plan{root: root, tmp: tmp, listed: make(chan struct{})}
}

// make finds the packages and builds their binaries.
func (p *plan) make(ctx context.Context, patterns []string) {
	p.packages, p.err = list(ctx, patterns)
	slices.Reverse(p.packages) // tests/… take longest, and what takes long had better not begin last
	families, err := imports(ctx, familyList)
	p.err = errors.Join(p.err, err)
	for _, t := range p.packages {
		t.family = slices.Contains(families, t.path)
	}
	for i, t := range p.packages {
		t.binary = filepath.Join(p.tmp, fmt.Sprintf("%d-%s.test", i, filepath.Base(t.path)))
	}
	close(p.listed)
	for _, t := range p.packages { // one after the other: go itself uses all CPUs
		t.err = t.build(ctx)
		close(t.built)
	}
}

// build builds the test binary, without what only a debugger needs, so that
// there is less to read for the guest.
func (t *testPackage) build(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", t.binary, t.path)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// needsVM is what the tests import that are to run in a VM.
const needsVM = "/tests/nstest"

// list returns the packages whose tests import needsVM, also indirectly. The
// packages that cannot be loaded, which may be of those, are the error.
func list(ctx context.Context, patterns []string) ([]*testPackage, error) {
	args := append([]string{"list", "-e", "-test", "-json=ImportPath,Dir,Deps,Module,Error,DepsErrors", "--"}, patterns...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, stderr.String())
	}
	found, err := parseList(out)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no tests in %s import tests/nstest", strings.Join(patterns, " "))
	}
	return found, err
}

// familyList imports the packages of all families.
const familyList = "./netlinkcore/all"

// imports returns what a package imports.
func imports(ctx context.Context, path string) ([]string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", `{{join .Imports "\n"}}`, path).Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", path, err)
	}
	return strings.Fields(string(out)), nil
}

// A listed is what go list says of a package.
type listed struct {
	ImportPath, Dir string
	Deps            []string
	Module          struct{ Path string }
	Error           *loadError
	DepsErrors      []*loadError
}

type loadError struct{ Pos, Err string }

func (e *loadError) Error() string { return strings.TrimPrefix(e.Pos+": "+e.Err, ": ") }

func parseList(out []byte) ([]*testPackage, error) {
	var found []*testPackage
	broken := map[string]error{} // the same error shows in many packages
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			return found, errors.Join(slices.Collect(maps.Values(broken))...)
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for _, e := range append(p.DepsErrors, p.Error) {
			if e != nil {
				broken[e.Error()] = e
			}
		}
		if path, isBinary := strings.CutSuffix(p.ImportPath, ".test"); isBinary && p.needsVM() {
			name := strings.TrimPrefix(path, p.Module.Path+"/")
			found = append(found, &testPackage{path: path, name: name, dir: p.Dir, built: make(chan struct{})})
		}
	}
}

// needsVM also knows nstest as the package under test, which go list calls
// "path [path.test]".
func (p *listed) needsVM() bool {
	return slices.ContainsFunc(p.Deps, func(dep string) bool {
		path, _, _ := strings.Cut(dep, " ")
		return path == p.Module.Path+needsVM
	})
}
