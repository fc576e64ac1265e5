package jsontext

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// What is appended is what encoding/json reads, and what is read back.
func TestText(t *testing.T) {
	for _, s := range []string{"", "a", "ä\u2028\U0001f600", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "<&>", "\ufffd", "a\xffb", "\xff\xfe", "\xed\xa0\x80"} {
		text := AppendText(nil, s)
		if !json.Valid(text) {
			t.Errorf("%q is %s, which is not JSON", s, text)
		}
		sc := New(text)
		if back, err := sc.AnyText(); err != nil || back != s || sc.End() != nil {
			t.Errorf("%q became %q, %v", s, back, err)
		}
		var std string
		quoted := AppendQuoted(nil, s)
		if err := json.Unmarshal(quoted, &std); err != nil || std != strings.ToValidUTF8(s, "\ufffd") && strings.Count(std, "\ufffd") < strings.Count(s, "\xff") {
			t.Errorf("%q is %s, to encoding/json %q, %v", s, quoted, std, err)
		}
	}
	if got := string(AppendName(AppendQuoted(AppendName([]byte("{"), "a"), "b"), "c")); got != `{"a":"b","c":` {
		t.Error(got)
	}
}

// FuzzSkip takes for JSON what encoding/json does, and no panic. Only what is
// no UTF-8 encoding/json takes too.
func FuzzSkip(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+3,true,false,null,"\u00e4"],"b":{}}`, `[`, `01`, `1.`, `-`, `1e`, `"\ud800"`, `[1,]`, `{"a":1,}`, `{"a" 1}`, ` 1 `, `tru`, "\"\x00\"", "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := New(text)
		value, err := s.Value()
		if err == nil {
			err = s.End()
		}
		if std := json.Valid(text); std != (err == nil) && !strings.Contains(fmt.Sprint(err), "UTF-8") {
			t.Errorf("%q: %v, to encoding/json %v", text, err, std)
		}
		if err == nil && string(value) != strings.Trim(string(text), " \t\r\n") {
			t.Errorf("%q is read as %q", text, value)
		}
	})
}

func TestNesting(t *testing.T) {
	for n, good := range map[int]bool{maxNesting: true, maxNesting + 1: false} {
		err := New([]byte(strings.Repeat("[", n) + strings.Repeat("]", n))).Skip()
		if (err == nil) != good {
			t.Errorf("%d levels: %v", n, err)
		}
	}
}
