// Command netlark is a scriptable network shell.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/starlarkmod/script"
)

// Exit codes. Others are what a script's exit(n) says.
const (
	exitFailed      = 1
	exitUsage       = 64
	exitInterrupted = 130
)

// usageError is a wrong command line.
type usageError struct{ error }

func main() {
	if os.Geteuid() != os.Getuid() {
		fmt.Fprintln(os.Stderr, "Error: netlark refuses to run set-uid: scripts would run with rights that their caller lacks")
		os.Exit(exitUsage)
	}
	// A script's garbage is short-lived: collect it less often than Go would.
	debug.SetGCPercent(400)
	out := &output{w: os.Stdout}
	os.Exit(out.after(exitCode(root(out).ExecuteContext(context.Background()))))
}

// abandon ends the process in the middle of a run that does not end by itself.
// The place is not known: the run still moves.
func (o *options) abandon(out io.Writer) func(error) {
	return func(err error) { os.Exit(exitCode(o.report(out, err))) }
}

// interruptible returns a context that ends at the first signal; the second one
// ends the process.
func interruptible(ctx context.Context) context.Context {
	ctx, stop := context.WithCancel(ctx)
	c := make(chan os.Signal, 2)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-c
		stop()
		<-c
		os.Exit(exitInterrupted)
	}()
	return ctx
}

func root(out io.Writer) *cobra.Command {
	c := &cobra.Command{
		Use:           "netlark",
		Short:         "a scriptable network shell",
		Long:          "netlark builds, changes, tests and lists network set-ups on a Linux kernel,\nby scripts in Starlark and at a prompt.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          wrongUsage(cobra.NoArgs),
	}
	c.SetOut(out)
	c.CompletionOptions.DisableDefaultCmd = true
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	c.SetHelpCommand(&cobra.Command{Hidden: true})
	var o options
	o.where(c)
	c.RunE = func(c *cobra.Command, _ []string) error { return o.prompt(c.Context()) }
	c.AddCommand(runCommand(), docCommand(), versionCommand())
	return c
}

// wrongUsage makes a check of arguments exit with the code for wrong usage.
func wrongUsage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// exitCode shows an error, and says how to exit.
func exitCode(err error) int {
	var exit *script.ExitError
	var child *childError
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &child):
		return child.code
	case errors.As(err, &usage):
		fmt.Fprintf(os.Stderr, "Error: %s\nRun 'netlark --help' for usage.\n", script.Escape(usage.Error()))
		return exitUsage
	case errors.As(err, new(*script.OutputError)) && errors.Is(err, syscall.EPIPE): // who read it has seen enough
		return exitPipe
	case errors.Is(err, errReported):
		return exitFailed
	case errors.As(err, new(script.Interrupted)):
		script.Render(os.Stderr, err, renderOptions())
		return exitInterrupted
	}
	script.Render(os.Stderr, err, renderOptions())
	return exitFailed
}

// errReported is a failure that was shown already.
var errReported = errors.New("reported")
