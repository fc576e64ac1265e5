package lab_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/tests/nstest"
)

// awaitVar names the lab for whose confirmation a process waits.
const awaitVar = "NETLARK_LAB_AWAIT"

// await is that process.
func await(name string) {
	p := &lab.Pending{Lab: name, Lock: os.NewFile(3, "lock"), Socket: os.NewFile(4, "socket"), Log: os.Stderr}
	if err := lab.Await(context.Background(), p, all.Families()); err != nil {
		panic(err)
	}
}

// pending applies a lab that is to be confirmed, and returns the process that waits.
func pending(t *testing.T, l *lab.Lab, limit time.Duration) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), awaitVar+"="+l.Name)
	a := lab.Apply{Confirm: limit, Detach: func(p *lab.Pending) (int, error) {
		c.ExtraFiles, c.Stderr = []*os.File{p.Lock, p.Socket}, p.Log
		err := c.Start()
		return c.Process.Pid, err
	}}
	if _, err := a.Apply(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c
}

// withoutLog is look but for what a process that waited said.
func withoutLog(t *testing.T, ns *nstest.NS, name string) string {
	t.Helper()
	return strings.ReplaceAll(look(t, ns), lab.LogPath(name), "")
}

func TestConfirm(t *testing.T) {
	ns := machine(t)
	apply(t, marked(t, "1", "one"))
	before := look(t, ns)
	l, err := lab.New("marked", all.Families()) // without its node
	if err != nil {
		t.Fatal(err)
	}
	c := pending(t, l, time.Hour)
	ns.Sh(t, "ip -n marked.a link show br0") // it goes when it is confirmed
	_, err = (&lab.Apply{}).Apply(t.Context(), l)
	if busy, ok := errors.AsType[*lab.BusyError](err); !ok || time.Until(busy.Until) < 50*time.Minute || !strings.Contains(err.Error(), "netlark confirm marked keeps it") {
		t.Errorf("%v while it waits", err)
	}
	if err := lab.Confirm("marked"); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	if after := look(t, ns); strings.Contains(after, "marked.a") || strings.Contains(after, "journal.json") {
		t.Error(differ(after, before))
	}
	if err := lab.Confirm("marked"); !errors.Is(err, lab.ErrNotPending) {
		t.Errorf("confirmed twice: %v", err)
	}
}

func TestNotConfirmed(t *testing.T) {
	ns := machine(t)
	before := withoutLog(t, ns, "pair")
	c := pending(t, pair(t), 10*time.Millisecond)
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	if after := withoutLog(t, ns, "pair"); strings.TrimSpace(after) != strings.TrimSpace(before) {
		t.Error(differ(after, before))
	}
	said, err := os.ReadFile(lab.LogPath("pair"))
	if err != nil || !strings.Contains(string(said), "was not confirmed: undoing it\n") || !strings.Contains(string(said), "undone: 2 new namespaces are gone") {
		t.Errorf("%s, %v", said, err)
	}
	apply(t, pair(t))
	if _, err := os.Stat(lab.LogPath("pair")); err == nil {
		t.Error("the log is there after the next apply")
	}
}

// TestConfirmDies: what waited and was killed is undone by Recover.
func TestConfirmDies(t *testing.T) {
	ns := machine(t)
	before := withoutLog(t, ns, "pair")
	c := pending(t, pair(t), time.Hour)
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was killed
	if err := lab.Confirm("pair"); !errors.Is(err, lab.ErrNotPending) || !strings.Contains(err.Error(), "netlark recover pair") {
		t.Error(err)
	}
	if said, err := lab.Recover(t.Context(), "pair", all.Families()); err != nil || strings.Contains(said, "but for") {
		t.Errorf("%s, %v", said, err)
	}
	if after := withoutLog(t, ns, "pair"); strings.TrimSpace(after) != strings.TrimSpace(before) {
		t.Error(differ(after, before))
	}
}

// TestConfirmNobodyWaits: where no process can wait, nothing is done.
func TestConfirmNobodyWaits(t *testing.T) {
	ns := machine(t)
	before := withoutLog(t, ns, "pair")
	a := lab.Apply{Confirm: time.Hour, Detach: func(*lab.Pending) (int, error) { return 0, syscall.EAGAIN }}
	if _, err := a.Apply(t.Context(), pair(t)); !errors.Is(err, syscall.EAGAIN) {
		t.Error(err)
	}
	if after := withoutLog(t, ns, "pair"); strings.TrimSpace(after) != strings.TrimSpace(before) {
		t.Error(differ(after, before))
	}
	if err := lab.Confirm("pair"); !errors.Is(err, lab.ErrNotPending) {
		t.Error(err)
	}
}

// TestAwaitFree: who waits for another process comes next.
func TestAwaitFree(t *testing.T) {
	machine(t)
	waiting, end := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer end()
	a := lab.Apply{Show: func(*lab.Change) error {
		if err := lab.AwaitFree(waiting, "pair"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while it is applied: %v", err)
		}
		return nil
	}}
	if _, err := a.Apply(t.Context(), pair(t)); err != nil {
		t.Fatal(err)
	}
	if err := lab.AwaitFree(t.Context(), "pair"); err != nil {
		t.Error(err)
	}
}
