package script

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"
)

func TestLanguage(t *testing.T) {
	runResultTests(t, Config{}, []resultTest{
		{`set([1, 2, 1])`, `set([1, 2])`},
		{"x = 1\nx = 2\nx", `2`},
		{"x = 0\nfor i in range(4):\n    if i % 2:\n        x += i\nx", `4`},
		{"def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nf(20)", `2432902008176640000`},
		{"while True: pass", `error: the language does not support while loops`},
		{`json.decode('{"a": [1]}')`, `{"a": [1]}`},
		{`json.decode('[' * 1000 + '"[[[\\"[[["' + ']' * 1000)[0][0] != None`, `True`},
		{`json.decode('[' * 20000 + ']' * 20000)`, `error: json.decode: the text is nested more than 10000 levels deep`},
		{`json.decode('[1', default = 5)`, `5`},
		{`json = 5`, `error: json is a built-in module; its name cannot be used for anything else here`},
		{`json.encode({"a": (1, None)})`, `"{\"a\":[1,null]}"`},
		{`math.pow(2, 3)`, `8.0`},
		{`struct(a = 1).a`, `1`},
		{`__mode__`, `"run"`},
		{`args`, `()`},
		{"x = 1", ``},
		{``, ``},
		{`1, 2`, `(1, 2)`},
		{`None`, `None`},
		{"def f(link, route = 1):\n    addr = link\n    return addr\nf(5)", `5`},
		{`[link for link in [1, 2]]`, `[1, 2]`},
		{"x = {}\nx['a'] = 1\nx", `{"a": 1}`},
	})
}

func TestOwnBuiltins(t *testing.T) {
	runResultTests(t, Config{}, []resultTest{
		{`hex(255)`, `"ff"`},
		{`hex(5, 2)`, `"05"`},
		{`hex(n = 1 << 70, width = 4)`, `"400000000000000000"`},
		{`hex(-1)`, `error: hex: got -1, want a number that is not negative`},
		{`hex(1, 2000)`, `error: hex: got width 2000, want 0 to 1024`},
		{`exit(3)`, `error: exit 3`},
		{`exit()`, `error: exit 0`},
		{`exit(256)`, `error: exit: got 256, want a code from 0 to 255`},
		{`fail("a", 1)`, `error: a 1`},
		{`fail("a", 1, sep = "-")`, `error: a-1`},
		{`sleep("1ms")`, `None`},
		{`sleep(0.001)`, `None`},
		{`sleep("0.001")`, `None`},
		{`sleep("1 hour")`, `error: sleep: got "1 hour", want a time such as "1s" or a number of seconds`},
		{`sleep(-1)`, `error: sleep: got -1 seconds, want a time that is not negative`},
		{`sleep([])`, `error: sleep: got list, want a time such as "1s" or a number of seconds`},
		{`now() > 1.6e9`, `True`},
		{`type(now())`, `"float"`},
		{`here()`, `"test.star:1:5 in <toplevel>"`},
		{"def f():\n  return [here() for _ in range(1)]\nf()", `["test.star:2:15 in f"]`},
	})
}

// A range is Starlark's, but for its end.
func TestRange(t *testing.T) {
	runResultTests(t, Config{}, []resultTest{
		{`range(3)`, `range(3)`},
		{`type(range(3))`, `"range"`},
		{`list(range(3))`, `[0, 1, 2]`},
		{`len(range(1 << 40))`, `1099511627776`},
		{`range(1 << 40)[5]`, `5`},
		{`range(10)[-1]`, `9`},
		{`list(range(10)[2:8:2])`, `[2, 4, 6]`},
		{`range(10)[2:8:2]`, `range(2, 8, 2)`},
		{`range(3) == range(0, 3)`, `True`},
		{`range(3) != range(4)`, `True`},
		{`range(10)[:3] == range(3)`, `True`},
		{`2 in range(3), 3 in range(3)`, `(True, False)`},
		{`bool(range(0))`, `False`},
		{`[x + y for x in range(2) for y in range(2)]`, `[0, 1, 1, 2]`},
		{`range()`, `error: range: got 0 arguments, want at least 1`},
		{`{range(1): 1}`, `error: unhashable: range`},
		{"a, b = range(2)\nb", `1`},
		{`max(range(5)), sorted(range(3), reverse = True)`, `(4, [2, 1, 0])`},
		{"x = []\nfor i in range(1 << 40):\n    if i == 3:\n        break\n    x.append(i)\nx", `[0, 1, 2]`},
	})
}

