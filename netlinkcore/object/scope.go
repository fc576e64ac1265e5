package object

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bpf"
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
	// Owned is closed with the Scope; nil: nothing is.
	Owned io.Closer
}

// A Namespace is an open network namespace (netns.NS).
type Namespace interface {
	FD() int
	Do(fn func() error) error
	Close() error
}

// A Scope is one network namespace as families see it.
type Scope struct {
	cfg      Config
	conn     *nl.Conn
	devs     devices
	settings settings
	encoders sync.Pool // used again: a call allocates nothing of its own
}

// NewScope returns a Scope. It opens nothing before the first call needs it.
func NewScope(cfg Config) *Scope {
	s := &Scope{cfg: cfg, conn: cfg.Conn}
	if s.conn == nil {
		s.conn = nl.New(nl.Config{Enter: cfg.Enter})
	}
	s.devs.s = s
	s.encoders.New = func() any { return newEncoder(s) }
	return s
}

// Conn returns the connection to the kernel.
func (s *Scope) Conn() *nl.Conn { return s.conn }

// Close releases sockets; calls under way finish. It may be called again.
func (s *Scope) Close() error {
	err := errors.Join(s.devs.close(), s.conn.Close())
	s.settings.close()
	if s.cfg.Owned != nil {
		err = errors.Join(err, s.cfg.Owned.Close())
	}
	return err
}

// Rest closes the sockets of a Scope that is not needed for a while. The next call opens
// what it needs again, which takes some 12 µs a socket.
func (s *Scope) Rest() error { return errors.Join(s.devs.close(), s.conn.CloseIdle()) }

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

// An encoder is the context of encoding messages for a Scope. It is used again
// and again: its functions are bound once.
type encoder struct {
	attr.Enc
	s      *Scope
	ctx    context.Context
	own    wire.Writer
	opened []io.Closer // until what names them is sent
	batch  *Batch      // whose waiting messages may make a device
}

// encoder returns an encoder that appends to w, or to a buffer of its own.
func (s *Scope) encoder(ctx context.Context, w *wire.Writer) *encoder {
	e := s.encoders.Get().(*encoder)
	if w == nil {
		w = &e.own
		used, _ := w.Bytes()
		w.Reset(used[:0])
	}
	e.ctx, e.W = ctx, w
	return e
}

func newEncoder(s *Scope) *encoder {
	e := &encoder{s: s}
	e.Dev, e.NS, e.Prog = e.dev, e.ns, e.prog
	return e
}

// done closes what messages named, and gives e back.
func (e *encoder) done() {
	e.release()
	e.s.encoders.Put(e)
}

func (e *encoder) release() {
	for _, c := range e.opened {
		_ = c.Close() // only read from
	}
	e.opened = e.opened[:0]
}

// dev names a device for a message. A batch looks at the link events once for
// what it sends at once: looking more often would tell nothing more about the
// time of sending.
func (e *encoder) dev(name string) (uint32, error) {
	if e.batch == nil {
		return e.s.devs.index(e.ctx, name)
	}
	if e.batch.nl.Waiting() > 0 {
		if i, ok := e.s.devs.known(name); ok {
			return i, nil
		}
	}
	i, err := e.s.devs.index(e.ctx, name)
	if err != nil && e.batch.nl.Len() > 0 {
		return 0, errWaits
	}
	return i, err
}

func (e *encoder) ns(name string) (int, error) {
	ns, err := e.s.open(name)
	if err != nil {
		return 0, err
	}
	e.opened = append(e.opened, ns)
	return ns.FD(), nil
}

// prog opens a program for a message.
func (e *encoder) prog(p attr.Prog) (int, error) {
	open := func() (*os.File, error) { return bpf.OpenID(p.ID) }
	if p.Path != "" {
		open = func() (*os.File, error) { return bpf.Open(p.Path) }
	}
	f, err := open()
	if err != nil {
		return 0, err
	}
	e.opened = append(e.opened, f)
	return int(f.Fd()), nil
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
	cfg.Enter, cfg.Conn, cfg.Owned = ns.Do, nil, nil
	there := NewScope(cfg)
	return there, func() { _ = errors.Join(there.Close(), ns.Close()) }, nil
}

// ErrNoDevice says that no device has a name; it matches unix.ENODEV too.
var ErrNoDevice = errors.New("no such device")

// noDevice is ErrNoDevice with the name.
type noDevice string

func (n noDevice) Error() string { return fmt.Sprintf("no device is named %q", string(n)) }

func (noDevice) Is(target error) bool { return target == ErrNoDevice || target == unix.ENODEV }
