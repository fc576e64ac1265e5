package netns_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/netns"
)

// anonymous returns a namespace that lives as long as the test.
func anonymous(t *testing.T) *netns.NS {
	t.Helper()
	n, err := netns.CreateAnonymous()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func mustID(t *testing.T, n *netns.NS) netns.ID {
	t.Helper()
	id, err := n.ID()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// here is the identity of the calling thread's namespace.
func here(t *testing.T) netns.ID {
	t.Helper()
	n, err := netns.Current()
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	return mustID(t, n)
}

func TestIdentity(t *testing.T) {
	home := here(t)
	seen := map[netns.ID]bool{home: true}
	for range 20 {
		n, err := netns.CreateAnonymous()
		if err != nil {
			t.Fatal(err)
		}
		id := mustID(t, n)
		if seen[id] {
			t.Fatalf("identity %v came twice", id)
		}
		seen[id] = true
		if c, err := n.Cookie(); err != nil || c != id.Cookie || c == 0 || len(id.Boot) != 36 {
			t.Errorf("cookie %d, %v; identity %v", c, err, id)
		}
		n.Close()
	}
	if now := here(t); now != home {
		t.Errorf("making namespaces moved the thread from %v to %v", home, now)
	}
}

func TestEqual(t *testing.T) {
	a, b := anonymous(t), anonymous(t)
	var again *netns.NS
	err := a.Do(func() (err error) {
		again, err = netns.Current()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if same, err := a.Equal(again); !same || err != nil {
		t.Errorf("the same namespace opened twice: Equal = %t, %v", same, err)
	}
	if same, err := a.Equal(b); same || err != nil {
		t.Errorf("two namespaces: Equal = %t, %v", same, err)
	}
}

func TestDo(t *testing.T) {
	n, inner := anonymous(t), anonymous(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home := here(t)
	sentinel := errors.New("own")
	err := n.Do(func() error {
		if here(t) != mustID(t, n) {
			t.Error("fn is elsewhere")
		}
		if err := inner.Do(func() error {
			if here(t) != mustID(t, inner) {
				t.Error("nested fn is elsewhere")
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if here(t) != mustID(t, n) {
			t.Error("the nested call did not come back")
		}
		return sentinel
	})
	if err != sentinel {
		t.Errorf("Do changed fn's error to %#v", err)
	}
	if here(t) != home {
		t.Error("Do did not come back")
	}
}

func TestDoPanic(t *testing.T) {
	n := anonymous(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home := here(t)
	func() {
		defer func() { _ = recover() }()
		_ = n.Do(func() error { panic("boom") })
	}()
	if here(t) != home {
		t.Error("a panic left the thread in the namespace")
	}
}

func TestDoAtOnce(t *testing.T) {
	spaces := []*netns.NS{anonymous(t), anonymous(t), anonymous(t)}
	var wg sync.WaitGroup
	for i := range 30 {
		n := spaces[i%len(spaces)]
		wg.Go(func() {
			for range 50 {
				if err := n.Do(func() error {
					if here(t) != mustID(t, n) {
						t.Error("in another's namespace")
					}
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestClosed(t *testing.T) {
	n := anonymous(t)
	id := mustID(t, n)
	if n.FD() < 0 {
		t.Error("open, but FD is negative")
	}
	for range 2 {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := n.Do(func() error { return nil }); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Do after Close: %v", err)
	}
	if n.FD() != -1 {
		t.Errorf("FD after Close is %d", n.FD())
	}
	if mustID(t, n) != id {
		t.Error("identity changed")
	}
}

func TestOpenPID(t *testing.T) {
	n, err := netns.OpenPID(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if mustID(t, n) != here(t) {
		t.Error("own process is in another namespace")
	}
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Skip(err)
	}
	if _, err := netns.OpenPID(cmd.Process.Pid); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("process that ended: %v", err)
	}
}

func TestOpenPathNotNamespace(t *testing.T) {
	for _, path := range []string{"/dev/null", "/proc/self/ns/mnt", os.Args[0]} {
		_, err := netns.OpenPath(path)
		if err == nil || !strings.Contains(err.Error(), "not a network namespace") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := netns.OpenPath("/nowhere"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// Without privileges nothing is made, and the thread is as before.
func TestUnprivileged(t *testing.T) {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread is spoilt
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, 65534, 65534, 65534); errno != 0 {
			done <- nil // one user is mapped: nobody else to become
			return
		}
		_, err := netns.CreateAnonymous()
		done <- err
	}()
	err := <-done
	if err == nil {
		t.Skip("cannot drop privileges here")
	}
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v, want permission denied", err)
	}
}