func TestMultiplication(t *testing.T) {
	tooLong := func(kind, size string, limit int) string {
		return fmt.Sprintf("error: a %s of %s is too long; %d is the limit", kind, size, limit)
	}
	runResultTests(t, Config{}, []resultTest{
		{`a, b = 6, 7; a * b`, `42`},
		{`a, b = [1, 2], 3; a * b, b * a`, `([1, 2, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2])`},
		{`a, b = "ab", 3; a * b, b * a`, `("ababab", "ababab")`},
		{`a, b = (1,), 3; a * b`, `(1, 1, 1)`},
		{`a, b = b"x", 3; a * b`, `b"xxx"`},
		{`a, b = 1.5, 2; a * b`, `3.0`},
		{`a = 3; a *= a; a`, `9`},
		{`a = [[1]]; a[0] *= 2 + 1; a`, `[[1, 1, 1]]`},
		{`a, b = [1], -5; a * b`, `[]`},
		{`a, b = [], 1 << 80; a * b`, `[]`},
		{`a, b = "a", "b"; a * b`, `error: unknown binary op: string * string`},
		{`a, b = "a", struct(); a * b`, `error: unknown binary op: string * struct`},
		{`[0] * (1 << 40)`, tooLong("list", "1 × 1099511627776 elements", maxElements)},
		{`[0, 1] * ((1 << 23) + 1)`, tooLong("list", "2 × 8388609 elements", maxElements)},
		{`(1 << 90) * (0,)`, tooLong("tuple", "1 × 1237940039285380274899124224 elements", maxElements)},
		{`"x" * (1 << 40)`, tooLong("string", "1 × 1099511627776 bytes", maxText)},
		{`b"x" * (1 << 40)`, tooLong("bytes", "1 × 1099511627776 bytes", maxText)},
		{`[0] * 100000000`, tooLong("list", "1 × 100000000 elements", maxElements)},
		{"a = [0]\na *= 1 << 50", tooLong("list", "1 × 1125899906842624 elements", maxElements)},
		{"n = 1 << 500\nfor _ in range(40):\n    n *= n", `error: the product has more than 16777216 bits`},
	})
}

func TestPrint(t *testing.T) {
	const src = `
print("plain", 1)
eprint("always", 2, sep = "-")
`
	tests := []struct {
		config         Config
		stdout, stderr string
	}{
		{Config{Mode: ModeRun}, "plain 1\n", "always-2\n"},
		{Config{Mode: ModeREPL}, "plain 1\n", "always-2\n"},
		{Config{Mode: ModePlan}, "", "test.star:2: plain 1\nalways-2\n"},
		{Config{Mode: ModeTest}, "", "test.star:2: plain 1\nalways-2\n"},
		{Config{JSON: true}, "", "test.star:2: plain 1\nalways-2\n"},
	}
	for _, tt := range tests {
		t.Run(tt.config.Mode, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			tt.config.Stdout, tt.config.Stderr = &stdout, &stderr
			if _, err := New(tt.config).Source(t.Context(), "test.star", src, false); err != nil {
				t.Fatal(err)
			}
			if stdout.String() != tt.stdout || stderr.String() != tt.stderr {
				t.Errorf("got %q and %q, want %q and %q", stdout.String(), stderr.String(), tt.stdout, tt.stderr)
			}
		})
	}
}

func TestStandardInput(t *testing.T) {
	in := New(Config{Stdin: strings.NewReader("x = 1\ny = x + 'a'\n")})
	got := render(in.File(t.Context(), "-"))
	if !strings.Contains(got, "at <stdin>:2:7 in <toplevel>\n     2 | y = x + 'a'") {
		t.Errorf("got %s", got)
	}
}

func TestGlobals(t *testing.T) {
	in := New(Config{Predeclared: testModules()})
	if _, err := in.Source(t.Context(), "a.star", "x = 1\ndef f(): return x", true); err != nil {
		t.Fatal(err)
	}
	globals := in.Globals()
	if got := fmt.Sprint(globals.Keys()); got != "[f x]" {
		t.Errorf("got %s", got)
	}
	v, err := in.Call(t.Context(), globals["f"].(starlark.Callable), nil, nil)
	if err != nil || v.String() != "1" {
		t.Errorf("got %v, %v", v, err)
	}
	if builtins := in.Builtins(); !builtins.Has("link") || !builtins.Has("hex") || builtins.Has(factorName) || builtins.Has("x") {
		t.Errorf("got %v", builtins.Keys())
	}
}

