package main

import (
	"fmt"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/script"
)

// checkTarget refuses nodes that no lab has.
func (o *labOptions) checkTarget(labs []*lab.Lab) error {
	for _, name := range o.target {
		var names []string
		there := false
		for _, l := range labs {
			there = there || l.Find(name) != nil
			for _, n := range l.Nodes() {
				names = append(names, n.Name)
			}
		}
		if there {
			continue
		}
		if near := script.Nearest(name, names); near != "" {
			return usageError{fmt.Errorf("--target: there is no node %q; did you mean %s?", name, near)}
		}
		return usageError{fmt.Errorf("--target: there is no node %q", name)}
	}
	return nil
}
