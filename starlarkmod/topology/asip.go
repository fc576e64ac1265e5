package topology

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/iproute2"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/netlinkcore/sysctl"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/starlarkmod/value"
)

// AsIP writes a change as a script for a shell: the commands of iproute2 that do the
// same, in the order of the plan; only those of some nodes, unless nodes is nil. What
// iproute2 cannot do is a comment. Keys come from variables of the environment, which are
// called as export calls them.
func AsIP(ctx context.Context, c *lab.Change, nodes []string) (string, error) {
	s := &shell{change: c, nodes: nodes, done: map[*state.Step]bool{}}
	s.tools = iproute2.Writer{NetNS: s.netns, Secret: s.secret}
	for _, n := range c.Make {
		s.of(n.Name, "ip netns add "+n.NetNS)
	}
	s.turns(false)
	for i, st := range c.Plan.Steps {
		s.at = i
		if err := s.step(ctx, st); err != nil {
			return "", err
		}
	}
	for i, sp := range s.flushed {
		if !slices.Contains(s.flushed[:i], sp) {
			s.restore(sp)
		}
	}
	s.firstVLANs()
	for i := range c.Plan.Missing {
		m := &c.Plan.Missing[i]
		s.of(c.NodeOf(m.Space).Name, "# "+m.Want.Object.String()+" "+m.Why())
	}
	s.turns(true)
	for _, d := range c.Drop {
		s.of(d.Node, "ip netns del "+d.NetNS)
	}
	return s.text(), nil
}

// A shell is a script on its way.
type shell struct {
	change    *lab.Change
	nodes     []string
	tools     iproute2.Writer
	lines     []string
	secrets   []string // the variables
	setting   string   // what the last line begins with, if it sets what the next may, too
	at        int      // the step
	addresses []*addresses
	flushed   []*state.Space       // where the last address of a device went
	done      map[*state.Step]bool // before their turn
}

func (s *shell) text() string {
	begin := fmt.Sprintf("#!/bin/sh\n# netlark: lab %s\nset -e\n", s.change.Lab.Name)
	for _, name := range s.secrets {
		begin += ": \"${" + name + ":?is to hold a key}\"\n"
	}
	return begin + strings.Join(s.lines, "\n") + "\n"
}

func (s *shell) say(line string) { s.lines, s.setting = append(s.lines, line), "" }

// of says what is done in a node, if that is wanted.
func (s *shell) of(node, line string) {
	if s.nodes == nil || slices.Contains(s.nodes, node) {
		s.say(line)
	}
}

// netns is what commands call a namespace: that of the shell by its process.
func (s *shell) netns(name string) string {
	if name == lab.HostNetNS {
		return "$$"
	}
	return name
}

// in are the words by which a tool works in a namespace.
func (s *shell) in(sp *state.Space) string {
	if sp.Name == lab.HostNetNS {
		return " "
	}
	return " -n " + sp.Name + " "
}

// within are the words by which a program runs there.
func within(netns string) string {
	if netns == lab.HostNetNS {
		return ""
	}
	return "ip netns exec " + netns + " "
}

// secret is a variable that holds a key.
func (s *shell) secret(r object.Ref, f *attr.Field) string {
	name := export.Variable(r.Family.Name() + " " + r.Family.Identity(r) + "_" + f.Name)
	if !slices.Contains(s.secrets, name) {
		s.secrets = append(s.secrets, name)
	}
	return `"$` + name + `"`
}

// step writes what one step does.
func (s *shell) step(ctx context.Context, st *state.Step) error {
	node := s.change.NodeOf(st.Space).Name
	if s.nodes != nil && !slices.Contains(s.nodes, node) {
		return nil
	}
	if v, ok := sysctl.As(st.Object); ok {
		s.set(st.Space, v)
		return nil
	}
	if s.done[st] || st.Along && st.Verb != object.Set { // another step does it
		return nil
	}
	if st.Verb == object.Delete {
		if err := s.goes(ctx, st); err != nil {
			return err
		}
	}
	r, err := sent(ctx, st)
	if err != nil {
		return err
	}
	n, err := s.addressesOf(ctx, st)
	if err != nil {
		return err
	}
	var along []object.Ref
	if n != nil {
		along = n.take(st)
	}
	s.before(st, along)
	if st.Anew && !s.change.NodeOf(st.Space).Owned { // else it was removed by a step of its own
		s.say("# what hangs on " + st.Object.String() + " goes with it; netlark puts it back")
		s.commands(st, object.Delete, st.Object)
	}
	down := s.takenDown(st, r, false)
	s.commands(st, st.Verb, r)
	if down {
		s.takenDown(st, r, true)
		s.flushed = append(s.flushed, st.Space)
	}
	s.upAgain(st)
	if n != nil {
		s.after(st, n, along)
	}
	return nil
}

