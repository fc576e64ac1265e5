package module

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A Target is a namespace that calls act on.
type Target struct {
	Name  string // "" is the namespace that the run started in
	NS    *netns.NS
	Scope *object.Scope
	// Declares takes the calls, if the namespace is not there yet; nil: it is.
	Declares Declarer
	// Parts keeps what constructs parts of objects, for several such targets: it is
	// the same for all. nil: nothing is kept.
	Parts map[string]*Function
	// Programs calls fn, which starts a program, where programs run that a script
	// starts there; nil: in the namespace, and nothing else is another.
	Programs func(fn func() error) error
}

// NewTarget returns the target for an open namespace, which it then owns; nil
// is the namespace that the process is in.
func NewTarget(name string, ns *netns.NS) *Target {
	return &Target{Name: name, NS: ns, Scope: netlinkcore.In(ns)}
}

// OpenTarget opens the namespace of a name.
func OpenTarget(name string) (*Target, error) {
	ns, err := netns.Open(name)
	if err != nil {
		said := strings.TrimSuffix(err.Error(), ": "+fs.ErrNotExist.Error())
		return nil, &script.Problem{Class: object.Code(err), Message: said, Err: err}
	}
	return NewTarget(name, ns), nil
}

// Do runs fn on a thread that is in the target's namespace.
func (t *Target) Do(fn func() error) error { return t.Scope.Do(fn) }

// Start calls fn, which starts a program, where programs of the target run.
func (t *Target) Start(fn func() error) error {
	if t.Programs != nil {
		return t.Programs(fn)
	}
	return t.Do(fn)
}

// Close releases the target's sockets.
func (t *Target) Close() error {
	err := t.Scope.Close()
	if t.NS != nil {
		err = errors.Join(err, t.NS.Close())
	}
	return err
}

// A Session is the state of a run that modules share. It is for one goroutine.
type Session struct {
	Current *Target
	targets []*Target
	batch   *batch

	// Labs are the topologies that the script declared.
	Labs []*lab.Lab

	transaction *transaction
	closers     []io.Closer // of what a script left open
}

// NewSession returns a session whose current namespace is t.
func NewSession(t *Target) *Session { return &Session{Current: t, targets: []*Target{t}} }

// Own makes Close close t too.
func (s *Session) Own(t *Target) { s.targets = append(s.targets, t) }

// Close releases all namespaces of the session.
func (s *Session) Close() (err error) {
	for _, c := range s.closers {
		err = errors.Join(err, c.Close())
	}
	for _, t := range s.targets {
		err = errors.Join(err, t.Close())
	}
	return err
}

// sessionOf returns the session of a running script.
func sessionOf(th *starlark.Thread) (*Session, error) {
	s, ok := script.Session[*Session](th)
	if !ok {
		return nil, errors.New("no session: the function was called outside a netlark script")
	}
	return s, nil
}
