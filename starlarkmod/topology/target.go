package topology

import (
	"fmt"
	"slices"
	"strings"
)

// Of returns the part of a plan that is about some nodes, and says in a line what
// there is to be done in others; "" if that is nothing.
func (p *Plan) Of(nodes []string) (part *Plan, rest string) {
	part = &Plan{Lab: p.Lab, Steps: []Step{}}
	var others []string
	for _, s := range p.Steps {
		switch {
		case slices.Contains(nodes, s.Node):
			part.Steps = append(part.Steps, s)
		case !slices.Contains(others, s.Node):
			others = append(others, s.Node)
		}
	}
	switch n := len(p.Steps) - len(part.Steps); {
	case n == 1:
		rest = "1 more step in " + others[0]
	case n > 1:
		rest = fmt.Sprintf("%d more steps in %s", n, enumerate(others))
	}
	return part, rest
}

// most is how many names an enumeration has.
const most = 8

func enumerate(names []string) string {
	if len(names) > most+1 { // one more takes no more room than the words
		return fmt.Sprintf("%s and %d others", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
