package topology

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A Step is one line of a plan.
type Step struct {
	Node string `json:"node"`
	// Sign is + for what is made, ~ for what is changed, ± for what is removed
	// and made again, - for what is removed, ? for what is to be changed, or to be
	// given back, and is not there; = for what somebody changed, and stays so
	// although it is declared no longer.
	Sign    string        `json:"sign"`
	Family  string        `json:"family"`
	Object  *value.Object `json:"object,omitempty"`
	Command []string      `json:"command,omitempty"` // of a program
	// Irreversible says why it cannot be fully undone.
	Irreversible []string `json:"irreversible,omitempty"`
	Name         string   `json:"name,omitempty"` // that a device gets where it moves
	Changes      []Change `json:"changes,omitempty"`

	text string
}

// A Change is what becomes of one attribute. Of a secret nothing is told.
type Change struct {
	Path string `json:"path"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// A Plan is what apply would do.
type Plan struct {
	Lab   string `json:"lab"`
	Steps []Step `json:"steps"`
}

// NewPlan describes a change, node by node.
func NewPlan(c *lab.Change) *Plan {
	p := &Plan{Lab: c.Lab.Name, Steps: []Step{}}
	by := map[string][]Step{}
	for _, n := range c.Make {
		by[n.Name] = append(by[n.Name], Step{Node: n.Name, Sign: "+", Family: "netns", text: "namespace " + n.NetNS})
	}
	for i := range c.Turns {
		if c.Turns[i].Once == nil { // taken back before all else
			by[c.Turns[i].Node()] = append(by[c.Turns[i].Node()], describeTurn(&c.Turns[i]))
		}
	}
	for _, s := range c.Plan.Steps {
		n := c.NodeOf(s.Space)
		if s.Part && s.Losses() == nil || s.Note == (lab.Birth{}) && slices.Contains(c.Make, n) { // what goes without saying
			continue
		}
		d := describe(n.Name, s)
		d.Irreversible = s.Losses()
		by[d.Node] = append(by[d.Node], d)
	}
	for i := range c.Turns {
		if c.Turns[i].Once != nil {
			by[c.Turns[i].Node()] = append(by[c.Turns[i].Node()], describeTurn(&c.Turns[i]))
		}
	}
	for i := range c.Plan.Missing {
		m := &c.Plan.Missing[i]
		name := c.NodeOf(m.Space).Name
		by[name] = append(by[name], Step{Node: name, Sign: "?", Family: m.Want.Object.Family.Name(), text: m.Want.Object.String() + " " + m.Why()})
	}
	for i := range c.Plan.Left {
		l := &c.Plan.Left[i]
		name := c.NodeOf(l.Space).Name
		by[name] = append(by[name], describeLeft(name, l))
	}
	for _, text := range c.Lost {
		p.Steps = append(p.Steps, Step{Sign: "?", Family: "adopt", text: text})
	}
	for _, n := range c.Nodes() {
		p.Steps = append(p.Steps, by[n.Name]...)
		delete(by, n.Name)
	}
	for _, d := range c.Drop {
		p.Steps = append(p.Steps, by[d.Node]...)
		p.Steps = append(p.Steps, Step{Node: d.Node, Sign: "-", Family: "netns", text: "namespace " + d.NetNS})
	}
	return p
}

// describeLeft describes what somebody changed.
func describeLeft(node string, l *state.Left) Step {
	o := value.OfRef(l.Object)
	out := Step{Node: node, Sign: "=", Family: l.Object.Family.Name(), Object: &o, text: l.String() + ", by somebody else: it stays"}
	for _, d := range l.Changes() {
		out.Changes = append(out.Changes, changeOf(d))
	}
	return out
}

func changeOf(d attr.Delta) Change {
	c := Change{Path: d.Path}
	if !d.Secret {
		c.Old, c.New = d.Old.Shown(), d.New.Shown()
	}
	return c
}

// describeTurn describes what becomes of a program.
func describeTurn(t *lab.Turn) Step {
	out := Step{Node: t.Node(), Family: "once", Irreversible: t.Losses(), text: t.String()}
	switch {
	case t.Once == nil:
		out.Sign, out.Command = "-", t.Was.Cmd
	case t.Was == nil:
		out.Sign, out.Command = "+", t.Once.Cmd
	default:
		out.Sign, out.Command = "±", t.Once.Cmd
	}
	return out
}

func describe(node string, s *state.Step) Step {
	o := value.OfRef(s.Whole())
	out := Step{Node: node, Family: s.Object.Family.Name(), Object: &o}
	pr := value.Printer{}
	switch {
	case s.Moves:
		m := s.Note.(*lab.Move)
		out.Node, out.Sign, out.Family, out.Name, out.text = m.Node, "+", "adopt", m.Name, m.String()
		if m.Back {
			out.Sign, out.Name = "-", m.Device
		}
		return out
	case s.Verb == object.Delete:
		out.Sign, out.text = "-", s.Object.String()
		return out
	case s.Along:
		out.Sign, out.text = "+", s.Object.String()+", the other end of a pair"
		return out
	case s.Deltas() == nil:
		out.Sign, out.text = "+", pr.Verb(o, s.Verb)
		if s.Verb == object.Set {
			out.Sign = "~"
		}
		return out
	case s.Anew:
		out.Sign = "±"
	default:
		out.Sign = "~"
	}
	var changes []string
	for _, d := range s.Deltas() {
		out.Changes = append(out.Changes, changeOf(d))
		changes = append(changes, d.String())
	}
	out.text = s.Object.String() + ": " + strings.Join(changes, ", ")
	return out
}

// String returns the plan as it is shown.
func (p *Plan) String() string {
	if len(p.Steps) == 0 {
		return "no changes"
	}
	var b strings.Builder
	node := ""
	counts := map[string]int{}
	for _, s := range p.Steps {
		if s.Node != node {
			node = s.Node
			fmt.Fprintf(&b, "%s\n", node)
		}
		fmt.Fprintf(&b, "  %s\n", s.line())
		counts[s.Sign]++
	}
	fmt.Fprintf(&b, "%d to make, %d to change, %d to make anew, %d to remove", counts["+"], counts["~"], counts["±"], counts["-"])
	return b.String()
}

// line is the step as it is shown.
func (s *Step) line() string {
	if s.Irreversible == nil {
		return s.Sign + " " + s.text
	}
	return fmt.Sprintf("! %s %s (cannot be fully undone: %s)", s.Sign, s.text, strings.Join(s.Irreversible, "; "))
}

// Type returns "plan".
func (p *Plan) Type() string { return "plan" }

// Freeze does nothing: plans do not change.
func (p *Plan) Freeze() {}

// Truth tells whether there is anything to do.
func (p *Plan) Truth() starlark.Bool {
	return starlark.Bool(slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Sign != "=" }))
}

// Hash is not possible.
func (p *Plan) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable: plan") }

// Attr returns how many steps make, change, make anew or remove something.
func (p *Plan) Attr(name string) (starlark.Value, error) {
	i := slices.Index(counted, name)
	if i < 0 {
		return nil, nil
	}
	n := 0
	for _, s := range p.Steps {
		if s.Sign == signs[i] {
			n++
		}
	}
	return starlark.MakeInt(n), nil
}

// AttrNames returns the names of the counts.
func (p *Plan) AttrNames() []string { return counted }

var (
	counted = []string{"anew", "change", "make", "remove"}
	signs   = []string{"±", "~", "+", "-"}
)

// plan is plan(lab).
func (b *builder) plan(th *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := script.RequireLive(th, "plan"); err != nil {
		return nil, err
	}
	var t *Topology
	if err := starlark.UnpackArgs(fn.Name(), args, kwargs, "lab", &t); err != nil {
		return nil, err
	}
	c, err := t.lab.Compare(script.Context(th))
	if err != nil {
		return nil, Explain(err)
	}
	defer c.Close()
	return NewPlan(c), nil
}

// Warnings are what Check has to say of a lab, with the lines of the script.
func Warnings(l *lab.Lab) (out []string) {
	for _, w := range l.Check() {
		text := w.Node.Name + ": " + w.Text
		for _, asked := range []*state.Want{w.Want, w.Other} {
			if asked == nil {
				continue
			}
			if by, ok := asked.Note.(*module.Asker); ok {
				text += ", " + by.Place()
			}
		}
		out = append(out, text)
	}
	return out
}
