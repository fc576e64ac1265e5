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
				fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", name, d)
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
