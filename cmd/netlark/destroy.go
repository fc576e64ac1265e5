package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/topology"
)

func destroyCommand() *cobra.Command {
	var wait patience
	c := &cobra.Command{
		ValidArgsFunction: labNames,
		Use:               "destroy LAB…",
		Short:             "take away all that labs made",
		Long:              "destroy takes away all that labs made, by their names: the scripts are not needed.",
		Args:              someLabs,
		RunE: func(c *cobra.Command, args []string) error {
			ctx := interruptible(c.Context(), nil)
			var failed []string
			for _, name := range args {
				var d *lab.Destroyed
				err := wait.patiently(ctx, func() (err error) {
					d, err = lab.Destroy(ctx, name, all.Families())
					return err
				})
				if err != nil {
					return fmt.Errorf("%s: %w", name, topology.Explain(err))
				}
				if d.Recovered != "" {
					recovered(name, d.Recovered)
				}
				fmt.Fprintf(c.OutOrStdout(), "%s: %s", name, destroyed(d))
				failed = append(failed, d.Failed...)
			}
			if failed != nil {
				return errors.New(strings.Join(failed, "\n"))
			}
			return nil
		},
	}
	wait.flag(c)
	return c
}

// destroyed says what became of a lab, and in further lines what is left of it.
func destroyed(d *lab.Destroyed) string {
	said := fmt.Sprintf("%d %s gone, %d %s elsewhere taken back", d.Namespaces, number(d.Namespaces, "namespace is", "namespaces are"),
		d.Steps, number(d.Steps, "step", "steps"))
	if d.Programs > 0 {
		said += fmt.Sprintf(", %d %s", d.Programs, number(d.Programs, "program", "programs"))
	}
	if d.Ended > 0 {
		said += fmt.Sprintf("\n  %d %s there and %s ended", d.Ended, number(d.Ended, "program ran", "programs ran"), number(d.Ended, "was", "were"))
	}
	for _, text := range d.Lost {
		said += "\n  not given back: " + text
	}
	for _, l := range d.Left {
		said += fmt.Sprintf("\n  left, since somebody changed it%s: %s", in(l.Space.Name), l.String())
	}
	return said + "\n"
}

// number is the word for a number of things.
func number(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func in(space string) string { return " in " + strings.TrimPrefix(space, "/") }
