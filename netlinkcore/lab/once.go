package lab

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/program"
)

// A Once is a program for what no family models. It runs in the node's namespace
// when all else is as declared: the first time, and when what it depends on is
// another.
type Once struct {
	Cmd  []string // the program, and its arguments
	Undo []string // takes back what Cmd did, and bears that there is nothing to take back; nil: nothing does
	Key  string   // what it depends on, such as the text of a file; "": on nothing else
	Note any

	node *Node
	key  string // what is kept of Key
}

// A Ran is a program of a Once that ran, as records and journals keep it.
type Ran struct {
	Node   string   `json:"node"`
	NetNS  string   `json:"netns"`
	Boot   string   `json:"boot"`
	Cookie uint64   `json:"cookie"`
	Cmd    []string `json:"cmd"`
	Undo   []string `json:"undo,omitempty"`
	Key    string   `json:"key,omitempty"` // a digest
	// Owned and Bare are the Site's.
	Owned bool `json:"owned,omitempty"`
	Bare  bool `json:"bare,omitempty"`
}

// A Turn is what there is to be done with a program: without Was it is new, without
// Once it is declared no longer, and with both what it depends on changed.
type Turn struct {
	Once *Once
	Was  *Ran
}

// Once declares a program. A command can be declared once: *DeclaredError.
func (n *Node) Once(o *Once) error {
	o.node = n
	if o.Key != "" {
		sum := fnv.New128a()
		_, _ = io.WriteString(sum, o.Key) // it never fails
		o.key = hex.EncodeToString(sum.Sum(nil))
	}
	for _, first := range n.lab.onces {
		if first.node == n && slices.Equal(first.Cmd, o.Cmd) {
			return &DeclaredError{Object: o, Node: n, First: first.Note}
		}
	}
	n.lab.onces = append(n.lab.onces, o)
	return nil
}

// String returns the command, for messages.
func (o *Once) String() string { return "once " + (&program.Command{Argv: o.Cmd}).String() }

// String returns the command, for messages.
func (r *Ran) String() string { return (&Once{Cmd: r.Cmd}).String() }

// Node is the name of the node that it is about.
func (t *Turn) Node() string {
	if t.Once == nil {
		return t.Was.Node
	}
	return t.Once.node.Name
}

// NetNS is the namespace of that node.
func (t *Turn) NetNS() string {
	if t.Once == nil {
		return t.Was.NetNS
	}
	return t.Once.node.NetNS
}

// String returns the command, for plans.
func (t *Turn) String() string {
	switch {
	case t.Once == nil:
		return t.Was.String()
	case t.Was == nil:
		return t.Once.String()
	}
	return t.Once.String() + ": key changed"
}

// Losses says why the program cannot be taken back.
func (t *Turn) Losses() []string {
	if t.Once == nil || t.Once.Undo != nil || t.Once.node.Owned {
		return nil
	}
	return []string{"it has no undo"}
}

// turns compares what ran with what is to run. What ran in a namespace that is gone
// went with it.
func (c *Change) turns(context.Context) error {
	at := make(map[*Once]*Ran, len(c.Lab.onces))
	for _, was := range c.record.Once {
		ns, err := was.open()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = ns.Close()
		}
		if err != nil {
			return err
		}
		i := slices.IndexFunc(c.Lab.onces, func(o *Once) bool { return o.node.NetNS == was.NetNS && slices.Equal(o.Cmd, was.Cmd) })
		if i < 0 {
			c.Turns = append(c.Turns, Turn{Was: was})
			continue
		}
		at[c.Lab.onces[i]] = was
	}
	for _, o := range c.Lab.onces {
		if was := at[o]; was == nil || was.Key != o.key {
			c.Turns = append(c.Turns, Turn{o, was})
		}
	}
	return nil
}

// ran is what is kept of a program.
func (s *site) ran(o *Once) (*Ran, error) {
	known, err := s.identify()
	return &Ran{Node: known.Node, NetNS: known.NetNS, Boot: known.Boot, Cookie: known.Cookie, Cmd: o.Cmd, Undo: o.Undo, Key: o.key,
		Owned: known.Owned, Bare: known.Bare}, err
}