// What ran before an error stays, as at a prompt.
func TestGlobalsAfterError(t *testing.T) {
	in := New(Config{})
	_, err := in.Source(t.Context(), "a.star", "x = 1\ny = 1 // 0", false)
	if err == nil || in.Globals()["x"] != starlark.MakeInt(1) {
		t.Errorf("got %v, %v", in.Globals(), err)
	}
}

type counter struct{ n int }

func (c *counter) count() int { c.n++; return c.n }

func TestSession(t *testing.T) {
	builtin := NewBuiltin("count", func(th *starlark.Thread, _ *starlark.Builtin, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		exact, ok := Session[*counter](th)
		if !ok {
			return nil, errors.New("no counter")
		}
		byMethod, ok := Session[interface{ count() int }](th)
		if n := byMethod.count(); !ok || exact.n != n {
			return nil, errors.New("no counter by its method")
		}
		if _, ok := Session[string](th); ok {
			return nil, errors.New("the session is no string")
		}
		return starlark.MakeInt(exact.n), nil
	})
	c := Config{Predeclared: starlark.StringDict{"count": builtin}, Session: &counter{}}
	if got := result(t, c, "count()\ncount()"); got != "2" {
		t.Errorf("got %s", got)
	}
	if _, ok := Session[*counter](&starlark.Thread{}); ok {
		t.Error("a thread of nobody has a session")
	}
}

