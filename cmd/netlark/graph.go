package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/topology"
)

func graphCommand(u *ui) *cobra.Command {
	o := labOptions{options: options{ui: u}}
	var file string
	c := &cobra.Command{
		ValidArgsFunction: scripts,
		Use:               "graph FILE",
		Short:             "the topologies of a file as a drawing",
		Long: "graph evaluates a file and prints the nodes and wires that it declares in the language of Graphviz; with -o it\n" +
			"writes them to a file: a drawing (.svg), for Graphviz (.dot) or for programs (.json). Nothing is read or changed:\n" +
			"root is not needed.",
		Example: "  netlark graph triangle.star -o triangle.svg\n  netlark graph triangle.star | dot -Tpdf > triangle.pdf",
		Args:    oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			if file != "" && drawings[filepath.Ext(file)] == nil {
				return usageError{fmt.Errorf("-o %s: the name has to end in .svg, .dot or .json", file)}
			}
			return o.each(interruptible(c.Context(), nil), args[0], func(l *lab.Lab) error {
				g := topology.NewGraph(l)
				if file != "" {
					return o.draw(g, file)
				}
				if o.json {
					return json.NewEncoder(c.OutOrStdout()).Encode(g)
				}
				_, err := fmt.Fprint(c.OutOrStdout(), g)
				return err
			})
		},
	}
	o.flags(c)
	c.Flags().StringVarP(&file, "output", "o", "", "write a drawing to this `file`, of the sort that its name ends in: .svg, .dot or .json")
	u.flagJSON(c, "print each topology as a JSON object on a line of its own, and errors too")
	return c
}

// drawings are the sorts of files that a topology is drawn to.
var drawings = map[string]func(*topology.Graph) string{
	".svg": (*topology.Graph).SVG,
	".dot": (*topology.Graph).String,
	".json": func(g *topology.Graph) string {
		data, _ := json.Marshal(g) // names and addresses
		return string(data) + "\n"
	},
}

// draw writes the drawing of one topology.
func (o *labOptions) draw(g *topology.Graph, file string) error {
	if o.several {
		return usageError{fmt.Errorf("-o %s: there are several topologies; --lab picks one", file)}
	}
	return os.WriteFile(file, []byte(drawings[filepath.Ext(file)](g)), 0o666)
}
