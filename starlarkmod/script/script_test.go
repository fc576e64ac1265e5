package script

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// archive splits a test file into its sections, each after a line "-- name --".
func archive(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	name := ""
	for line := range strings.Lines(string(text)) {
		if inner, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(inner, " --") {
			name = strings.TrimSuffix(inner, " --")
			sections[name] = ""
			continue
		}
		sections[name] += line
	}
	return sections
}

// testModules are modules and builtins as other packages make them.
func testModules() starlark.StringDict {
	failing := func(name string, err error) *starlark.Builtin {
		return NewBuiltin(name, func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			return nil, err
		})
	}
	builtin := func(name string, fn builtinFunc) *starlark.Builtin { return NewBuiltin(name, fn) }
	return starlark.StringDict{
		"link": &starlarkstruct.Module{Name: "link", Members: starlark.StringDict{
			"add": builtin("link.add", linkAdd),
			"get": builtin("link.get", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
				return starlark.None, nil
			}),
		}},
		"route": &starlarkstruct.Module{Name: "route", Members: starlark.StringDict{
			"add": failing("route.add", &Problem{
				Message: "route.add: network is unreachable: Nexthop has invalid gateway (ENETUNREACH)",
				Class:   "unreachable", Path: "via", Number: "ENETUNREACH", Words: "Nexthop has invalid gateway",
				Advice: `no address of namespace "triangle.r1" is on the same subnet as 10.9.9.9`,
			}),
			"multi": failing("route.multi", &Problem{Message: "route.multi: no such device", Class: "not_found", Path: "route.nexthops[1].via"}),
			"dict":  failing("route.dict", &Problem{Message: "route.dict: too large", Path: "metrics.mtu"}),
			"first": failing("route.first", &Problem{Message: "route.first: not a prefix", Path: "dst", Index: 1}),
			"hop":   builtin("route.hop", starlarkstruct.Make),
		}},
		"secret": builtin("secret", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return args[0], nil
		}),
		"panics": builtin("panics", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			panic("oh no")
		}),
		"unguarded": starlark.NewBuiltin("unguarded", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			var none starlark.Tuple
			return none[0], nil
		}),
		"block": builtin("block", func(th *starlark.Thread, _ *starlark.Builtin, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			<-Context(th).Done()
			return nil, Context(th).Err()
		}),
		"undo": builtin("undo", func(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			if _, err := starlark.Call(th, args[0], nil, nil); err != nil {
				return nil, fmt.Errorf("undone: 3 steps%.0w", err)
			}
			return starlark.None, nil
		}),
		"live": builtin("live", func(th *starlark.Thread, _ *starlark.Builtin, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return starlark.True, RequireLive(th, "live()")
		}),
		"here": builtin("here", func(th *starlark.Thread, _ *starlark.Builtin, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return starlark.String(Position(th).String() + " in " + SiteOf(th).Func), nil
		}),
		"call": builtin("call", func(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return starlark.Call(th, args[0], args[1:], kwargs)
		}),
	}
}

// linkAdd is link.add(name, mtu = 0), which fails with the kernel's words.
func linkAdd(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	mtu := 1500
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name, "mtu?", &mtu); err != nil {
		return nil, err
	}
	if mtu < 68 {
		return nil, &Problem{Message: "link.add: mtu less than device minimum (EINVAL)", Path: "link.mtu", Number: "EINVAL", Words: "mtu less than device minimum"}
	}
	return starlark.None, nil
}

// result runs src and returns its last value's text, or its error's message.
func result(t *testing.T, c Config, src string) string {
	t.Helper()
	if c.Predeclared == nil {
		c.Predeclared = testModules()
	}
	v, err := New(c).Source(t.Context(), "test.star", src, true)
	if err != nil {
		return "error: " + message(err)
	}
	if v == nil {
		return ""
	}
	return v.String()
}

func message(err error) string {
	if exit, ok := errors.AsType[*ExitError](err); ok {
		return exit.Error()
	}
	return Diagnose(err)[0].Message
}

type resultTest struct{ src, want string }

func runResultTests(t *testing.T, c Config, tests []resultTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			if got := result(t, c, tt.src); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// render returns err as a terminal shows it.
func render(err error) string {
	var b bytes.Buffer
	if err != nil {
		Render(&b, err, RenderOptions{})
	}
	return b.String()
}

// writeFiles makes a folder with files and returns it.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestRender runs main.star of each file in testdata/render and compares what
// is shown of its error.
func TestRender(t *testing.T) {
	paths, err := filepath.Glob("testdata/render/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			path, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			sections := archive(t, path)
			want := sections["want"]
			delete(sections, "want")
			delete(sections, "")
			t.Chdir(writeFiles(t, sections))
			in := New(Config{
				Predeclared: testModules(), Args: map[string]string{},
				Secrets: func() (calls, keywords []string) { return []string{"aead"}, []string{"private_key"} },
			})
			got := render(in.File(context.Background(), "main.star"))
			if *update {
				rewrite(t, path, got)
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// rewrite replaces the section "want" of a test file.
func rewrite(t *testing.T, path, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(text), "-- want --\n")
	if err := os.WriteFile(path, []byte(before+"-- want --\n"+want), 0o666); err != nil {
		t.Fatal(err)
	}
}
