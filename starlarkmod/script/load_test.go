package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// runFile runs a file and returns what it printed, or its error's message.
func runFile(t *testing.T, c Config, path string) string {
	t.Helper()
	var out strings.Builder
	c.Stdout = &out
	if err := New(c).File(t.Context(), path); err != nil {
		return out.String() + "error: " + message(err)
	}
	return out.String()
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestLoad(t *testing.T) {
	library := fstest.MapFS{
		"topo.star":     {Data: []byte("load('./sub/a.star', 'a')\nload('//sub/b.star', 'b')\nring = a + b\n")},
		"sub/a.star":    {Data: []byte("load('../c.star', 'c')\na = 'a' + c\n")},
		"sub/b.star":    {Data: []byte("load('@std//c.star', 'c')\nb = 'b' + c\n")},
		"c.star":        {Data: []byte("print('once')\nc = 'c'\n")},
		"outside.star":  {Data: []byte("load('../../etc/passwd', 'c')\n")},
		"relative.star": {Data: []byte("load('c.star', 'c')\n")},
	}
	tests := []struct {
		name  string
		files map[string]string
		main  string
		want  string
	}{
		{"root is the main file's folder", map[string]string{
			"sub/main.star":  "load('//lib/a.star', 'a')\nprint(a)",
			"sub/lib/a.star": "a = 'in sub'",
			"lib/a.star":     "a = 'above'",
		}, "sub/main.star", "in sub\n"},
		{"root is marked", map[string]string{
			".netlark":       "",
			"sub/main.star":  "load('//lib/a.star', 'a')\nprint(a)",
			"sub/lib/a.star": "a = 'in sub'",
			"lib/a.star":     "a = 'above'",
		}, "sub/main.star", "above\n"},
		{"relative to the loading file", map[string]string{
			".netlark":        "",
			"sub/main.star":   "load('./lib/a.star', 'a')\nprint(a)",
			"sub/lib/a.star":  "load('../b.star', 'b')\nload('//c.star', 'c')\na = b + c",
			"sub/b.star":      "b = 'b'",
			"c.star":          "c = 'c'",
			"sub/lib/b.star":  "b = 'wrong'",
			"sub/sub/b.star":  "b = 'wrong'",
			"sub/lib/c.star":  "c = 'wrong'",
			"sub/.unrelated":  "",
			"sub/lib/.hidden": "",
		}, "sub/main.star", "bc\n"},
		{"once", map[string]string{
			"main.star": "load('//a.star', 'a')\nload('./a.star', b = 'a')\nload('./x/../a.star', c = 'a')\nprint(a, b, c)",
			"a.star":    "print('loaded')\na = 1",
			"x/y":       "",
		}, "main.star", "loaded\n1 1 1\n"},
		{"errors are cached", map[string]string{
			"main.star": "load('./a.star', 'a')",
			"a.star":    "load('./c.star', 'c')",
			"c.star":    "print('c runs')\nfail('broken')",
		}, "main.star", "c runs\nerror: broken"},
		{"library", map[string]string{
			"main.star": "load('@std//topo.star', 'ring')\nprint(ring)",
		}, "main.star", "once\nacbc\n"},
		{"library has no such file", map[string]string{
			"main.star": "load('@std//top.star', 'ring')",
		}, "main.star", "error: the library has no @std//top.star"},
		{"library stays inside", map[string]string{
			"main.star": "load('@std//outside.star', 'ring')",
		}, "main.star", "error: the library has no @std//../../etc/passwd"},
		{"library path stays inside", map[string]string{
			"main.star": "load('@std//../x.star', 'ring')",
		}, "main.star", "error: the library has no @std//../x.star"},
		{"library needs labels too", map[string]string{
			"main.star": "load('@std//relative.star', 'c')",
		}, "main.star", `error: "c.star" is no path of a file`},
		{"other libraries", map[string]string{
			"main.star": "load('@acme//topo.star', 'ring')",
		}, "main.star", `error: "@acme//topo.star" is no path of a file`},
		{"absolute", map[string]string{
			"main.star": "load('/etc/passwd', 'x')",
		}, "main.star", `error: "/etc/passwd" is no path of a file`},
		{"parents", map[string]string{
			"sub/main.star": "load('../a.star', 'a')",
			"a.star":        "a = 1",
		}, "sub/main.star", "error: ../a.star: lies outside the folders that scripts may read"},
		{"parents of the root", map[string]string{
			"sub/main.star": "load('//../a.star', 'a')",
			"a.star":        "a = 1",
		}, "sub/main.star", "error: //../a.star: lies outside the folders that scripts may read"},
		{"a folder", map[string]string{
			"main.star": "load('//lib', 'a')",
			"lib/a":     "",
		}, "main.star", "error: //lib: is not a regular file"},
		{"read", map[string]string{
			"main.star": "print(json.decode(read('//data/x.json'))['a'], read('./data/x.json'))",
			"data/x.json": `{"a": 1}
`,
		}, "main.star", "1 {\"a\": 1}\n\n"},
		{"read in a module", map[string]string{
			"main.star":  "load('//lib/a.star', 'a', 'f')\nprint(a, f())",
			"lib/a.star": "a = read('./b')\ndef f(): return read('./b')",
			"lib/b":      "text",
		}, "main.star", "text text\n"},
		{"read outside", map[string]string{
			"sub/main.star": "read('../x')",
			"x":             "",
		}, "sub/main.star", "error: ../x: lies outside the folders that scripts may read"},
		{"read absolute", map[string]string{
			"main.star": "read('/etc/passwd')",
		}, "main.star", `error: "/etc/passwd" is no path of a file`},
		{"no such main file", nil, "main.star", "error: main.star: no such file"},
		{"main is a folder", map[string]string{"main.star/x": ""}, "main.star",
			"error: cannot read the script: read main.star: is a directory"},
		{"private names", map[string]string{
			"main.star": "load('//a.star', '_x')",
			"a.star":    "_x = 1",
		}, "main.star", "error: load: names with leading underscores are not exported: _x"},
		{"byte order mark", map[string]string{
			"main.star": "\ufeffprint(1)",
		}, "main.star", "1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(writeFiles(t, tt.files))
			if got := runFile(t, Config{Std: library}, tt.main); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestSymbolicLinks(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"root/main.star":  "load('//link.star', 'a')\nprint(a)",
		"root/lib/a.star": "load('./b.star', 'b')\na = 'a' + b",
		"root/lib/b.star": "b = 'b'",
		"root/b.star":     "b = 'beside the link'",
		"outside.star":    "a = 'outside'",
		"other/c.star":    "load('./d.star', 'd')\na = 'c' + d",
		"other/d.star":    "d = 'd'",
	})
	t.Chdir(dir)
	tests := []struct {
		name, target string
		allow        []string
		want         string
	}{
		{"inside", "lib/a.star", nil, "abeside the link\n"},
		{"inside, absolute", filepath.Join(dir, "root/lib/a.star"), nil, "abeside the link\n"},
		{"through a parent", "../root/lib/a.star", nil, "abeside the link\n"},
		{"outside", "../outside.star", nil, "error: //link.star: lies outside the folders that scripts may read"},
		{"outside, absolute", filepath.Join(dir, "outside.star"), nil, "error: //link.star: lies outside the folders that scripts may read"},
		{"outside, allowed", "../outside.star", []string{dir}, "outside\n"},
		{"nowhere", "nowhere.star", nil, "error: //link.star: no such file (root/link.star)"},
		{"itself", "link.star", nil, "error: //link.star: EvalSymlinks: too many links"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			os.Remove("root/link.star")
			symlink(t, tt.target, "root/link.star")
			if got := runFile(t, Config{AllowLoad: tt.allow}, "root/main.star"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A root may itself be reached through a link.
func TestSymbolicLinkToRoot(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"real/main.star": "load('//a.star', 'a')\nload('./a.star', b = 'a')\nprint(a, b)",
		"real/a.star":    "print('once')\na = 1",
	})
	symlink(t, "real", filepath.Join(dir, "root"))
	t.Chdir(dir)
	if got := runFile(t, Config{}, "root/main.star"); got != "once\n1 1\n" {
		t.Errorf("got %q", got)
	}
}

func TestAllowLoad(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"root/main.star":   "load('//a.star', 'a')\nload('//shared.star', 'shared')\nprint(a, shared)",
		"root/a.star":      "a = 'own'",
		"lib/a.star":       "a = 'of the library'",
		"lib/shared.star":  "load('//a.star', 'a')\nload('./sub/b.star', 'b')\nshared = 'shared ' + a + b",
		"lib/sub/b.star":   "b = '!'",
		"other/nothing.md": "",
	})
	t.Chdir(dir)
	got := runFile(t, Config{AllowLoad: []string{"other", "lib"}}, "root/main.star")
	if want := "own shared of the library!\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := runFile(t, Config{}, "root/main.star"); got != "error: //shared.star: no such file (root/shared.star)" {
		t.Errorf("got %q", got)
	}
}

func TestLargeFiles(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{"main.star": "read('//large')"}))
	f, err := os.Create("large")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(maxFile + 1); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if got, want := runFile(t, Config{}, "main.star"), "error: //large: is larger than 64 MiB"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLoadedModulesAreFrozen(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{
		"main.star": "load('//a.star', 'd', 'f')\nprint(f())\nd['x'] = 1",
		"a.star":    "d = {}\nd['y'] = 2\nl = []\ndef f():\n    return attempt(l.append, 1)[2].message",
	}))
	want := "append: cannot append to frozen list\nerror: cannot insert into frozen hash table"
	if got := runFile(t, Config{}, "main.star"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLoading(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{
		"main.star": "load('//a.star', 'ok', 'f')\nprint(ok, f())",
		"a.star":    "ok = attempt(live)[2].message\ndef f(): return live()",
	}))
	want := "live() is not possible while a module is loaded True\n"
	if got := runFile(t, Config{Predeclared: testModules()}, "main.star"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLoadAtPrompt(t *testing.T) {
	dir := writeFiles(t, map[string]string{"lib/a.star": "a = 1 +"})
	t.Chdir(dir)
	in := New(Config{Mode: ModeREPL})
	if _, err := in.Chunk(t.Context(), "load('./lib/a.star', 'a')"); err == nil {
		t.Fatal("no error")
	}
	// The file is mended: the error is not remembered.
	if err := os.WriteFile("lib/a.star", []byte("a = 1"), 0o666); err != nil {
		t.Fatal(err)
	}
	v, err := in.Chunk(t.Context(), "load('./lib/a.star', 'a')\na")
	if err != nil || v.String() != "1" {
		t.Fatalf("got %v, %v", v, err)
	}
	if v, err = in.Chunk(t.Context(), "a + 1"); err != nil || v.String() != "2" {
		t.Errorf("got %v, %v", v, err)
	}
}
