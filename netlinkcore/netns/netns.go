// Package netns opens, makes, names and enters network namespaces.
//
// Names are those of `ip netns`: files in /run/netns on which namespaces are
// mounted. A namespace is known by an ID made of the boot and the kernel's
// cookie, never by its inode: inode numbers are reused at once.
package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// An NS is an open namespace, which lives at least until Close. Its methods may
// be called by several goroutines at once.
type NS struct {
	name string

	mu sync.RWMutex // guards h against Close; never held while fn of Do runs
	h  netns.NsHandle

	idMu sync.Mutex
	id   ID // asked for once; zero before
}

// Current opens the namespace of the calling thread. A goroutine that is not
// locked to its thread finds the namespace that the program was started in.
func Current() (*NS, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	h, err := current()
	if err != nil {
		return nil, err
	}
	return &NS{h: h}, nil
}

// current opens the namespace of the calling thread, which must be locked. Not
// by process and thread number, as netns.Get does: those may be another
// procfs's.
func current() (netns.NsHandle, error) {
	h, err := netns.GetFromPath("/proc/thread-self/ns/net")
	if err != nil {
		return h, fmt.Errorf("open the current namespace: %w", err)
	}
	return h, nil
}

// Open opens the namespace called name. If there is none, errors.Is finds
// fs.ErrNotExist.
func Open(name string) (*NS, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	n, err := open(path(name), name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no namespace is called %q: %w", name, fs.ErrNotExist)
	case errors.Is(err, errNotNamespace) && isLeftover(path(name)):
		return nil, fmt.Errorf("namespace %q: %w", name, ErrLeftover)
	case err != nil:
		return nil, fmt.Errorf("namespace %q: %w", name, err)
	}
	return n, nil
}

// OpenPID opens the namespace of a process. If there is no such process,
// errors.Is finds fs.ErrNotExist.
func OpenPID(pid int) (*NS, error) {
	n, err := open("/proc/"+strconv.Itoa(pid)+"/ns/net", "")
	if err != nil {
		return nil, fmt.Errorf("namespace of process %d: %w", pid, err)
	}
	return n, nil
}

// OpenPath opens the namespace that a file stands for.
func OpenPath(path string) (*NS, error) {
	n, err := open(path, "")
	if err != nil {
		return nil, fmt.Errorf("namespace at %s: %w", path, err)
	}
	return n, nil
}

var errNotNamespace = errors.New("not a network namespace")

func open(path, name string) (*NS, error) {
	h, err := netns.GetFromPath(path)
	if err != nil {
		return nil, err
	}
	if typ, err := unix.IoctlRetInt(int(h), unix.NS_GET_NSTYPE); err != nil || typ != unix.CLONE_NEWNET {
		h.Close()
		return nil, errNotNamespace
	}
	return &NS{name: name, h: h}, nil
}

// Name returns the name that the namespace was opened or made by, "" if it was
// by none.
func (n *NS) Name() string { return n.name }

// FD returns the descriptor, for IFLA_NET_NS_FD and the like. It is -1 after
// Close, and must not be used after it.
func (n *NS) FD() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return int(n.h)
}

// Close closes the descriptor. The namespace lives on if it has a name, a
// process, a socket or another descriptor. Close may be called again.
func (n *NS) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.h.IsOpen() {
		return nil
	}
	return n.h.Close()
}

// Do runs fn in the namespace: on the calling goroutine, whose thread goes there
// and comes back (some 3 µs; going through another thread takes a hundred). What fn
// starts in goroutines runs elsewhere. Do may be nested.
//
// If the thread cannot come back, it is left locked to the goroutine, so that
// Go destroys it with that, and Do returns the error.
func (n *NS) Do(fn func() error) (err error) {
	runtime.LockOSThread()
	home, err := current()
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	if err := n.set(); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer func() {
		if lost := comeBack(home); lost != nil {
			err = errors.Join(err, lost)
		}
	}()
	return fn()
}

// set puts the calling thread into the namespace.
func (n *NS) set() error {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if !n.h.IsOpen() {
		return fmt.Errorf("enter namespace: %w", fs.ErrClosed)
	}
	if err := netns.Set(n.h); err != nil {
		return fmt.Errorf("enter namespace: %w", err)
	}
	return nil
}

// comeBack returns the thread to its namespace and unlocks it. A thread that
// is lost stays locked.
func comeBack(home netns.NsHandle) error {
	if err := netns.Set(home); err != nil {
		return fmt.Errorf("come back from namespace: %w", err)
	}
	runtime.UnlockOSThread()
	return nil
}

// An ID tells a namespace from all others, past ones included.
type ID struct {
	Boot   string // /proc/sys/kernel/random/boot_id
	Cookie uint64 // SO_NETNS_COOKIE, never given twice in a boot
}

// ID returns what identifies the namespace. It needs Linux 5.14.
func (n *NS) ID() (ID, error) {
	n.idMu.Lock()
	defer n.idMu.Unlock()
	if n.id != (ID{}) {
		return n.id, nil
	}
	var id ID
	err := n.Do(func() (err error) {
		id, err = identify()
		return err
	})
	if err != nil {
		return ID{}, fmt.Errorf("namespace cookie: %w", err)
	}
	n.id = id
	return id, nil
}

// Identify asks for the IDs of many namespaces: the thread goes from one to the next, which
// takes half the time that it takes to come back from each.
func Identify(list []*NS) (err error) {
	runtime.LockOSThread()
	home, err := current()
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	defer func() {
		if lost := comeBack(home); lost != nil {
			err = errors.Join(err, lost)
		}
	}()
	for _, n := range list {
		if e := n.identify(); e != nil {
			err = errors.Join(err, fmt.Errorf("namespace cookie: %w", e))
		}
	}
	return err
}

// identify notes the ID, if it is not known; the calling thread is in the namespace then.
func (n *NS) identify() (err error) {
	n.idMu.Lock()
	defer n.idMu.Unlock()
	if n.id != (ID{}) {
		return nil
	}
	if err := n.set(); err != nil {
		return err
	}
	n.id, err = identify()
	return err
}

// boot is the number that the kernel drew when it started.
var boot = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(b)), err
})

// identify returns the ID of the calling thread's namespace.
func identify() (id ID, err error) {
	if id.Boot, err = boot(); err != nil {
		return ID{}, err
	}
	id.Cookie, err = cookie()
	return id, err
}

// Cookie returns the number that the kernel gave the namespace when it was
// made. It needs Linux 5.14.
func (n *NS) Cookie() (uint64, error) {
	id, err := n.ID()
	return id.Cookie, err
}

// Equal reports whether n and o are the same namespace.
func (n *NS) Equal(o *NS) (bool, error) {
	a, err := n.ID()
	if err != nil {
		return false, err
	}
	b, err := o.ID()
	return err == nil && a == b, err
}

// cookie asks a socket for the cookie of the calling thread's namespace.
func cookie() (uint64, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	return unix.GetsockoptUint64(fd, unix.SOL_SOCKET, unix.SO_NETNS_COOKIE)
}
