package script

import (
	"fmt"
	"strings"
	"testing"
)

// session runs inputs one after the other, and returns the value of the last
// one or its error.
func session(t *testing.T, in *Interp, inputs []string) string {
	t.Helper()
	last := ""
	for _, input := range inputs {
		v, err := in.Chunk(t.Context(), input)
		switch {
		case err != nil:
			last = "error: " + message(err)
		case v == nil:
			last = ""
		default:
			last = v.String()
		}
	}
	return last
}

func TestChunk(t *testing.T) {
	tests := []struct {
		name   string
		inputs []string
		want   string
	}{
		{"value", []string{"1 + 1"}, "2"},
		{"no value", []string{"x = 1"}, ""},
		{"none", []string{"None"}, "None"},
		{"empty", []string{""}, ""},
		{"comment", []string{"# nothing"}, ""},
		{"last value", []string{"40", "_ + 2"}, "42"},
		{"none is no last value", []string{"40", "print()", "_"}, "40"},
		{"several statements", []string{"x = 1; y = 2; x + y"}, "3"},
		{"several lines", []string{"x = 1\ny = x + 1\ndef f(): return y\nf()"}, "2"},
		{"a function sees a new value", []string{"x = 1", "def f(): return x", "x = 2", "f()"}, "2"},
		{"also within one input", []string{"x = 1\ndef f(): return x", "x = 2", "f()"}, "2"},
		{"a lambda does too", []string{"x = 1", "f = lambda: x", "x = 2", "f()"}, "2"},
		{"in a condition", []string{"x = 1", "if True:\n    def f(): return x", "x = 2", "f()"}, "2"},
		{"forward reference", []string{"def f(): return g()", "def g(): return 5", "f()"}, "5"},
		{"forward reference in a lambda", []string{"f = lambda: g()", "def g(): return 5", "f()"}, "5"},
		{"forward reference to nothing", []string{"def f(): return gg()", "f()"}, "error: undefined: gg"},
		{"redefinition", []string{"def f(): return 1", "def g(): return f()", "def f(): return 2", "g()"}, "2"},
		{"mutual recursion", []string{
			"def even(n): return n == 0 or odd(n - 1)", "def odd(n): return n != 0 and even(n - 1)", "even(10)"}, "True"},
		{"recursion", []string{"def f(n): return 1 if n < 2 else n * f(n - 1)", "f(5)"}, "120"},
		{"augmented", []string{"x = 1", "x += 1", "x"}, "2"},
		{"augmented, seen by a function", []string{"x = 1", "def f(): return x", "x += 1", "f()"}, "2"},
		{"reads what it sets", []string{"x = 1", "x = x + 1", "x"}, "2"},
		{"swap", []string{"a, b = 1, 2", "a, b = b, a", "(a, b)"}, "(2, 1)"},
		{"loop", []string{"t = 0", "for i in range(5):\n    t += i", "(t, i)"}, "(10, 4)"},
		{"loop over a redefined name", []string{"i = 7", "l = []", "for i in range(2): l.append(i)", "(l, i)"}, "([0, 1], 1)"},
		{"mutation", []string{"l = [1]", "l.append(2)", "l"}, "[1, 2]"},
		{"element", []string{"d = {}", "d['a'] = 1", "d['a'] += 1", "d"}, `{"a": 2}`},
		{"an error leaves the rest", []string{"x = 1", "y = 2; x = 1 // 0", "(x, y)"}, "(1, 2)"},
		{"a loop's error leaves what it did", []string{"t = 0", "for i in [1, 0]:\n    t += 1 // i", "(t, i)"}, "(1, 0)"},
		{"undefined", []string{"nonsense"}, "error: undefined: nonsense"},
		{"undefined before anything runs", []string{"l = []", "l.append(1)\nnonsense", "l"}, "[1]"},
		{"shadowing a builtin function", []string{"hex = 5", "hex"}, "5"},
		{"shadowing a universal function", []string{"len = 5", "def f(): return len", "f()"}, "5"},
		{"assigning to a module", []string{"link = 1"}, "error: link is a built-in module; its name cannot be used for anything else here"},
		{"a loop over a module's name", []string{"for route in []: pass"}, "error: route is a built-in module; its name cannot be used for anything else here"},
		{"a module's name in a function", []string{"def f(link): return link", "f(1)"}, "1"},
		{"default arguments", []string{"x = 1", "def f(a = x): return a", "x = 2", "f()"}, "1"},
		{"comprehension", []string{"x = 3", "[x for x in range(2)]", "x"}, "3"},
		{"set", []string{"s = set([1])", "s |= set([2])", "sorted(s)"}, "[1, 2]"},
		{"doc string", []string{"def f():\n    'doc'\n    return 1\n", "f()"}, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := New(Config{Mode: ModeREPL, Predeclared: testModules(), Stdout: &strings.Builder{}})
			if got := session(t, in, tt.inputs); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Errors show the input in which a function was defined.
func TestChunkErrors(t *testing.T) {
	in := New(Config{Mode: ModeREPL, Predeclared: testModules()})
	session(t, in, []string{"def f(x):\n    return x + 'a'\n", "1"})
	_, err := in.Chunk(t.Context(), "f(1)")
	const want = `Error: unknown binary op: int + string
  at <input 1>:2:14 in f
     2 | return x + 'a'
       |        ^^^^^^^
  hint: make it a string first: str(x), or "%s" % x
  from <input 3>:1:2 in <toplevel>
`
	if got := render(err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	_, err = in.Chunk(t.Context(), "ff(1)")
	if got := render(err); !strings.Contains(got, "hint: did you mean f?") {
		t.Errorf("got %s", got)
	}
}

func TestChunkGlobals(t *testing.T) {
	in := New(Config{Predeclared: testModules()})
	session(t, in, []string{"x = 1", "2", "def f(): pass", "y = x", "for i in [1]: z = i"})
	if got := fmt.Sprint(in.Globals().Keys()); got != "[_ f i x y z]" {
		t.Errorf("got %s", got)
	}
}

// A prompt may begin where a file ended.
func TestChunkAfterFile(t *testing.T) {
	in := New(Config{Predeclared: testModules()})
	if _, err := in.Source(t.Context(), "a.star", "x = 1\ndef f(): return x", false); err != nil {
		t.Fatal(err)
	}
	if got := session(t, in, []string{"f() + x"}); got != "2" {
		t.Errorf("got %s", got)
	}
}

func TestComplete(t *testing.T) {
	tests := []struct {
		src      string
		complete bool
		isError  bool
	}{
		{"", true, false},
		{"\n", true, false},
		{"x", true, false},
		{"x = 1\n", true, false},
		{"x = 1; y = 2\n", true, false},
		{"f(", false, false},
		{"f(\n", false, false},
		{"f(\n1", false, false},
		{"f(\n1)", true, false},
		{"f(\n1)\n", true, false},
		{"x = [\n  1,\n", false, false},
		{"{", false, false},
		{`"""`, false, false},
		{"\"\"\"\ntext\n", false, false},
		{"\"\"\"\ntext\"\"\"", true, false},
		{"x = 1 + \\", false, false},
		{"def f():", false, false},
		{"def f():\n", false, false},
		{"def f():\n    return 1\n", false, false},
		{"def f():\n    return 1\n\n", true, false},
		{"def f():\n    if x:\n        return 1\n", false, false},
		{"for x in y: pass", false, false},
		{"for x in y: pass\n\n", true, false},
		{"if x:\n    y\nelse:\n", false, false},
		{"x = 1\ndef f():\n    pass\n", false, false},
		{"# comment", true, false},
		{"x +", true, true},
		{"x = = 1", true, true},
		{`"abc`, true, true},
		{")", true, true},
		{"def f(:", true, true},
		{"import os", true, true},
	}
	for _, tt := range tests {
		complete, err := Complete(tt.src)
		if complete != tt.complete || (err != nil) != tt.isError {
			t.Errorf("%q: got %v, %v; want %v, error %v", tt.src, complete, err, tt.complete, tt.isError)
		}
	}
}
