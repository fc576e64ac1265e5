// Package nstest gives each test a network namespace of its own, looks at it
// with the tools of iproute2, and knows what the running kernel can do.
//
//	func TestMain(m *testing.M) { nstest.Main(m) }
//
//	func TestBond(t *testing.T) {
//		nstest.Require(t, "kind:bond")
//		ns := nstest.New(t)
//		ns.Sh(t, "ip link add bond0 type bond")
//		links := ns.IP(t, "link", "show", "dev", "bond0")
//		…
//	}
//
// On a machine's own kernel, which may lack much, a test that cannot run is
// skipped. In the VM (see tests/vm) it fails, unless the kernel's own
// configuration or version excuses it: what nobody looks at does not go green.
//
// The package uses nothing of netlinkcore, so that it can test all of it.
package nstest

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// The main goroutine keeps the main thread: a thread that a test has moved
// into a namespace ends with the test, but the main thread cannot end, and
// /proc/self would show the whole process in that namespace from then on.
func init() { runtime.LockOSThread() }

// An NS is a network namespace, with mounts of its own in which /run is
// empty, so that the names of `ip netns` are the test's own too.
type NS struct {
	net, mnt *os.File
}

// New makes a namespace and puts the calling goroutine into it, for the rest
// of the test. Only lo exists, and it is down. (Outside the VM, a machine that
// has loaded tunnel modules adds their fall-back devices, such as gre0.)
//
// A subtest runs on a goroutine of its own, and so outside: it calls New, for
// another namespace, or Enter. The same goes for any goroutine that the test
// starts; for a single call there is Do.
func New(t testing.TB) *NS {
	t.Helper()
	runtime.LockOSThread() // never unlocked, so the thread ends with the test
	n, err := unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS)
	if err != nil {
		runtime.UnlockOSThread()
		Skip(t, "no namespace to test in: "+err.Error())
	}
	t.Cleanup(n.close)
	return n
}

// Another makes a second network namespace that shares the mounts of n, for
// what takes two. The calling goroutine stays where it is.
func (n *NS) Another(t testing.TB) *NS {
	t.Helper()
	var other *NS
	err := n.elsewhere(func() (err error) {
		other, err = unshare(unix.CLONE_NEWNET)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.close)
	return other
}

// FD returns a descriptor of the network namespace, as IFLA_NET_NS_FD takes it.
func (n *NS) FD() int { return int(n.net.Fd()) }

// Path returns a file that stands for the network namespace in this process
// and those that it starts.
func (n *NS) Path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.FD()) }

// Enter puts the calling goroutine, that of a subtest say, into the namespace
// for good.
func (n *NS) Enter(t testing.TB) {
	t.Helper()
	runtime.LockOSThread() // never unlocked, as in New
	if err := n.enter(); err != nil {
		t.Fatal(err)
	}
}

// Do calls fn in the network namespace, on the calling goroutine, and returns
// what fn returns. It can be used from any goroutine. The mounts stay the
// goroutine's own, since a thread does not come back from changing them.
func (n *NS) Do(fn func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	back, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer back.Close()
	if err := setns(n.net, unix.CLONE_NEWNET); err != nil {
		return err
	}
	defer func() {
		if err := setns(back, unix.CLONE_NEWNET); err != nil {
			panic(err) // the thread is lost, and with it where later code runs
		}
	}()
	return fn()
}

// elsewhere calls fn in the namespace, mounts included, on a thread that ends
// with it.
func (n *NS) elsewhere(fn func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := n.enter()
		if err == nil {
			err = fn()
		}
		done <- err
	}()
	return <-done
}

// unshare moves the calling thread into new namespaces.
func unshare(flags int) (*NS, error) {
	if err := unix.Unshare(flags); err != nil {
		return nil, fmt.Errorf("unshare: %w", err)
	}
	if flags&unix.CLONE_NEWNS != 0 {
		if err := ownRun(); err != nil {
			return nil, err
		}
	}
	net, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, err
	}
	mnt, err := os.Open("/proc/thread-self/ns/mnt")
	if err != nil {
		net.Close()
		return nil, err
	}
	return &NS{net, mnt}, nil
}

// ownRun makes /run the calling thread's own.
func ownRun() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	return nil
}

// enter moves the calling thread into the namespaces. It cannot come back.
func (n *NS) enter() error {
	// Entering mounts moves the working directory to the root, and is only
	// allowed to a thread that shares its directories with no other.
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := setns(n.mnt, unix.CLONE_NEWNS); err != nil {
		return err
	}
	if err := setns(n.net, unix.CLONE_NEWNET); err != nil {
		return err
	}
	return unix.Chdir(dir)
}

func setns(f *os.File, kind int) error {
	if err := unix.Setns(int(f.Fd()), kind); err != nil {
		return fmt.Errorf("setns %s: %w", f.Name(), err)
	}
	return nil
}

func (n *NS) close() {
	n.net.Close()
	n.mnt.Close()
}
