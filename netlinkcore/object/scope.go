package object

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// Config says which namespace a Scope is.
type Config struct {
	// Enter runs fn on a thread in the namespace (netns.NS.Do); nil means the
	// namespace that the process is in.
	Enter func(fn func() error) error
	// Namespace opens another namespace, by the name of its pin or a path, for
	// devices that are born there or move there. nil: none can be named.
	Namespace func(name string) (Namespace, error)
	// Conn replaces the connection to the kernel, for tests.
	Conn *nl.Conn
}

// A Namespace is an open network namespace (netns.NS).
type Namespace interface {
	FD() int
	Do(fn func() error) error
	Close() error
}

// A Scope is one network namespace as families see it.
type Scope struct {
	cfg  Config
	conn *nl.Conn
	devs devices
	bufs sync.Pool
}

// NewScope returns a Scope. It opens nothing before the first call needs it.
func NewScope(cfg Config) *Scope {
	s := &Scope{cfg: cfg, conn: cfg.Conn}
	if s.conn == nil {
		s.conn = nl.New(nl.Config{Enter: cfg.Enter})
	}
	s.devs.s = s
	s.bufs.New = func() any { return new(wire.Writer) }
	return s
}

// Conn returns the connection to the kernel.
func (s *Scope) Conn() *nl.Conn { return s.conn }

// Close releases sockets; calls under way finish.
func (s *Scope) Close() error { return errors.Join(s.devs.close(), s.conn.Close()) }

// Do runs fn on a thread that is in the namespace.
func (s *Scope) Do(fn func() error) error {
	if s.cfg.Enter == nil {
		return fn()
	}
	return s.cfg.Enter(fn)
}

// Index returns the index of the device with a name or altname.
func (s *Scope) Index(ctx context.Context, name string) (uint32, error) {
	return s.devs.index(ctx, name)
}

// enc prepares the encoding of one message. The returned function closes the
// namespaces that it opened, after the message was sent.
func (s *Scope) enc(w *wire.Writer, only attr.Access, dev func(string) (uint32, error)) (*attr.Enc, func()) {
	var opened []Namespace
	e := &attr.Enc{W: w, Only: only, Dev: dev}
	e.NS = func(name string) (int, error) {
		ns, err := s.open(name)
		if err != nil {
			return 0, err
		}
		opened = append(opened, ns)
		return ns.FD(), nil
	}
	return e, func() {
		for _, ns := range opened {
			_ = ns.Close() // only read from
		}
	}
}

func (s *Scope) open(name string) (Namespace, error) {
	if s.cfg.Namespace == nil {
		return nil, fmt.Errorf("no namespace can be named here: %q", name)
	}
	return s.cfg.Namespace(name)
}

// other returns a Scope for the namespace that a message names, s itself if it
// names none, and a function that closes it.
func (s *Scope) other(n attr.NetNS) (*Scope, func(), error) {
	if !n.IsSet() {
		return s, func() {}, nil
	}
	name := n.Name()
	if fd, ok := n.FD(); ok {
		name = fmt.Sprintf("/proc/self/fd/%d", fd)
	}
	ns, err := s.open(name)
	if err != nil {
		return nil, nil, err
	}
	cfg := s.cfg
	cfg.Enter, cfg.Conn = ns.Do, nil
	there := NewScope(cfg)
	return there, func() { _ = errors.Join(there.Close(), ns.Close()) }, nil
}

func (s *Scope) lookup(ctx context.Context) func(string) (uint32, error) {
	return func(name string) (uint32, error) { return s.devs.index(ctx, name) }
}

// ErrNoDevice says that no device has a name; it matches unix.ENODEV too.
var ErrNoDevice = errors.New("no such device")

// noDevice is ErrNoDevice with the name.
type noDevice string

func (n noDevice) Error() string { return fmt.Sprintf("no device is named %q", string(n)) }

func (noDevice) Is(target error) bool { return target == ErrNoDevice || target == unix.ENODEV }
