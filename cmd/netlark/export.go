package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/starlarkmod/module"
)

func exportCommand() *cobra.Command {
	var names []string
	var o export.Options
	c := &cobra.Command{
		Use:   "export [--netns NAME]…",
		Short: "what a namespace is, as a script that makes it again",
		Long: "export reads the namespace at hand, or those that are named, and prints a script that makes them again:\n" +
			"a function for each, which the script then calls. What the kernel and daemons make by themselves and what is\n" +
			"the default is left out. Keys are left out too: the script reads them from the environment.",
		Example: "  netlark export > host.star\n  netlark export --netns blue --netns red | netlark run --sandbox -",
		Args:    wrongUsage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return exportAll(c.Context(), c.OutOrStdout(), names, o)
		},
	}
	c.Flags().StringArrayVar(&names, "netns", nil, "read the namespace of this `name`; may be repeated")
	c.Flags().BoolVar(&o.Secrets, "secrets", false, "write keys and passwords into the script")
	return c
}

// exportAll writes a function for each namespace, and what calls them.
func exportAll(ctx context.Context, out io.Writer, names []string, o export.Options) error {
	calls := ""
	if len(names) == 0 {
		text, err := exportOne(ctx, module.NewTarget("", nil), o)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(out, text, "\nconfigure(netns.current())\n")
		return err
	}
	for _, name := range names {
		t, err := module.OpenTarget(name)
		if err != nil {
			return fmt.Errorf("--netns: %w", err)
		}
		o.Name = "configure_" + identifier(name)
		text, err := exportOne(ctx, t, o)
		if err != nil {
			return fmt.Errorf("namespace %q: %w", name, err)
		}
		fmt.Fprintln(out, text)
		calls += fmt.Sprintf("%s(netns.get(%q) or netns.add(%q))\n", o.Name, name, name)
	}
	_, err := io.WriteString(out, calls)
	return err
}

func exportOne(ctx context.Context, t *module.Target, o export.Options) (text string, err error) {
	defer t.Close()
	return export.Function(ctx, &state.Space{Name: t.Name, Scope: t.Scope}, all.Families(), o)
}

// identifier is a name as part of a Starlark name.
func identifier(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
}
