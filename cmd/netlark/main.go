// Command netlark is a scriptable network shell.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes. Others are what a script's exit(n) says.
const (
	exitFailed      = 1
	exitChanges     = 2
	exitUsage       = 64
	exitInterrupted = 130
)

// usageError is a wrong command line.
type usageError struct{ error }

// Code is what --json says of it.
func (usageError) Code() string { return "invalid" }

func main() {
	if os.Geteuid() != os.Getuid() {
		fmt.Fprintln(os.Stderr, "Error: netlark refuses to run set-uid: scripts would run with rights that their caller lacks")
		os.Exit(exitUsage)
	}
	// A script's garbage is short-lived: collect it less often than Go would.
	debug.SetGCPercent(400)
	u := &ui{out: &output{w: os.Stdout}, color: "auto"}
	os.Exit(u.out.after(u.end(root(u).ExecuteContext(context.Background()))))
}

// abandon ends the process in the middle of a run that does not end by itself.
// The place is not known: the run still moves.
func (u *ui) abandon(err error) { os.Exit(u.end(err)) }

// interruptible returns a context that ends at the first signal; the second one
// ends the process, after last, which may be nil.
func interruptible(ctx context.Context, last func()) context.Context {
	ctx, stop := context.WithCancel(ctx)
	c := make(chan os.Signal, 2)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-c
		stop()
		<-c
		if last != nil {
			last()
		}
		os.Exit(exitInterrupted)
	}()
	return ctx
}

func root(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use:           "netlark",
		Short:         "a scriptable network shell",
		Long:          "netlark builds, changes, tests and lists network set-ups on a Linux kernel,\nby scripts in Starlark and at a prompt.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          wrongUsage(cobra.NoArgs),
	}
	c.SetOut(u.out)
	c.CompletionOptions.DisableDefaultCmd = true
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	c.SetHelpCommand(&cobra.Command{Hidden: true})
	c.PersistentFlags().Var(&u.color, "color", "use colours: auto, always or never; auto does on terminals unless NO_COLOR is set")
	o := options{ui: u}
	o.where(c)
	c.RunE = func(c *cobra.Command, _ []string) error { return o.prompt(c.Context()) }
	c.AddCommand(runCommand(u), planCommand(u), applyCommand(u), destroyCommand(), statusCommand(u), recoverCommand(), confirmCommand(), awaitCommand(), listCommand(u), execCommand(), shellCommand(), graphCommand(u), exportCommand(), monitorCommand(u), docCommand(), versionCommand(u), completionCommand())
	completeFlags(c)
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