// ran are the programs of the lab when it is applied.
func (c *Change) ran() (all []*Ran, err error) {
	for _, o := range c.Lab.onces {
		r, err := c.siteOf(o.node).ran(o)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func (c *Change) siteOf(n *Node) *site {
	i := slices.IndexFunc(c.sites, func(s *site) bool { return s.node == n })
	return c.sites[i] // each node has one
}

// open opens the namespace that a program ran in; fs.ErrNotExist: it is gone.
func (r *Ran) open() (*netns.NS, error) {
	sp, err := openNetNS(r.NetNS)
	if err != nil {
		return nil, err
	}
	id, err := sp.ID()
	if err == nil && (id.Boot != r.Boot || id.Cookie != r.Cookie) {
		err = fmt.Errorf("namespace %q is another one by now: %w", r.NetNS, fs.ErrNotExist)
	}
	if err != nil {
		return nil, errors.Join(err, sp.Close())
	}
	return sp, nil
}

// run runs Cmd of r, or Undo if there is one. note is that of who asked for it.
func (p *runner) run(ctx context.Context, r *Ran, undo bool, note any) error {
	argv := r.Cmd
	if undo {
		argv = r.Undo
	}
	if len(argv) == 0 {
		return nil
	}
	err := p.runs(ctx, r, argv)
	if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return err
	}
	return &OnceError{r, undo, note, err}
}

// runs runs a program: in a node as any other that runs there, elsewhere in the network
// namespace alone.
func (p *runner) runs(ctx context.Context, r *Ran, argv []string) error {
	ns, err := r.open()
	if err != nil {
		return err
	}
	defer ns.Close()
	c := &program.Command{Argv: argv}
	if p.mark != "" {
		c.Env = []string{p.mark.env()}
	}
	enter := ns.Do
	if r.Owned && !r.Bare {
		enter = (&Site{Node: r.Node, NetNS: r.NetNS, Owned: true, Boot: r.Boot, Cookie: r.Cookie, lab: p.lab}).Start
	}
	ended, err := c.Run(ctx, enter)
	if err == nil && !ended.Success() {
		err = fmt.Errorf("%s%s", ended.ProcessState, ended.Said())
	}
	return err
}

// A OnceError is the failure of a program.
type OnceError struct {
	Ran  *Ran
	Undo bool // it is that of Undo, not of Cmd
	Note any
	Err  error
}

// Error returns the command and why it failed.
func (e *OnceError) Error() string {
	if e.Undo {
		return fmt.Sprintf("undo of %s: %s: %v", e.Ran, strings.Join(e.Ran.Undo, " "), e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Ran, e.Err)
}

// Unwrap returns the failure itself.
func (e *OnceError) Unwrap() error { return e.Err }

// A runner runs the programs of an Apply: undo programs of those that are declared
// no longer before anything else changes, all others when all else is done.
type runner struct {
	begun  []*Ran // may have run, and are taken back by their Undo
	undone []*Ran // are not in effect any more, and are run again
	try    func(r *Ran, undo bool) error
	note   func() error // writes down the two before a program starts
	lab    *Record      // knows the nodes, for /etc/hosts
	mark   mark
}

// started reports whether a program may have been started.
func (p *runner) started() bool { return len(p.begun)+len(p.undone) > 0 }

// leave takes back what is declared no longer, the last first.
func (p *runner) leave(ctx context.Context, turns []Turn) (n int, err error) {
	for _, t := range slices.Backward(turns) {
		if t.Once != nil {
			continue
		}
		if err := p.back(ctx, t.Was, nil); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// back runs the Undo of a program that ran in an earlier Apply.
func (p *runner) back(ctx context.Context, was *Ran, note any) error {
	p.undone = append(p.undone, was)
	return p.start(ctx, was, true, note)
}

// come runs what is new or changed.
func (p *runner) come(ctx context.Context, c *Change) (n int, err error) {
	for _, t := range c.Turns {
		if t.Once == nil {
			continue
		}
		if t.Was != nil {
			if err := p.back(ctx, t.Was, t.Once.Note); err != nil {
				return n, err
			}
		}
		r, err := c.siteOf(t.Once.node).ran(t.Once)
		if err != nil {
			return n, err
		}
		p.begun = append(p.begun, r)
		if err := p.start(ctx, r, false, t.Once.Note); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (p *runner) start(ctx context.Context, r *Ran, undo bool, note any) error {
	if err := errors.Join(p.note(), ctx.Err()); err != nil {
		return err
	}
	if p.try != nil {
		if err := p.try(r, undo); err != nil {
			return &OnceError{r, undo, note, err}
		}
	}
	return p.run(ctx, r, undo, note)
}

// takeBack runs the Undo of programs, the last first, and says which failed.
func (p *runner) takeBack(ctx context.Context, begun []*Ran) (done int, failed []string) {
	return p.runAll(ctx, begun, true)
}

// runAgain runs programs that were taken back, the last first, and says which
// failed.
func (p *runner) runAgain(ctx context.Context, undone []*Ran) (done int, failed []string) {
	return p.runAll(ctx, undone, false)
}

func (p *runner) runAll(ctx context.Context, all []*Ran, undo bool) (done int, failed []string) {
	for _, r := range slices.Backward(all) {
		if undo && r.Undo == nil {
			continue
		}
		if err := p.run(ctx, r, undo, nil); err != nil {
			failed = append(failed, err.Error())
			continue
		}
		done++
	}
	return done, failed
}
