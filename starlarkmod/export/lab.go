package export

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/value"
)

// Lab returns a script that declares a lab as it is: its nodes, cables where pairs
// are between them, and what is in them. Of namespaces of others it has what was
// declared.
func Lab(ctx context.Context, c *lab.Change, families []object.Family, o Options) (string, error) {
	w := &labWriter{change: c, ends: map[string]*cableEnd{}}
	for _, n := range c.Nodes() {
		s, err := newSite(ctx, c, n, families, o)
		if err != nil {
			return "", err
		}
		w.sites = append(w.sites, s)
	}
	if err := w.pair(ctx); err != nil {
		return "", err
	}
	return w.text(), nil
}

// A labWriter writes one lab.
type labWriter struct {
	change *lab.Change
	sites  []*site
	cables []*cable
	ends   map[string]*cableEnd // of cables, by namespace and name
}

// A site is one node on its way.
type site struct {
	node   *lab.Node
	space  *state.Space
	name   string // of the variable
	items  []object.Item
	links  []*link.Link // those that may be ends of cables
	addrs  map[string][]*addr.Addr
	bridge *link.Link // of a switch
	writer *writer
}

// taken are names that variables of a script cannot have, as they are modules and
// functions that it may use.
var taken = []string{"lab", "link", "addr", "route", "rule", "neigh", "nexthop", "bridge", "xfrm", "tc", "sysctl", "netns", "exec", "probe", "secret",
	"prefix", "mac", "topology", "plan", "apply", "destroy", "running", "batch", "transaction", "arg", "args", "read", "json", "math", "struct", "set",
	"and", "or", "not", "in", "if", "else", "for", "def", "return", "pass", "break", "continue", "lambda", "load", "while", "as", "is", "class", "from"}

// Identifier makes a variable's name of a node's.
func Identifier(name string) string {
	out := word(name, "")
	if out == "" || out[0] >= '0' && out[0] <= '9' {
		out = "n" + out
	}
	if slices.Contains(taken, out) {
		out += "_"
	}
	return out
}

// word is a name with _ for all but letters, digits and what else is allowed.
func word(name, allowed string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(allowed, r) {
			return r
		}
		return '_'
	}, name)
}

func newSite(ctx context.Context, c *lab.Change, n *lab.Node, families []object.Family, o Options) (*site, error) {
	s := &site{node: n, space: c.Space(n), name: Identifier(n.Name), addrs: map[string][]*addr.Addr{}}
	if s.space == nil {
		return nil, fmt.Errorf("node %q: its namespace %q is not there", n.Name, n.NetNS)
	}
	s.writer = newWriter(o, s.name+".")
	im, err := state.Read(ctx, s.space, families)
	if err != nil {
		return nil, err
	}
	for _, it := range im.Objects() {
		if l, ok := link.Type.As(it.Ref); ok && it.Maker == object.User && (n.Owned || n.Declared(it.Ref) != nil) {
			s.links = append(s.links, l)
		}
		if d := n.Declared(it.Ref); d != nil && !d.Absent && it.Family.Table().Naming() < 0 {
			it.Maker = object.User // although it looks like a daemon's
		}
		if n.Owned && !n.Ignores(it.Ref) {
			it.Ref = s.ofLab(it.Ref)
			s.items = append(s.items, it)
		}
		if a, ok := addr.Type.As(it.Ref); ok && it.Maker == object.User && n.Owned {
			s.addrs[a.Dev.Name()] = append(s.addrs[a.Dev.Name()], a)
		}
	}
	slices.SortStableFunc(s.items, func(a, b object.Item) int {
		if a.Family != b.Family || !a.Family.Hashes() {
			return 0
		}
		return strings.Compare(a.Family.Identity(a.Ref), b.Family.Identity(b.Ref))
	})
	s.writer.pairs(s.items)
	return s, nil
}

// ofLab is an object without what a lab gives it by itself.
func (s *site) ofLab(r object.Ref) object.Ref {
	r = r.Clone()
	if l, ok := link.Type.As(r); ok {
		d := s.node.Declared(r)
		named, _ := declaredLink(d)
		if named == nil || named.Address.Len() == 0 || l.Address == s.node.MAC(l.Name) {
			l.Address = rt.MAC{}
		}
		if named == nil || !named.TxQueues.IsSet() { // as many as there are processors
			l.TxQueues.Unset()
			l.RxQueues.Unset()
		}
		l.Port = withoutCost(l.Port, named)
		if l.Name == "lo" {
			l.Up.Unset()
		}
	}
	if a, ok := addr.Type.As(r); ok && !s.node.Lab().DAD && a.Address.Addr().Is6() {
		a.NoDAD.Unset()
	}
	return r
}

// withoutCost is a port without the cost that the kernel makes of its speed.
func withoutCost(p link.Port, named *link.Link) link.Port {
	port, ok := p.(*link.BridgePort)
	if !ok {
		return p
	}
	if named != nil {
		if d, ok := named.Port.(*link.BridgePort); ok && d.Cost.IsSet() {
			return p
		}
	}
	own := *port
	own.Cost.Unset()
	whole := made(link.Type.Ref(&link.Link{Port: &own}))
	if l, _ := link.Type.As(whole); l.Port != nil && !strings.Contains(value.OfRef(whole).String(), `port = "bridge"`) {
		return &own
	}
	return nil
}

