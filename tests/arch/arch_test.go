// Package arch keeps the house's rooms apart: which package may import which
// is one table, and the tree is compared with it.
package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module = "github.com/netlark/netlark"
	root   = "../.." // from this directory
)

// Imports from other modules.
const (
	cobra     = "github.com/spf13/cobra"
	readline  = "github.com/chzyer/readline"
	starlark  = "go.starlark.net/..."
	sys       = "golang.org/x/sys/unix"
	vishvanet = "github.com/vishvananda/netns"
)

// What several rows have in common. A family imports no other family.
const (
	below  = "netlinkcore/attr netlinkcore/opt netlinkcore/wire"
	family = "netlinkcore/object netlinkcore/state netlinkcore/rt netlinkcore/internal/uapi " + below
	core   = "netlinkcore/attr netlinkcore/netns netlinkcore/nl netlinkcore/object netlinkcore/opt netlinkcore/rt"
	script = "starlarkmod/module starlarkmod/netval starlarkmod/script starlarkmod/value"
)

// A row says what the packages of one pattern may import; everything else is
// forbidden. The standard library is open to all, but for guarded.
type row struct{ packages, imports, others string }

// The order is from the ground up, which is the direction of imports:
// cmd → repl → starlarkmod → netlinkcore/all → families → object, rt → attr.
var rows = []row{
	{"netlinkcore/opt", "", ""},
	{"netlinkcore/wire", "", ""},
	{"netlinkcore/internal/cores", "", sys},
	{"netlinkcore/internal/jsontext", "", ""},
	{"netlinkcore/internal/procfs", "", sys},
	{"netlinkcore/internal/roll", "", ""},
	{"netlinkcore/attr", "netlinkcore/opt netlinkcore/wire netlinkcore/internal/jsontext", "unsafe " + sys},
	{"netlinkcore/internal/uapi", "", sys},
	{"netlinkcore/internal/giveback", "", ""},
	{"netlinkcore/internal/values", "netlinkcore/attr", sys},
	{"netlinkcore/internal/labtest", "netlinkcore/lab netlinkcore/all netlinkcore/object netlinkcore/state tests/nstest", "testing"},
	{"netlinkcore/internal/verbtest", "netlinkcore netlinkcore/netns netlinkcore/attr netlinkcore/nl netlinkcore/object tests/nstest", "testing"},
	{"netlinkcore/nl", "netlinkcore/wire", sys},
	{"netlinkcore/nltest", "netlinkcore/nl netlinkcore/wire", sys},
	{"netlinkcore/netns", "", sys + " " + vishvanet},
	{"netlinkcore/probe", "", sys},
	{"netlinkcore/program", "", ""},
	{"netlinkcore/rt", "netlinkcore/internal/uapi " + below, sys},
	{"netlinkcore/bpf", "", "unsafe " + sys},
	{"netlinkcore/object", "netlinkcore/bpf netlinkcore/nl netlinkcore/internal/jsontext netlinkcore/internal/procfs netlinkcore/internal/uapi " + below, sys},
	{"netlinkcore/state", "netlinkcore/object netlinkcore/attr netlinkcore/netns netlinkcore/internal/cores netlinkcore/internal/jsontext netlinkcore/internal/roll", ""}, // no family
	{"netlinkcore/iproute2", "netlinkcore/object netlinkcore/attr", sys},                                                                                                  // no family: words are in the tables
	{"netlinkcore", "netlinkcore/netns netlinkcore/object", ""},                                                                                                           // where a Go program begins
	{"netlinkcore/encap", "netlinkcore/rt netlinkcore/internal/uapi " + below, sys},                                                                                       // what several families wrap packets in

	{"netlinkcore/addr", family, sys},
	{"netlinkcore/bridge", family + " netlinkcore/nl", sys},
	{"netlinkcore/link", family + " netlinkcore/nl", sys},
	{"netlinkcore/neigh", family, sys},
	{"netlinkcore/nexthop", "netlinkcore/encap " + family, sys},
	{"netlinkcore/route", family + " netlinkcore/nl netlinkcore/encap", sys},
	{"netlinkcore/rule", family, sys},
	{"netlinkcore/sysctl", "netlinkcore/object netlinkcore/state " + below, sys}, // a family without netlink
	{"netlinkcore/tc", family, sys},
	{"netlinkcore/xfrm", family, sys},
	// Topologies: cables are pairs of veths, with addresses and impairments.
	{"netlinkcore/lab", "netlinkcore/netns netlinkcore/program netlinkcore/object netlinkcore/state netlinkcore/addr netlinkcore/bridge netlinkcore/link netlinkcore/route netlinkcore/sysctl netlinkcore/tc netlinkcore/internal/cores netlinkcore/internal/jsontext netlinkcore/internal/roll " +
		"netlinkcore/rt " + below, sys},
	{"netlinkcore/all", "netlinkcore/object netlinkcore/addr netlinkcore/bridge netlinkcore/link netlinkcore/neigh " +
		"netlinkcore/nexthop netlinkcore/route netlinkcore/rule netlinkcore/sysctl netlinkcore/tc netlinkcore/xfrm", ""},

	{"starlarkmod/script", "", starlark},
	{"starlarkmod/netval", "starlarkmod/script", starlark},
	{"starlarkmod/value", "starlarkmod/netval starlarkmod/script " + core, starlark},
	{"starlarkmod/module", "netlinkcore netlinkcore/lab netlinkcore/state starlarkmod/netval starlarkmod/script starlarkmod/value " + core, starlark + " " + sys},
	{"starlarkmod/help", script, starlark},
	{"starlarkmod/complete", "starlarkmod/help starlarkmod/module starlarkmod/value", starlark},
	{"starlarkmod/exec", script + " netlinkcore/program", starlark},
	{"starlarkmod/monitor", "netlinkcore/nl netlinkcore/object starlarkmod/module starlarkmod/script starlarkmod/value", ""},
	{"starlarkmod/export", "netlinkcore/lab netlinkcore/addr netlinkcore/link netlinkcore/state starlarkmod/netval starlarkmod/value " + core, ""},
	{"starlarkmod/netns", script + " netlinkcore/netns netlinkcore/object", starlark},
	{"starlarkmod/topology", script + " starlarkmod/exec netlinkcore/lab netlinkcore/probe netlinkcore/state netlinkcore/addr netlinkcore/link netlinkcore/tc netlinkcore/bridge netlinkcore/nexthop netlinkcore/route netlinkcore/neigh netlinkcore/sysctl netlinkcore/iproute2 starlarkmod/export starlarkmod/netns " + core, starlark},
	{"starlarkmod/probe", script + " netlinkcore/object netlinkcore/probe", starlark},
	{"starlarkmod", "netlinkcore/all netlinkcore/attr starlarkmod/...", starlark},

	{"stdlib", "", ""},
	{"repl", "netlinkcore/attr starlarkmod/...", starlark + " " + readline},
	{"cmd/netlark", "repl stdlib starlarkmod/... netlinkcore/all netlinkcore/lab netlinkcore/netns netlinkcore/object netlinkcore/state", cobra + " " + starlark + " " + sys},
	{"tests/prompt", "", ""},
	{"tests/script", "", ""},
	{"tests/capture", "", ""},
	{"examples", "", ""},
	{"examples/go/...", "netlinkcore/...", sys},

	{"tests/again", "", ""},
	{"tests/faults", "", ""},
	{"tests/fromip", "", ""},
	{"tests/rivals", "", ""},
	{"tests/arch", "", ""},
	{"tests/systrace", "", sys + " unsafe"},
	{"tests/nstest", "tests/vm/vmenv", sys + " testing unsafe"},
	{"tests/vm/...", "tests/vm/...", sys},
}

