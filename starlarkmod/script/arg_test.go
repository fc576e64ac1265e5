package script

import (
	"fmt"
	"testing"

	"go.starlark.net/starlark"
)

func TestArg(t *testing.T) {
	given := func(value string) Config { return Config{Args: map[string]string{"a": value}} }
	tests := []struct {
		config    Config
		src, want string
	}{
		{Config{}, `arg("a", 5)`, `5`},
		{Config{}, `arg("a", None)`, `None`},
		{Config{}, `arg("a")`, `error: the script needs an argument a`},
		{given("x"), `arg("a")`, `"x"`},
		{given("x"), `arg("a", "y", doc = "what it is")`, `"x"`},
		{given("x"), `arg("a", None)`, `"x"`},
		{given("7"), `arg("a", 5)`, `7`},
		{given("0x10"), `arg("a", 5)`, `16`},
		{given("-3"), `arg("a", 5)`, `-3`},
		{given("x"), `arg("a", 5)`, `error: --arg a=x: want a whole number`},
		{given("1.5"), `arg("a", 5)`, `error: --arg a=1.5: want a whole number`},
		{given("1.5"), `arg("a", 5.0)`, `1.5`},
		{given("x"), `arg("a", 5.0)`, `error: --arg a=x: want a number`},
		{given("true"), `arg("a", False)`, `True`},
		{given("no"), `arg("a", True)`, `False`},
		{given("maybe"), `arg("a", True)`, `error: --arg a=maybe: want true or false`},
		{given("x, y"), `arg("a", [])`, `["x", "y"]`},
		{given("1,2"), `arg("a", [0])`, `[1, 2]`},
		{given("1,x"), `arg("a", [0])`, `error: --arg a=1,x: want a whole number`},
		{given("1,2"), `arg("a", (0,))`, `(1, 2)`},
		{given(""), `arg("a", [0])`, `[]`},
		{given("x"), `arg("a", {})`, `error: --arg a=x: an argument cannot be a dict; its default should be a string`},
		{given("x"), `1`, `error: no arg() asks for --arg a`},
		{given("x"), `arg("ab", 1)`, `error: no arg() asks for --arg a`},
		{given("x"), `fail("first")`, `error: first`},
		{Config{Mode: ModeTest, Args: map[string]string{"a": "x"}}, `1`, `1`},
		{Config{Rest: []string{"a", "b"}}, `args`, `("a", "b")`},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.config.Args, tt.src), func(t *testing.T) {
			if got := result(t, tt.config, tt.src); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestArgHints(t *testing.T) {
	tests := []struct{ src, want string }{
		{`arg("spines", 2)`, "did you mean --arg spines?"},
		{`arg("leaves", 2); arg("count", 1)`, "the script asks for count, leaves"},
		{`1`, ""},
	}
	for _, tt := range tests {
		in := New(Config{Args: map[string]string{"spiens": "3"}})
		_, err := in.Source(t.Context(), "a.star", tt.src, false)
		if got := Diagnose(err)[0].Hint; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.src, got, tt.want)
		}
	}
}

func TestArgs(t *testing.T) {
	in := New(Config{Mode: ModeTest, Args: map[string]string{"c": "1"}})
	_, err := in.Source(t.Context(), "a.star", `arg("b", 2, "the number"); attempt(arg, "a")`, false)
	if err != nil {
		t.Fatal(err)
	}
	args := in.Args()
	if len(args) != 2 || args[0].Name != "a" || args[0].Default != nil ||
		args[1].Name != "b" || args[1].Default != starlark.MakeInt(2) || args[1].Doc != "the number" {
		t.Errorf("got %+v", args)
	}
	if err := in.CheckArgs(); err == nil || message(err) != "no arg() asks for --arg c" {
		t.Errorf("got %v", err)
	}
}
