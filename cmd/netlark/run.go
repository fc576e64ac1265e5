package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.starlark.net/starlark"

	"github.com/netlark/netlark/repl"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
	"github.com/netlark/netlark/stdlib"
)

// options are the flags of what runs scripts.
type options struct {
	*ui
	netns     string
	sandbox   bool
	code      string
	args      []string
	allowLoad []string
	maxSteps  stepsFlag
	timeout   timeFlag
}

// where adds the flags that choose a namespace.
func (o *options) where(c *cobra.Command) {
	c.Flags().StringVar(&o.netns, "netns", "", "run in the namespace of this `name`")
	c.Flags().BoolVar(&o.sandbox, "sandbox", false, "run in a throwaway user and network namespace: no root needed, nothing stays")
}

func runCommand(u *ui) *cobra.Command {
	o := options{ui: u}
	c := &cobra.Command{
		ValidArgsFunction: scripts,
		Use:               "run [flags] (FILE | - | -c CODE) [-- ARG…]",
		Short:             "run a script now",
		Example: "  netlark run topology.star\n  netlark run --sandbox -c 'link.add(\"br0\", \"bridge\")'\n" +
			"  netlark run --arg nodes=4 ring.star -- more words",
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	o.where(c)
	f := c.Flags()
	f.StringVarP(&o.code, "code", "c", "", "run this `CODE` and print the value of its last expression")
	f.StringArrayVar(&o.args, "arg", nil, "give the script an argument, `name=value`; may be repeated")
	f.StringArrayVar(&o.allowLoad, "allow-load", nil, "let the script load from this `folder` too; may be repeated")
	f.Var(&o.maxSteps, "max-steps", "stop the script after so many steps; 0 means no limit")
	f.Var(&o.timeout, "timeout", "stop the script after this time, such as 10s; 0 means no limit")
	u.flagJSON(c, "show the value of -c, and errors, as JSON on standard output")
	return c
}

func (o *options) run(c *cobra.Command, args []string) error {
	file, rest, err := o.source(c, args)
	if err != nil {
		return err
	}
	if o.sandbox && !inSandbox() {
		return enterSandbox()
	}
	cfg, err := o.config(rest)
	if err != nil {
		return err
	}
	s, err := o.session()
	if err != nil {
		return err
	}
	defer s.Close()
	cfg.Session, cfg.Abandon = s, o.abandon
	in, ctx := script.New(cfg), interruptible(c.Context(), nil)
	if file != "" {
		return in.File(ctx, file)
	}
	return o.runCode(ctx, in, c.OutOrStdout())
}

// runCode runs -c and prints the value of its last expression.
func (o *options) runCode(ctx context.Context, in *script.Interp, out io.Writer) error {
	v, err := in.Source(ctx, "-c", o.code, true)
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(out, v)
	}
	if text, ok := repl.Show(v, o.show()); ok {
		fmt.Fprintln(out, text)
	}
	return nil
}

// source sorts the command line: a file or code, and the script's own words.
func (o *options) source(c *cobra.Command, args []string) (file string, rest []string, err error) {
	if n := c.ArgsLenAtDash(); n >= 0 {
		args, rest = args[:n], args[n:]
	}
	code := c.Flags().Changed("code")
	switch {
	case code && len(args) > 0:
		return "", nil, usageError{fmt.Errorf("give a file or -c, not both; words for the script come after --")}
	case !code && len(args) == 0:
		return "", nil, usageError{errors.New("no script: give a file, - for standard input, or -c CODE")}
	case len(args) > 1:
		return "", nil, usageError{fmt.Errorf("one file at a time; words for the script come after --, so: netlark run %s -- %s", args[0], strings.Join(args[1:], " "))}
	case o.sandbox && o.netns != "":
		return "", nil, usageError{errors.New("--sandbox and --netns exclude each other")}
	case code:
		return "", rest, nil
	}
	return args[0], rest, nil
}

func (o *options) config(rest []string) (script.Config, error) {
	cfg := script.Config{
		Predeclared: starlarkmod.Predeclared(), Mode: script.ModeRun, JSON: o.json, Rest: rest, Args: map[string]string{},
		Secrets: starlarkmod.Secrets,
		Std:     stdlib.Files, AllowLoad: o.allowLoad, MaxSteps: uint64(o.maxSteps), Timeout: time.Duration(o.timeout),
	}
	for _, a := range o.args {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return cfg, usageError{fmt.Errorf("--arg %s: want name=value", a)}
		}
		cfg.Args[name] = value
	}
	return cfg, nil
}

// session opens the namespace that the run is in.
func (o *options) session() (*module.Session, error) {
	if o.netns == "" {
		return module.NewSession(module.NewTarget("", nil)), nil
	}
	t, err := module.OpenTarget(o.netns)
	if err != nil {
		return nil, fmt.Errorf("--netns: %w", err)
	}
	return module.NewSession(t), nil
}

// printJSON prints the value of an expression; a statement has none.
func printJSON(out io.Writer, v starlark.Value) error {
	if v == nil {
		return nil
	}
	text, err := value.JSON(v)
	if err == nil {
		_, err = fmt.Fprintf(out, "%s\n", text)
	}
	return err
}

func (o *options) prompt(ctx context.Context) error {
	if o.sandbox && o.netns != "" {
		return usageError{errors.New("--sandbox and --netns exclude each other")}
	}
	if o.sandbox && !inSandbox() {
		return enterSandbox()
	}
	return o.repl(ctx)
}