// guarded are packages of the standard library that a row has to name.
var guarded = []string{"C", "plugin", "testing", "unsafe"}

// A listed is what go list says of a package.
type listed struct {
	ImportPath                string
	Imports                   []string
	TestImports, XTestImports []string
	Module                    *struct{ Path string }
	Standard                  bool
}

func TestImports(t *testing.T) {
	packages := list(t)
	used := map[string]bool{}
	for _, p := range packages {
		if !p.ours() {
			continue
		}
		r, ok := find(name(p.ImportPath))
		if !ok {
			t.Errorf("%s has no row in tests/arch", name(p.ImportPath))
			continue
		}
		used[r.packages] = true
		for _, imported := range p.Imports {
			if !r.allows(imported, packages) {
				t.Errorf("%s imports %s, which its row does not allow", name(p.ImportPath), name(imported))
			}
		}
	}
	for _, r := range rows {
		if !used[r.packages] {
			t.Errorf("the row of %s has no package", r.packages)
		}
	}
}

// TestTestImports keeps the library's tests from leaning on what is built
// upon the library.
func TestTestImports(t *testing.T) {
	for _, p := range list(t) {
		if !p.ours() || !strings.HasPrefix(name(p.ImportPath), "netlinkcore/") {
			continue
		}
		for _, imported := range append(p.TestImports, p.XTestImports...) {
			ours, ok := strings.CutPrefix(imported, module+"/")
			if ok && !matchAny("netlinkcore/... tests/nstest", ours) {
				t.Errorf("the tests of %s import %s", name(p.ImportPath), ours)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a/b/c", false}, {"a/...", "a", true},
		{"a/...", "a/b/c", true}, {"a/...", "ab", false}, {"", "a", false},
	} {
		if matchAny(c.pattern, c.path) != c.want {
			t.Errorf("%q matches %q: %t", c.pattern, c.path, !c.want)
		}
	}
}

// find returns a package's row, the first that matches.
func find(path string) (row, bool) {
	for _, r := range rows {
		if matchAny(r.packages, path) {
			return r, true
		}
	}
	return row{}, false
}

func (r row) allows(imported string, packages map[string]*listed) bool {
	if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
		return matchAny(r.imports, ours)
	}
	if p := packages[imported]; p != nil && p.Standard && !slices.Contains(guarded, imported) {
		return true
	}
	return matchAny(r.others, imported)
}

// matchAny reports whether one of the patterns, separated by spaces, matches;
// "a/..." is a and what lies below.
func matchAny(patterns, path string) bool {
	for pattern := range strings.FieldsSeq(patterns) {
		top, isTree := strings.CutSuffix(pattern, "/...")
		if path == top || isTree && strings.HasPrefix(path, top+"/") {
			return true
		}
	}
	return false
}

func name(path string) string { return strings.TrimPrefix(path, module+"/") }

// ours reports whether a package is one of this module's.
func (p *listed) ours() bool { return p.Module != nil && p.Module.Path == module }

// list returns the packages of the module and all that they need, by path.
func list(t *testing.T) map[string]*listed {
	t.Helper()
	touch(t)
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,TestImports,XTestImports,Module,Standard", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	packages := map[string]*listed{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &listed{}
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = p
	}
}

// touch looks at every Go file, so that go test knows what this test depends
// on and does not repeat an old verdict: what go list reads it does not see.
func touch(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go"):
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
