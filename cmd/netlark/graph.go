package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/topology"
)

func graphCommand(u *ui) *cobra.Command {
	o := labOptions{options: options{ui: u}}
	c := &cobra.Command{
		ValidArgsFunction: scripts,
		Use:               "graph FILE",
		Short:             "the topologies of a file as a drawing",
		Long: "graph evaluates a file and prints the nodes and wires that it declares in the language of Graphviz. Nothing is\n" +
			"read or changed: root is not needed.",
		Example: "  netlark graph triangle.star | dot -Tsvg > triangle.svg",
		Args:    oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			return o.each(interruptible(c.Context(), nil), args[0], func(l *lab.Lab) error {
				g := topology.NewGraph(l)
				if o.json {
					return json.NewEncoder(c.OutOrStdout()).Encode(g)
				}
				_, err := fmt.Fprint(c.OutOrStdout(), g)
				return err
			})
		},
	}
	o.flags(c)
	u.flagJSON(c, "print each topology as a JSON object on a line of its own, and errors too")
	return c
}
