package script

import (
	"regexp"
	"strings"
)

// What people write who know Python, and what netlark's language says to it.
// Starlark's parser stops at the first token that does not fit; the line and
// the column tell what was meant.

// A hint belongs to errors whose message and line match.
type hint struct {
	message string // regular expression, "" for any
	line    string // regular expression, "" for any
	advice  string
}

// syntaxHint returns what to write instead, or "". The error is about the token
// that starts at column from, counted from 0.
func syntaxHint(msg, line string, from int) string {
	runes := []rune(line)
	before := string(runes[:min(from, len(runes))])
	for _, h := range syntaxHints() {
		if matches(h.message, msg) && matches(h.line, line) {
			return h.advice
		}
	}
	if strings.HasPrefix(msg, "got string literal") && endsInQuote(before) {
		return `join strings with +: "a" + "b"`
	}
	return ""
}

func endsInQuote(s string) bool {
	s = strings.TrimRight(s, " \t")
	return s != "" && strings.ContainsAny(s[len(s)-1:], `"'`)
}

// offendingToken returns the columns, counted from 0, of the token that a
// syntax error is about. The parser's own errors carry the position behind the
// token they met, those of the scanner that of the token.
func offendingToken(msg, line string, col int) (from, to int) {
	runes := []rune(line)
	from = min(max(col-1, 0), len(runes))
	if !strings.HasPrefix(msg, "got ") || strings.HasPrefix(msg, "got newline") ||
		strings.HasPrefix(msg, "got indent") || strings.HasPrefix(msg, "got outdent") || strings.HasPrefix(msg, "got end of file") {
		return from, from + 1
	}
	to = from
	for from > 0 && runes[from-1] == ' ' {
		from--
	}
	if from == 0 {
		return to, to + 1
	}
	to = from
	switch last := runes[from-1]; {
	case last == '"' || last == '\'':
		from--
		for from > 0 && runes[from-1] != last {
			from--
		}
		return max(from-1, 0), to
	case isWordRune(last):
		for from > 0 && isWordRune(runes[from-1]) {
			from--
		}
		return from, to
	}
	return from - operatorLength(string(runes[:from])), to
}

// operatorLength returns how many characters the operator at the end of s has.
func operatorLength(s string) int {
	for _, operator := range []string{"**", "//", "==", "!=", "<=", ">=", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^="} {
		if strings.HasSuffix(s, operator) {
			return len(operator)
		}
	}
	return 1
}

func syntaxHints() []hint {
	return []hint{
		{`want`, `\bf["'][^"']*["']`, `there are no f-strings; write "veth%d" % i or "veth{}".format(i)`},
		{`got try|want primary`, `^\s*(try|except|finally|raise)\b`, `there are no exceptions; ok, value, error = attempt(fn, …) catches, fail("…") raises`},
		{``, `^\s*(except|finally|raise)\b`, `there are no exceptions; ok, value, error = attempt(fn, …) catches, fail("…") raises`},
		{``, `^\s*class\b`, `there are no classes; use struct(name = value) and functions`},
		{``, `^\s*(import|from)\b`, `load("//file.star", "name") or load("@std//file.star", "name") loads; modules such as link are there already`},
		{`while`, `\bwhile\b`, `there is no while; write for _ in range(1000): … break`},
		{``, `^\s*with\b`, `there is no with; use a function`},
		{``, `\byield\b`, `there are no generators; build a list`},
		{``, `^\s*(async|await)\b`, `there is nothing asynchronous; calls return when they are done`},
		{``, `^\s*(global|nonlocal)\b`, `a function cannot assign to an outer variable; return the value, or keep it in a dict`},
		{``, `^\s*del\b`, `there is no del; use d.pop(key) or l.pop(index)`},
		{``, `^\s*assert\s`, `assert is a module: assert.true(x), assert.eq(a, b)`},
		{``, `^\s*(match|case)\b.*:\s*$`, `there is no match; use if and elif`},
		{``, `\bis\s+not\b`, `compare with !=: x != None`},
		{`got is|is`, `\bis\b`, `compare with ==: x == None`},
		{``, `\*\*\s*\d|\*\*`, `there is no **; powers of two are 1 << n, others math.pow(x, n)`},
		{``, `:=`, `there is no :=; assign in a statement of its own`},
		{``, `<>`, `write != instead of <>`},
		{``, `&&`, `write and instead of &&`},
		{``, `\|\|`, `write or instead of ||`},
		{`'!'`, `!`, `write not instead of !`},
		{``, `\+\+|--`, `write x += 1 instead of x++`},
		{``, `->`, `there are no type annotations`},
		{`':'`, `^\s*def\b.*:.*\)\s*:`, `there are no type annotations`},
		{`':'`, `^\s*\w+\s*:\s*\w`, `there are no type annotations`},
		{``, `\d_\d`, `write numbers without underscores`},
		{``, `^\s*@`, `there are no decorators; call the function: f = wrap(f)`},
		{`got '='|multiple`, `^\s*\w+\s*=\s*\w+\s*=[^=]`, `assign one name at a time`},
		{`want ':'|got '}'|got ','`, `\{[^:{}]*\}`, `there are no set displays; write set([1, 2])`},
		{`does not associate`, ``, `comparisons do not chain; write 1 < x and x < 3`},
		{`lambda`, ``, `a lambda is one expression; use def`},
		{`load statement within`, ``, `load belongs to file level; read("//…") is for data`},
		{`indent`, ``, `check the indentation: a block uses either spaces or tabs, and always the same number`},
		{`tab`, ``, `use spaces for indentation`},
		{`unexpected (newline|EOF) in string`, ``, `a string over several lines is written """…"""`},
		{`got end of file`, ``, `a bracket or a quote is not closed`},
		{`return statement not within`, ``, `return belongs into a function; exit() ends a script`},
	}
}