func declaredLink(w *state.Want) (*link.Link, bool) {
	if w == nil {
		return nil, false
	}
	return link.Type.As(w.Object)
}

// text writes all.
func (w *labWriter) text() string {
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	l := w.change.Lab
	begin := strconv.Quote(l.Name)
	if l.Seed != 0 {
		begin += fmt.Sprintf(", seed = %d", l.Seed)
	}
	if l.DAD {
		begin += ", dad = True"
	}
	say("lab = topology(%s)", begin)
	for _, s := range w.sites {
		say("%s = %s", s.name, w.begin(s))
	}
	for _, c := range w.cables {
		say("%s", w.cableCall(c))
	}
	for _, s := range w.sites {
		w.body(s)
		if len(s.writer.lines) > 0 {
			say("")
			lines = append(lines, s.writer.lines...)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// begin is the call that declares a node.
func (w *labWriter) begin(s *site) string {
	n := s.node
	switch {
	case n.Owned:
	case n.NetNS == lab.HostNetNS:
		return "lab.host()"
	default:
		return fmt.Sprintf("lab.existing(%q)", n.NetNS)
	}
	args := strconv.Quote(n.Name)
	if n.Ignore != nil {
		var quoted []string
		for _, what := range n.Ignore {
			quoted = append(quoted, strconv.Quote(what))
		}
		args += ", ignore = [" + strings.Join(quoted, ", ") + "]"
	}
	if s.bridge == nil {
		return "lab.node(" + args + ")"
	}
	return "lab.switch(" + args + s.bridgeOptions() + ")"
}

// bridgeOptions are those of a switch, as further arguments.
func (s *site) bridgeOptions() string {
	r := made(link.Type.Ref(s.bridge))
	l, _ := link.Type.As(r)
	text := s.writer.pr.Print(value.OfRef(link.Type.Ref(&link.Link{Kind: l.Kind})))
	_, options, found := strings.Cut(text, "link.bridge(")
	options, _, _ = strings.Cut(options, "))")
	if !found || options == "" {
		return ""
	}
	return ", " + options
}

// body writes what is in a node besides its cables.
func (w *labWriter) body(s *site) {
	if !s.node.Owned {
		w.declared(s)
		return
	}
	for _, want := range s.node.Wants() {
		switch f := want.Object.Family; {
		case want.Absent:
			s.writer.say(s.writer.pr.Verb(value.OfRef(want.Object), object.Delete))
		case !f.Lasts():
			s.writer.say(s.writer.pr.Verb(value.OfRef(want.Object), object.Set))
		}
	}
	for _, e := range w.endsOf(s) {
		w.rest(s, e, made(s.ofLab(link.Type.Ref(e.link))))
	}
	for _, it := range s.items {
		switch l, isLink := link.Type.As(it.Ref); {
		case it.Absent && s.node.Declared(it.Ref) != nil: // it is said above
		case isLink && w.ends[s.key(l.Name)] != nil:
		case isLink && s.bridge != nil && l.Name == s.bridge.Name:
			w.restOfBridge(s, made(it.Ref))
		default:
			s.writer.object(it)
		}
	}
}

// declared writes what the lab declares in a namespace of others.
func (w *labWriter) declared(s *site) {
	for _, want := range inOrder(s.node.Wants()) {
		f := want.Object.Family
		l, isLink := link.Type.As(want.Object)
		switch {
		case isLink && w.ends[s.key(l.Name)] != nil:
			w.rest(s, w.ends[s.key(l.Name)], want.Object.Clone())
		case isLink && link.PeerOf(l) != nil:
			peer := *link.PeerOf(l)
			if peer.Address == s.node.MAC(peer.Name) {
				peer.Address = rt.MAC{}
			}
			s.writer.say(s.writer.pr.Verb(value.OfRef(link.Type.Ref(link.WithPeer(l, &peer))), object.Add))
		case want.Absent:
			s.writer.say(s.writer.pr.Verb(value.OfRef(want.Object), object.Delete))
		case want.Along || !f.Lasts():
			s.writer.say(s.writer.pr.Verb(value.OfRef(want.Object), object.Set))
		case !s.writer.done[f.Name()+" "+f.Identity(want.Object)]:
			s.writer.say(s.writer.pr.Verb(value.OfRef(want.Object), state.Creating(want.Object)))
		}
	}
}

// inOrder puts what comes along with something else behind what is made.
func inOrder(wants []state.Want) (out []state.Want) {
	for _, along := range []bool{false, true} {
		for _, w := range wants {
			if w.Along == along {
				out = append(out, w)
			}
		}
	}
	return out
}

// key tells devices of all nodes apart.
func (s *site) key(device string) string { return s.node.NetNS + " " + device }