// commands writes what a call in the namespace of a step is.
func (s *shell) commands(st *state.Step, verb object.Verb, r object.Ref) {
	for _, c := range s.tools.Commands(verb, r, st.Deltas()) {
		if s.ofBridge(st) && len(c.Words) > 0 {
			c.Words = append(c.Words, "self")
		}
		s.command(st, &c)
	}
}

// sent is the object of a step with what ip and tc would reset where a change lacks it: they
// do not read before they write. What is yet to be made has nothing to be kept. Of a route
// that goes it is without what follows from its nexthop object.
func sent(ctx context.Context, st *state.Step) (object.Ref, error) {
	f, t, r := st.Object.Family, st.Object.Table(), st.Object
	if _, is := route.Type.As(r); is && st.Verb == object.Delete {
		return f.Bare(r), nil
	}
	if st.Verb != object.Set || st.Space.Scope == nil {
		return r, nil
	}
	key := f.New()
	t.Merge(key.Ptr(), r.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	have, err := f.One(ctx, st.Space.Scope, key)
	if errors.Is(err, object.ErrNotFound) || errors.Is(err, object.ErrNoDevice) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r = r.Clone()
	t.FillResent(r.Ptr(), have.Ptr())
	if t.Lookup("kind") < 0 && f != neigh.TableType { // all is reset, and not only what is of a kind
		t.Merge(r.Ptr(), have.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Create != 0 })
	}
	t.NameDevices(r.Ptr())
	return r, nil
}

// ofBridge reports whether a step is about a VLAN of a bridge itself, which the command has
// to say.
func (s *shell) ofBridge(st *state.Step) bool {
	v, ok := bridge.VLANType.As(st.Object)
	if !ok {
		return false
	}
	w := s.change.NodeOf(st.Space).Declared(link.Type.Ref(&link.Link{Name: v.Dev.Name()}))
	if w == nil {
		return false
	}
	l, _ := link.Type.As(w.Object)
	_, is := l.Kind.(*link.Bridge)
	return is
}

func (s *shell) command(st *state.Step, c *iproute2.Command) {
	if len(c.Words) == 0 {
		s.say("# without a command of iproute2: " + inLine(value.OfRef(st.Object), st.Verb))
		return
	}
	for _, path := range c.Lacks {
		s.say("# iproute2 has no word for " + path + " of " + st.Object.String())
	}
	line := c.Tool + s.in(st.Space) + strings.Join(c.Words, " ")
	if st.Verb == object.Delete && slices.Contains(s.flushed, st.Space) {
		line += " || true" // it may be gone
	}
	s.say(line)
}

// inLine is a call in one line, for a comment.
func inLine(o value.Object, verb object.Verb) string {
	pr := value.Printer{}
	return strings.ReplaceAll(pr.Verb(o, verb), "\n", " ")
}

// set writes a setting, in the line of the last one if that is of the same namespace.
func (s *shell) set(sp *state.Space, v *sysctl.Setting) {
	begin := within(sp.Name) + "sysctl -qw"
	word := " " + iproute2.Quote(v.Path.Or("")+"="+v.Value.Or(""))
	if s.setting == begin {
		s.lines[len(s.lines)-1] += word
		return
	}
	s.say(begin + word)
	s.setting = begin
}

// turns writes the programs: those that are taken back come first.
func (s *shell) turns(run bool) {
	for i := range s.change.Turns {
		t := &s.change.Turns[i]
		var cmd []string
		netns := ""
		switch {
		case run && t.Once != nil:
			cmd, netns = t.Once.Cmd, t.NetNS()
		case !run && t.Was != nil:
			cmd, netns = t.Was.Undo, t.Was.NetNS
		}
		if cmd == nil {
			continue
		}
		words := make([]string, len(cmd))
		for i := range cmd {
			words[i] = iproute2.Quote(cmd[i])
		}
		s.of(t.Node(), within(netns)+strings.Join(words, " "))
	}
}