// runtimeHint returns what to do about one of Starlark's own errors, or "".
func runtimeHint(msg string) string {
	for _, h := range []hint{
		{message: `while statement|not support while`, advice: `there is no while; write for _ in range(1000): … break`},
		{message: `^return statement not within`, advice: `return belongs into a function; exit() ends a script`},
		{message: `^load statement within`, advice: `load belongs to file level; read("//…") is for data`},
		{message: `string value is not iterable|for loop: got string|iterable.*got string|got string.*iterable`, advice: `a string's characters are s.elems()`},
		{message: `frozen|cannot .* during iteration`, advice: `work on a copy: list(x), dict(x)`},
		{message: `^unknown binary op: \w+ \+ string|^unknown binary op: string \+ \w+`, advice: `make it a string first: str(x), or "%s" % x`},
		{message: `^unknown binary op: (list \+ tuple|tuple \+ list)`, advice: `make both lists with list(x), or both tuples with tuple(x)`},
		{message: `^unknown conversion %[0-9.\-+#]|format spec features not supported`, advice: `there are no widths in formats; hex(n, width) pads numbers`},
		{message: `^local variable \w+ referenced before assignment`, advice: `a name that a function assigns anywhere is its own everywhere in it; give one of the two another name`},
		{message: `^invalid call of non-function \(NoneType\)`, advice: `the value before the parenthesis is None`},
		{message: `^NoneType has no`, advice: `the value before the dot is None: a call that only does something returns None, and get returns it for what is not there`},
		{message: `^module has no`, advice: `netlark doc MODULE lists what a module has`},
		{message: `^recursion is deeper`, advice: `check the condition that ends it`},
		{message: `too long; \d+ is the limit`, advice: `use range(n) where only the count matters`},
		{message: `^memory limit`, advice: `something grows without end, or the data is larger than a script should hold`},
		{message: `^limit of \d+ steps`, advice: `--max-steps sets the limit`},
		{message: `^time limit of`, advice: `--timeout sets the limit`},
	} {
		if matches(h.message, msg) {
			return h.advice
		}
	}
	return ""
}

// reworded says in a user's words what Starlark says in an implementer's.
func reworded(msg string) string {
	if name, ok := strings.CutPrefix(msg, "internal error: predeclared variable "); ok {
		return "undefined: " + strings.TrimSuffix(name, " is uninitialized")
	}
	if msg == "Starlark stack overflow" {
		return "recursion is deeper than 100000 calls"
	}
	if strings.HasPrefix(msg, "this Starlark dialect does not ") {
		return strings.Replace(msg, "this Starlark dialect does not ", "the language does not ", 1)
	}
	return msg
}

func matches(pattern, s string) bool {
	return pattern == "" || regexp.MustCompile(pattern).MatchString(s)
}
