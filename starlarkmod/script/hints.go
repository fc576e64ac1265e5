package script

import (
	"regexp"
	"strings"
)

// What people write who know Python, and what netlark's language says to it.

// A hint is advice on errors whose message matches and, where near is given,
// whose line does: with a ‸ before the token that the error is about.
type hint struct{ message, near, advice string }

func (h hint) matches(msg, line string) bool {
	return regexp.MustCompile(h.message).MatchString(msg) && regexp.MustCompile(h.near).MatchString(line)
}

// adviceOn returns the advice of the first hint that matches, or "".
func adviceOn(hints []hint, msg, line string) string {
	for _, h := range hints {
		if h.matches(msg, line) {
			return h.advice
		}
	}
	return ""
}

// syntaxHint returns what to write instead, or "". The error is about the token
// at column from, counted from 0.
func syntaxHint(msg, line string, from int) string {
	runes := []rune(line)
	from = min(max(from, 0), len(runes))
	return adviceOn(syntaxHints(), msg, string(runes[:from])+"‸"+string(runes[from:]))
}

// runtimeHint returns what to do about one of Starlark's own errors, or "".
func runtimeHint(msg string) string { return adviceOn(runtimeHints(), msg, "") }

func syntaxHints() []hint {
	const (
		noExceptions  = `there are no exceptions; ok, value, error = attempt(fn, …) catches, fail("…") raises`
		noAnnotations = `there are no type annotations`
		noFStrings    = `there are no f-strings; write "veth%d" % i or "veth{}".format(i)`
		noImport      = `load("//file.star", "name") or load("@std//file.star", "name") loads; modules such as link are there already`
		noOuter       = `a function cannot assign to an outer variable; return the value, or keep it in a dict`
	)
	return []hint{
		{`^got `, `(^|[(,])\s*‸(from|in|not|class|with|as|is|import)\s*=[^=]`, `a word of the language gets an underscore: from_, in_, not_`},
		{`^undefined: `, `=\s*‸\w+\s*[,)]`, `it is no variable; text stands in quotes: dev = "eth0"`},
		{`^got string literal`, `\b[fF]‸`, noFStrings},
		{`^got string literal`, `["'] *‸`, `join strings with +: "a" + "b"`},
		{`^got (try|except|finally|raise)`, ``, noExceptions},
		{`^got class`, ``, `there are no classes; use struct(name = value) and functions`},
		{`^got (import|from)`, ``, noImport},
		{`^got with`, ``, `there is no with; use a function`},
		{`^got yield`, ``, `there are no generators; build a list`},
		{`^got (async|await)`, ``, `nothing is asynchronous; calls return when they are done`},
		{`^got (global|nonlocal)`, ``, noOuter},
		{`^not an identifier`, `\.\s*del\s*‸`, `del is a word of the language: delete removes an object`},
		{`^not an identifier`, `\.\s*(class|from|not|in|is|with|as)\s*‸`, `a word of the language gets an underscore: tc.class_`},
		{`^got del`, ``, `there is no del; use d.pop(key) or l.pop(index)`},
		{`^got`, `^\s*assert\s+‸`, `assert is a module: assert.true(x), assert.eq(a, b)`},
		{`^got`, `^\s*(match|case)\s+‸`, `there is no match; use if and elif`},
		{`^got`, `^\s*print\s+‸`, `print is a function: print(x)`},
		{`^got identifier, want newline`, `^\s*(ip|show|bridge|tc|link|addr|route|rule|neigh|nexthop|netns|sysctl)\s.*‸`, `a call has parentheses, and text quotes: route.list(dev = "eth0")`},
		{`^got is`, `‸is\s+not\b`, `compare with !=: x != None`},
		{`^got is`, ``, `compare with ==: x == None`},
		{`^got '\*\*', want primary`, ``, `join dicts with |: a | b`},
		{`^got '\*\*'`, ``, `there is no **; powers of two are 1 << n, others math.pow(x, n)`},
		{`^got '\*', want primary`, ``, `join lists with +: a + b`},
		{`^got '>', want primary`, `<‸>`, `write != instead of <>`},
		{`^got '&', want primary`, `&‸&`, `write and instead of &&`},
		{`^got '\|', want primary`, `\|‸\|`, `write or instead of ||`},
		{`character '!'`, ``, `write not instead of !`},
		{`character '@'`, ``, `there are no decorators; call the function: f = wrap(f)`},
		{`^got .*, want primary`, `(\+\+|--)\s*[);]?‸`, `write x += 1 instead of x++`},
		{`^got ':'`, `‸:=`, `there is no :=; assign in a statement of its own`},
		{`^got '-'`, `‸->`, noAnnotations},
		{`^got ':', want '\)'`, `\bdef\b`, noAnnotations},
		{`^got ':', want newline`, `\w\s*‸`, noAnnotations},
		{`^got`, `‸\d+_\d`, `write numbers without underscores`},
		{`^got '=', want newline`, `=\s*\w+\s*‸`, `assign one name at a time`},
		{`^got '=', want ':'`, ``, `compare with ==`},
		{`^got ('}'|','), want ':'`, `\{`, `there are no set displays; write set([1, 2])`},
		{`does not associate`, ``, `comparisons do not chain; write 1 < x and x < 3`},
		{`without else clause`, ``, `write x if condition else None`},
		{`indent`, ``, `check the indentation: a block uses either spaces or tabs, and always the same number`},
		{`unexpected (newline|EOF) in string`, ``, `a string over several lines is written """…"""`},
		{`^got end of file`, ``, `a bracket or a quote is not closed`},
	}
}

