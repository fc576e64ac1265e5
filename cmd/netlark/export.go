package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/starlarkmod/module"
)

func exportCommand() *cobra.Command {
	var names []string
	var of string
	var o export.Options
	c := &cobra.Command{
		ValidArgsFunction: labNames,
		Use:               "export [LAB | --netns NAME…]",
		Short:             "what a namespace or a lab is, as a script that makes it again",
		Long: "export reads the namespace at hand, or those that are named, and prints a script that makes them again:\n" +
			"a function for each, which the script then calls, and one for the pairs between them, with which it can be applied\n" +
			"as a topology, too. Of a lab it prints the topology: nodes, cables where pairs are\n" +
			"between them, and what is in them. What the kernel and daemons make by themselves and what is\n" +
			"the default is left out. Keys are left out too: the script reads them from the environment.",
		Example: "  netlark export > host.star\n  netlark export --netns blue --netns red | netlark run --sandbox -\n  netlark export --netns blue --netns red > two.star && netlark apply two.star --arg lab=copy\n  netlark export triangle > triangle.star",
		Args:    wrongUsage(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				if of != "" {
					return usageError{errors.New("name one lab")}
				}
				of = args[0]
			}
			switch {
			case of == "":
				return exportAll(c.Context(), c.OutOrStdout(), names, o)
			case names != nil:
				return usageError{errors.New("a lab says which namespaces are its: leave out --netns")}
			}
			return exportLab(c.Context(), c.OutOrStdout(), of, o)
		},
	}
	c.Flags().StringArrayVar(&names, "netns", nil, "read the namespace of this `name`; may be repeated")
	c.Flags().StringVar(&of, "lab", "", "read the lab of this `name`")
	c.Flags().BoolVar(&o.Secrets, "secrets", false, "write keys and passwords into the script")
	return c
}

// exportLab writes a topology.
func exportLab(ctx context.Context, out io.Writer, name string, o export.Options) error {
	c, err := lab.Status(ctx, name, all.Families())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer c.Close()
	text, err := export.Lab(ctx, c, all.Families(), o)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	_, err = io.WriteString(out, text)
	return err
}

// exportAll writes a function for each namespace, and what calls them.
func exportAll(ctx context.Context, out io.Writer, names []string, o export.Options) error {
	if len(names) == 0 {
		t := module.NewTarget("", nil)
		defer t.Close()
		text, err := export.Function(ctx, &state.Space{Scope: t.Scope}, all.Families(), o)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(out, text, "\nconfigure(netns.current())\n")
		return err
	}
	var spaces []*state.Space
	for _, name := range names {
		t, err := module.OpenTarget(name)
		if err != nil {
			return fmt.Errorf("--netns: %w", err)
		}
		defer t.Close()
		spaces = append(spaces, &state.Space{Name: name, Scope: t.Scope})
	}
	text, err := export.Script(ctx, spaces, all.Families(), o)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}
