package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/help"
	"github.com/netlark/netlark/starlarkmod/script"
)

func docCommand() *cobra.Command {
	var reference bool
	c := &cobra.Command{
		ValidArgsFunction: docNames,
		Use:               "doc [NAME]",
		Short:             "documentation of a module, function, kind or attribute",
		Example:           "  netlark doc\n  netlark doc link\n  netlark doc link.vxlan\n  netlark doc route.add.metrics",
		Args:              wrongUsage(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			names := script.New(script.Config{Predeclared: starlarkmod.Predeclared()}).Builtins()
			if reference {
				help.Reference(c.OutOrStdout(), names)
				return nil
			}
			path := ""
			if len(args) > 0 {
				path = args[0]
			}
			text, err := help.Find(names, path)
			if err != nil {
				return err
			}
			fmt.Fprint(c.OutOrStdout(), text)
			return nil
		},
	}
	c.Flags().BoolVar(&reference, "reference", false, "print the whole reference in Markdown")
	return c
}
