package object

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// In calls fn with a Scope for the namespace that n names.
func (s *Scope) In(n attr.NetNS, fn func(*Scope) error) error {
	there, done, err := s.other(n)
	if err != nil {
		return err
	}
	defer done()
	return fn(there)
}

// Is reports whether n names the namespace of s.
func (s *Scope) Is(n attr.NetNS) (same bool, err error) {
	err = s.withFD(n, func(fd int) error {
		home, err := s.Home()
		if err != nil {
			return err
		}
		defer home.Close()
		same, err = sameFile(int(home.Fd()), fd)
		return err
	})
	return same, err
}

// Elsewhere returns a Scope for the namespace that n names, and what closes it.
func (s *Scope) Elsewhere(n attr.NetNS) (there *Scope, done func(), err error) { return s.other(n) }

// Same reports whether o is for the same namespace.
func (s *Scope) Same(o *Scope) (bool, error) {
	if s == o {
		return true, nil
	}
	mine, err := s.Home()
	if err != nil {
		return false, err
	}
	defer mine.Close()
	theirs, err := o.Home()
	if err != nil {
		return false, err
	}
	defer theirs.Close()
	return sameFile(int(mine.Fd()), int(theirs.Fd()))
}

// sameFile compares two open files: no number is used again while they are.
func sameFile(a, b int) (bool, error) {
	var x, y unix.Stat_t
	err := errors.Join(unix.Fstat(a, &x), unix.Fstat(b, &y))
	return err == nil && x.Dev == y.Dev && x.Ino == y.Ino, err
}

// Home opens the namespace of s itself.
func (s *Scope) Home() (f *os.File, err error) {
	err = s.Do(func() (err error) { f, err = os.Open("/proc/thread-self/ns/net"); return err })
	return f, err
}

// NSID returns the number by which the kernel knows another namespace in this
// one: devices there are named by it and their index. -1 says that it has none
// yet, unless assign lets the kernel choose one.
func (s *Scope) NSID(ctx context.Context, n attr.NetNS, assign bool) (id int32, err error) {
	err = s.withFD(n, func(fd int) error {
		if id, err = s.nsid(ctx, fd); err != nil || id >= 0 || !assign {
			return err
		}
		// Another program may be faster: then it is there, too.
		if err := s.callNSID(ctx, unix.RTM_NEWNSID, fd, nil); err != nil && !errors.Is(err, unix.EEXIST) {
			return err
		}
		id, err = s.nsid(ctx, fd)
		return err
	})
	return id, err
}

const noNSID = unix.NETNSA_NSID_NOT_ASSIGNED

func (s *Scope) nsid(ctx context.Context, fd int) (int32, error) {
	id := int32(noNSID)
	err := s.callNSID(ctx, unix.RTM_GETNSID, fd, func(m nl.Message) error {
		r := wire.NewReader(m.Body[min(len(m.Body), wire.Align(unix.SizeofRtGenmsg)):])
		for {
			n, b, ok := r.Next()
			if !ok {
				return r.Err()
			}
			if n == unix.NETNSA_NSID && len(b) == 4 {
				id = int32(nativeUint32(b))
			}
		}
	})
	return id, err
}

func (s *Scope) callNSID(ctx context.Context, typ uint16, fd int, reply func(nl.Message) error) error {
	var w wire.Writer
	w.Zero(wire.Align(unix.SizeofRtGenmsg))
	w.Uint32(unix.NETNSA_FD, uint32(fd))
	if typ == unix.RTM_NEWNSID {
		none := int32(noNSID) // the kernel chooses
		w.Uint32(unix.NETNSA_NSID, uint32(none))
	}
	body, err := w.Bytes()
	if err != nil {
		return err
	}
	return s.conn.Call(ctx, &nl.Request{Proto: unix.NETLINK_ROUTE, Type: typ, Body: body}, reply)
}

// withFD calls fn with a descriptor of the namespace that n names.
func (s *Scope) withFD(n attr.NetNS, fn func(fd int) error) error {
	if fd, ok := n.FD(); ok {
		return fn(fd)
	}
	ns, err := s.open(n.Name())
	if err != nil {
		return err
	}
	return errors.Join(fn(ns.FD()), ns.Close())
}

// follow returns the namespace that v is in after a message that moved it.
func (t *core) follow(s *Scope, v attr.Ptr) (*Scope, func(), error) {
	there, done, err := s.other(t.arrived(v))
	if err != nil {
		return nil, nil, fmt.Errorf("follow it to its namespace: %w", err)
	}
	return there, done, nil
}

// sendHome moves v, which went from s to at, back, and returns its key in s.
func (t *core) sendHome(ctx context.Context, s, at *Scope, v attr.Ptr) (attr.Ptr, error) {
	home, err := s.Home()
	if err != nil {
		return attr.Ptr{}, err
	}
	defer home.Close()
	move := t.keyOf(v)
	for i := range t.table.Fields() {
		if t.table.Fields()[i].Moves {
			_ = t.table.Put(&attr.Put{}, move, i, attr.IntValue(int64(home.Fd()))) // a descriptor
		}
	}
	if err := t.do(ctx, at, Set, move); err != nil {
		return attr.Ptr{}, err
	}
	t.arrived(move)
	return move, nil
}