func TestRequireLive(t *testing.T) {
	tests := []struct{ mode, src, want string }{
		{ModeRun, `live()`, `True`},
		{ModeTest, `live()`, `True`},
		{ModeREPL, `live()`, `True`},
		{ModePlan, `live()`, `error: live() is not possible while a plan is evaluated`},
		{ModePlan, `sleep("1ms")`, `error: sleep() is not possible while a plan is evaluated`},
		{ModePlan, `now()`, `error: now() is not possible while a plan is evaluated`},
		{ModePlan, `__mode__`, `"plan"`},
	}
	for _, tt := range tests {
		t.Run(tt.mode+" "+tt.src, func(t *testing.T) {
			if got := result(t, Config{Mode: tt.mode}, tt.src); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestAttempt(t *testing.T) {
	runResultTests(t, Config{}, []resultTest{
		{`attempt(lambda: 5)`, `(True, 5, None)`},
		{`attempt(max, 1, 3)`, `(True, 3, None)`},
		{`attempt(sorted, [1, 2], reverse = True)`, `(True, [2, 1], None)`},
		{`attempt(fail, "no")[:2]`, `(False, None)`},
		{`attempt(fail, "no")[2].message`, `"no"`},
		{`attempt(fail, "no")[2].code`, `"script"`},
		{`attempt(fail, "no")[2].errno`, `None`},
		{`str(attempt(fail, "no")[2])`, `"no"`},
		{`type(attempt(fail, "no")[2])`, `"error"`},
		{`dir(attempt(fail, "no")[2])`, `["attribute", "code", "errno", "hint", "kernel", "message"]`},
		{`attempt(lambda: 1 // 0)[2].message`, `"floored division by zero"`},
		{"e = attempt(link.add, 'a', mtu = 1)[2]\n(e.code, e.errno, e.kernel, e.attribute, e.hint)",
			`("invalid", "EINVAL", "mtu less than device minimum", "link.mtu", None)`},
		{"e = attempt(lambda: route.add('default', via = 'x'))[2]\n(e.code, e.errno)", `("unreachable", "ENETUNREACH")`},
		{"def f():\n    return attempt(fail, 'inner')[2].message\nattempt(f)", `(True, "inner", None)`},
		{`attempt(panics)[2].message`, `"internal error in panics; please report: oh no"`},
		{`attempt(unguarded)[2].message`, `"internal error in a builtin; please report: runtime error: index out of range [0] with length 0"`},
		{`attempt(exit, 7)`, `error: exit 7`},
		{"def f():\n    exit(7)\nattempt(f)", `error: exit 7`},
		{`attempt()`, `error: attempt: want a function and its arguments`},
		{`attempt(max(1, 2))`, `error: attempt: got int, want a function`},
		{"def f(): return f()\nattempt(f)[2].message", `"recursion is deeper than 100000 calls"`},
		{"def f(): return attempt(f)\nx = f()\nfor _ in range(3): x = x[1]\nx[0]", `True`},
	})
}

func TestPanicLeavesInterpreterUsable(t *testing.T) {
	in := New(Config{Predeclared: testModules()})
	for _, src := range []string{"panics()", "unguarded()"} {
		_, err := in.Source(t.Context(), "a.star", src, true)
		var internal *PanicError
		if !errors.As(err, &internal) || len(internal.Stack) == 0 {
			t.Fatalf("%s: got %v, want a PanicError with a stack", src, err)
		}
	}
	if v, err := in.Source(t.Context(), "a.star", "1 + 1", true); err != nil || v.String() != "2" {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestErrorText(t *testing.T) {
	in := New(Config{Predeclared: testModules()})
	_, err := in.Source(t.Context(), "a.star", "link.add('a',\n mtu = 1)", false)
	if got, want := fmt.Sprint(err), "a.star:2:2: link.add: mtu less than device minimum (EINVAL)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var problem *Problem
	if !errors.As(err, &problem) || problem.Errno() != "EINVAL" {
		t.Errorf("the builtin's error is lost in %v", err)
	}
}

func TestErrorJSON(t *testing.T) {
	in := New(Config{Predeclared: testModules()})
	_, err := in.Source(t.Context(), "a.star", "def f():\n    link.add('a', mtu = 1)\nf()", false)
	const want = `{"errors":[{"message":"link.add: mtu less than device minimum (EINVAL)","code":"invalid",` +
		`"at":{"file":"a.star","line":2,"column":19,"function":"f"},"attribute":"link.mtu","errno":"EINVAL",` +
		`"kernel":"mtu less than device minimum","callers":[{"file":"a.star","line":3,"column":2,"function":"\u003ctoplevel\u003e"}]}]}`
	if got := string(ErrorJSON(err)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := string(ErrorJSON(errors.New("no script"))), `{"errors":[{"message":"no script","code":"script"}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Errors that are found later have the place where their cause was declared.
func TestPlacedErrors(t *testing.T) {
	var sites []Site
	declare := NewBuiltin("declare", func(th *starlark.Thread, _ *starlark.Builtin, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		sites = append(sites, SiteOf(th))
		return starlark.None, nil
	})
	in := New(Config{Predeclared: starlark.StringDict{"declare": declare}})
	src := "declare(via = '10.0.0.1')\ndef f():\n    declare(\n        mtu = 1)\nf()\n"
	if _, err := in.Source(t.Context(), "a.star", src, false); err != nil {
		t.Fatal(err)
	}
	got := render(in.Attach(errors.Join(
		At(sites[0], &Problem{Message: "no such next hop", Path: "via"}),
		At(sites[1], &Problem{Message: "too small", Path: "link.mtu", Advice: "68 is the least"}),
	)))
	const want = `Error: no such next hop
  at a.star:1:9 in <toplevel>
     1 | declare(via = '10.0.0.1')
       |         ^^^ attribute via
Error: too small
  at a.star:4:9 in f
     3 | declare(
     4 |     mtu = 1)
       |     ^^^ attribute mtu
  hint: 68 is the least
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if in.Attach(nil) != nil {
		t.Error("no error became one")
	}
}

func TestRenderManyErrors(t *testing.T) {
	var errs []error
	for i := range 15 {
		errs = append(errs, fmt.Errorf("error %d", i))
	}
	got := render(errors.Join(errs...))
	if !strings.HasSuffix(got, "Error: error 8\nand 5 more errors\nError: error 14\n") {
		t.Errorf("got %s", got)
	}
}

func TestRenderColor(t *testing.T) {
	_, err := New(Config{}).Source(t.Context(), "a.star", "1 + 'a'", false)
	var b bytes.Buffer
	Render(&b, err, RenderOptions{Color: true})
	want := "\x1b[1;31mError:\x1b[0m unknown binary op: int + string\n" +
		"  \x1b[2mat\x1b[0m \x1b[36ma.star:1:3\x1b[0m in <toplevel>\n" +
		"\x1b[2m     1 |\x1b[0m 1 + 'a'\n" +
		"\x1b[2m       |\x1b[0m \x1b[1;31m^^^^^^^\x1b[0m\n" +
		"  \x1b[32mhint:\x1b[0m make it a string first: str(x), or \"%s\" % x\n"
	if got := b.String(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestSleep(t *testing.T) {
	start := time.Now()
	if got := result(t, Config{}, `sleep("20ms")`); got != "None" {
		t.Errorf("got %s", got)
	}
	if d := time.Since(start); d < 20*time.Millisecond {
		t.Errorf("slept %v", d)
	}
}
