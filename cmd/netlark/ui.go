package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/repl"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A ui is how commands show what they have to say: the flags that they share.
type ui struct {
	out   *output
	json  bool
	color colorFlag
}

// flagJSON adds --json to a command that lists something.
func (u *ui) flagJSON(c *cobra.Command, usage string) {
	c.Flags().BoolVar(&u.json, "json", false, usage)
}

// render says how errors are shown on standard error.
func (u *ui) render() script.RenderOptions {
	return script.RenderOptions{Color: u.color.of(os.Stderr)}
}

// show says how values are shown on standard output.
func (u *ui) show() repl.ShowOptions {
	if !isTerminal(os.Stdout) {
		return repl.ShowOptions{}
	}
	return repl.ShowOptions{Width: repl.ScreenWidth(), Color: u.color.of(os.Stdout)}
}

// end shows an error, and says how to exit.
func (u *ui) end(err error) int {
	code, silent := exitCode(err)
	var usage usageError
	switch {
	case silent:
	case u.json:
		fmt.Fprintln(u.out, string(script.ErrorJSON(err)))
	case errors.As(err, &usage):
		fmt.Fprintf(os.Stderr, "Error: %s\nRun 'netlark --help' for usage.\n", script.Escape(usage.Error()))
	default:
		script.Render(os.Stderr, err, u.render())
	}
	return code
}

// exitCode is how to exit after an error, and whether nothing is to be said of
// it.
func exitCode(err error) (code int, silent bool) {
	var exit *script.ExitError
	var child *childError
	switch {
	case err == nil:
		return 0, true
	case errors.As(err, &exit):
		return exit.Code, true
	case errors.As(err, &child):
		return child.code, true
	case errors.As(err, new(usageError)):
		return exitUsage, false
	case errors.As(err, new(*script.OutputError)) && errors.Is(err, syscall.EPIPE): // who read it has seen enough
		return exitPipe, true
	case errors.As(err, new(script.Interrupted)):
		return exitInterrupted, false
	}
	return exitFailed, false
}

// A colorFlag says when to use colours.
type colorFlag string

func colorWords() []string { return []string{"auto", "always", "never"} }

// String returns the word.
func (f *colorFlag) String() string { return string(*f) }

// Set reads the word.
func (f *colorFlag) Set(s string) error {
	if !slices.Contains(colorWords(), s) {
		return errors.New("want " + strings.Join(colorWords(), ", "))
	}
	*f = colorFlag(s)
	return nil
}

// Type is what the usage text calls it.
func (f *colorFlag) Type() string { return "when" }

// of reports whether to use colours in a file: on a terminal that has some is
// the default, unless NO_COLOR says otherwise.
func (f colorFlag) of(out *os.File) bool {
	switch f {
	case "always":
		return true
	case "never":
		return false
	}
	return isTerminal(out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
