package script

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// What Python people write, and a word of the answer.
func TestHints(t *testing.T) {
	tests := []struct{ src, want string }{
		{`x = f"veth{i}"`, "no f-strings"},
		{`link.add(f'veth{i}')`, "no f-strings"},
		{"try:\n    x = 1\nexcept:\n    pass", "attempt"},
		{"x = 1\nexcept ValueError:\n    pass", "attempt"},
		{`raise ValueError("x")`, "fail"},
		{"class A:\n    pass", "struct"},
		{"import os", "load("},
		{"from os import path", "load("},
		{"while True:\n    pass", "for _ in range"},
		{"def f():\n    while True:\n        pass", "for _ in range"},
		{"with open('x') as f:\n    pass", "no with"},
		{"def f():\n    yield 1", "generators"},
		{"async def f():\n    pass", "asynchronous"},
		{"def f():\n    global x\n    x = 1", "outer variable"},
		{"def f():\n    nonlocal x\n    x = 1", "outer variable"},
		{"del x[0]", "pop"},
		{"assert x == 1", "assert.eq"},
		{"assert x", "assert.true"},
		{"x is None", "== None"},
		{"if x is not None:\n    pass", "!= None"},
		{"2 ** 8", "1 << n"},
		{"if (x := 1):\n    pass", "statement of its own"},
		{"x <> 1", "!="},
		{"x && y", "write and"},
		{"x || y", "write or"},
		{"if !x:\n    pass", "write not"},
		{"x++", "x += 1"},
		{"def f() -> int:\n    pass", "type annotations"},
		{"def f(a: int):\n    pass", "type annotations"},
		{"x: int = 1", "type annotations"},
		{"x = 1_000", "underscores"},
		{"@wrap\ndef f():\n    pass", "decorators"},
		{"a = b = 1", "one name at a time"},
		{"x = {1, 2}", "set("},
		{"x = {1}", "set("},
		{"x = {**a}", "a | b"},
		{"x = [*a]", "a + b"},
		{"print 'x'", "print(x)"},
		{"match x:\n    case 1: pass", "elif"},
		{"if x = 1: pass", "=="},
		{"x = 1 if True", "else None"},
		{"x--", "x += 1"},
		{"x = 'this is not' y", ""},
		{"x = 'a ** b' y", ""},
		{"x y", ""},
		{"1 < x < 3", "do not chain"},
		{`x = "a" "b"`, "join strings with +"},
		{`f("a" "b")`, "join strings with +"},
		{"x = 'abc", `"""`},
		{"x = (1", "not closed"},
		{"return 1", "exit()"},
		{"def f():\n    load('//x.star', 'y')", "file level"},
		{"if True:\n  x = 1\n    y = 2", "indentation"},
		{"def f():\npass", "indentation"},
		{"for c in 'abc': pass", "elems"},
		{"x = [c for c in 'abc']", "elems"},
		{"'a'.foo", ""},
		{"1 + 'a'", "str(x)"},
		{"'a' + 1", "str(x)"},
		{"[1] + (2,)", "list(x)"},
		{"'%5d' % 1", "hex(n, width)"},
		{"'%-5s' % 'a'", "hex(n, width)"},
		{"'{:>5}'.format(1)", "hex(n, width)"},
		{"x = [1]\nfor y in x: x.append(y)", "copy"},
		{"x = None\nx.foo", "None"},
		{"x = None\nx()", "None"},
		{"print(pritn)", "did you mean print?"},
		{"lenght = 1\nprint(length)", "did you mean lenght?"},
		{"def f(packets):\n    return packet", "did you mean packets?"},
		{"struct(alpha = 1).alhpa", "did you mean .alpha?"},
		{"x = zzzzzz", ""},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			_, err := New(Config{Predeclared: testModules()}).Source(t.Context(), "a.star", tt.src, false)
			if err == nil {
				t.Fatal("no error")
			}
			d := Diagnose(err)[0]
			if !strings.Contains(d.Hint, tt.want) || (tt.want == "") != (d.Hint == "") {
				t.Errorf("%s\ngot hint %q, want %q", d.Message, d.Hint, tt.want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	names := []string{"link", "addr", "route", "rule", "neigh", "nexthop", "bridge", "vlan_filtering", "add", "kind", "up"}
	tests := []struct{ name, want string }{
		{"lnik", "link"},
		{"Link", "link"},
		{"links", "link"},
		{"kidn", "kind"},
		{"adr", "addr"},
		{"ad", "add"},
		{"rout", "route"},
		{"rules", "rule"},
		{"vlanfiltering", "vlan_filtering"},
		{"vlan-filter", "vlan_filtering"},
		{"nexthpo", "nexthop"},
		{"brigde", "bridge"},
		{"filtering", "vlan_filtering"},
		{"vlan", "vlan_filtering"},
		{"ing", ""},
		{"something", ""},
		{"x", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Nearest(tt.name, names); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := Nearest("mcast", []string{"mcast_flood", "mcast_router"}); got != "" {
		t.Errorf("of two that begin so: got %q", got)
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("of none: got %q", got)
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "acb", 1},
		{"abcd", "badc", 2},
		{"kitten", "sitting", 3},
		{"ca", "abc", 3},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q, %q: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestSecretRanges(t *testing.T) {
	s := newSources(func() (calls, keywords []string) { return []string{"aead"}, []string{"private_key"} })
	tests := []struct{ src, want string }{
		{`secret("abc")`, `secret("#")`},
		{`secret ( 'abc' )`, `secret ( '#' )`},
		{`secret("a" + "b", x("c"))`, `secret("#" + "#", x("#"))`},
		{`secret("a)b") + "shown"`, `secret("#") + "shown"`},
		{`secret("a\"b") + "shown"`, `secret("#") + "shown"`},
		{`secret(r"a\") + "shown"`, `secret(r"#") + "shown"`},
		{`secret("""a"b""") + "shown"`, `secret("""#""") + "shown"`},
		{"secret('''a\nb''')", "secret('''#''')"},
		{`secret("")`, `secret("")`},
		{`secret("abc`, `secret("#`},
		{"secret('abc\n'shown')", "secret('#\n'#')"},
		{`x = "secret("; y = "shown"`, `x = "secret("; y = "shown"`},
		{"# secret(\nx = 'shown'", "# secret(\nx = 'shown'"},
		{`secret.from_env("NAME")`, `secret.from_env("NAME")`},
		{`my_secret("shown")`, `my_secret("shown")`},
		{`x.aead("name", "key")`, `x.aead("#", "#")`},
		{`f(private_key = "abc", peer = "shown")`, `f(private_key = "#", peer = "shown")`},
		{`f(private_key = g("abc", "d"), peer = "shown")`, `f(private_key = g("#", "#"), peer = "shown")`},
		{`f(private_key = ["abc", "d"]); x = "shown"`, `f(private_key = ["#", "#"]); x = "shown"`},
		{`f(private_key = "abc"); x = "shown"`, `f(private_key = "#"); x = "shown"`},
		{"private_key = 'abc'\nx = 'shown'", "private_key = '#'\nx = 'shown'"},
		{"private_key = ('abc' +\n 'd')\nx = 'shown'", "private_key = ('#' +\n '#')\nx = 'shown'"},
		{`if private_key == "shown": pass`, `if private_key == "shown": pass`},
		{`{"private_key": "abc"}`, `{"private_key": "#"}`},
		{`f(**{"private_key": "abc", "peer": "shown"})`, `f(**{"private_key": "#", "peer": "shown"})`},
		{`"é" + secret("é")`, `"é" + secret("#")`},
	}
	for _, tt := range tests {
		got := tt.src
		ranges := s.secretRanges(tt.src)
		for i := len(ranges) - 1; i >= 0; i-- {
			got = got[:ranges[i].start] + "#" + got[ranges[i].end:]
		}
		if got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.src, got, tt.want)
		}
	}
}

// Whatever the source, nothing of a secret shows, and nothing panics.
func FuzzExcerpt(f *testing.F) {
	f.Add("x = secret('hunter2') + 1", 1, 5)
	f.Add("secret(\"\"\"hunter2", 1, 9)
	f.Add("\t\xff\x1b é", 1, 3)
	f.Fuzz(func(t *testing.T, src string, row, col int) {
		in := New(Config{Predeclared: testModules()})
		comment := strings.ToValidUTF8(strings.ReplaceAll(src, "\n", " "), "")
		_, err := in.Source(t.Context(), "a.star", `secret("hunter2") + 1 # `+comment, false)
		if got := render(err); strings.Contains(got, "hunter2") && !strings.Contains(comment, "hunter2") {
			t.Errorf("shows the secret: %s", got)
		}
		for i := range strings.Count(src, "\n") + 2 {
			shown := showLine(src, i+1, in.sources.secretRanges(src))
			shown.shownColumn(col)
			if text := string(shown.text); strings.ContainsAny(text, "\x1b\n\r\x00") {
				t.Errorf("unescaped: %q", text)
			}
		}
	})
}

func TestEscape(t *testing.T) {
	tests := []struct{ text, want string }{
		{"plain é 日本 ✓", "plain é 日本 ✓"},
		{"a\nb", "a\nb"},
		{"a\tb", "a    b"},
		{"\x1b[31m", `\x1b[31m`},
		{"\r\x00\x7f", `\x0d\x00\x7f`},
		{"\u009b31m", `\u009b31m`},
		{"\u202eevil", `\u202eevil`},
		{"\u200b\ufeff", `\u200b\ufeff`},
		{"\xff\xfe", `\xff\xfe`},
		{"\U000e0001", `\U000e0001`},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Escape(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestClip(t *testing.T) {
	tests := []struct {
		text     string
		from, to int
		want     string
	}{
		{"short", 0, 5, "short [0:5]"},
		{"0123456789abcdefghij", 2, 5, "0123456789a… [2:5]"},
		{"0123456789abcdefghij", 12, 14, "…abcdefghij [4:6]"},
		{"0123456789abcdefghij", 10, 20, "…89abcdefghij [3:12]"},
		{"0123456789abcdefghij0123456789", 14, 16, "…cdefghij01… [3:5]"},
	}
	for _, tt := range tests {
		text, from, to := clip([]rune(tt.text), tt.from, tt.to, 12)
		if len(text) > 12 || from < 0 || to > len(text) || from >= to {
			t.Errorf("%s: got %q [%d:%d]", tt.text, string(text), from, to)
		}
		if got, want := string(text[from:to]), tt.text[tt.from:tt.to]; !strings.HasPrefix(want, strings.TrimSuffix(got, "…")) {
			t.Errorf("%s: underlines %q, want %q", tt.text, got, want)
		}
	}
}

// What is wrapped has lines that fit, and the same words.
func TestWrapped(t *testing.T) {
	long := strings.Repeat("word ", 50) + "end"
	for _, text := range []string{"", "short", "two\nlines", long, "first\n" + long, strings.Repeat("x", 200), "über " + strings.Repeat("größe ", 30)} {
		got := wrapped(text)
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(text), " ") {
			t.Errorf("%q lost words: %q", text, got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if n := utf8.RuneCountInString(line); n > hintWidth && strings.Contains(line, " ") {
				t.Errorf("%d characters: %q", n, line)
			}
		}
	}
}