func runtimeHints() []hint {
	return []hint{
		{`not support while`, ``, `there is no while; write for _ in range(1000): … break`},
		{`^return statement not within`, ``, `return belongs into a function; exit() ends a script`},
		{`^load statement within`, ``, `load belongs to file level; read("//…") is for data`},
		{`^string value is not iterable`, ``, `a string's characters are s.elems()`},
		{`frozen|during iteration`, ``, `work on a copy: list(x), dict(x)`},
		{`^unknown binary op: (\w+ \+ string|string \+ \w+)`, ``, `make it a string first: str(x), or "%s" % x`},
		{`^unknown binary op: (list \+ tuple|tuple \+ list)`, ``, `make both lists with list(x), or both tuples with tuple(x)`},
		{`^unknown conversion %[-+#.\d]|format spec features not supported`, ``, `there are no widths in formats; hex(n, width) pads numbers`},
		{`^local variable \w+ referenced`, ``, `what a function assigns anywhere is its own everywhere; give one of the two another name`},
		{`^invalid call of non-function \(NoneType\)`, ``, `the value before the parenthesis is None`},
		{`^NoneType has no`, ``, `the value before the dot is None: get returns it for what is not there`},
		{`^recursion is deeper`, ``, `check the condition that ends it`},
		{`a (list|tuple|range) of .* too long; \d+ is the limit`, ``, `use range(n) where only the count matters`},
		{`^memory limit`, ``, `something grows without end, or the data is larger than a script should hold`},
		{`^limit of \d+ steps`, ``, `--max-steps sets the limit`},
		{`^time limit of`, ``, `--timeout sets the limit`},
	}
}

// reworded says in a user's words what Starlark says in an implementer's.
func reworded(msg string) string {
	if name, ok := strings.CutPrefix(msg, "internal error: predeclared variable "); ok {
		return "undefined: " + strings.TrimSuffix(name, " is uninitialized")
	}
	if what, ok := strings.CutPrefix(msg, "this Starlark dialect does not "); ok {
		return "the language does not " + what
	}
	if msg == "Starlark stack overflow" {
		return "recursion is deeper than 100000 calls"
	}
	return oddTypes.Replace(msg)
}

// oddTypes are names of types that mean something to implementers only.
var oddTypes = strings.NewReplacer(
	"got builtin_function_or_method", "got a function", "want callable", "want a function",
	"want iterable", "want a list", "got NoneType", "got None",
)
