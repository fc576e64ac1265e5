package labtest_test

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
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/tests/nstest"
)

// awaitVar names the lab for whose confirmation a process waits.
const awaitVar = "NETLARK_LAB_AWAIT"

// mortal are the labs that processes of their own apply.
var mortal = map[string]func(labtest.Failer) *lab.Lab{"otherMarks": otherMarks, "adopting": adopting, "givingBack": givingBack}

func TestMain(m *testing.M) {
	if name := os.Getenv(awaitVar); name != "" {
		await(name)
		return
	}
	labtest.Main(m, mortal)
}

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
	return strings.ReplaceAll(labtest.Look(t, ns), lab.LogPath(name), "")
}

func TestConfirm(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, marked(t, "1", "one"))
	before := labtest.Look(t, ns)
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
	if after := labtest.Look(t, ns); strings.Contains(after, "marked.a") || strings.Contains(after, "journal.json") {
		t.Error(labtest.Differ(after, before))
	}
	if err := lab.Confirm("marked"); !errors.Is(err, lab.ErrNotPending) {
		t.Errorf("confirmed twice: %v", err)
	}
}

func TestNotConfirmed(t *testing.T) {
	ns := labtest.Machine(t)
	before := withoutLog(t, ns, "marked")
	c := pending(t, marked(t, "", "one"), 10*time.Millisecond)
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	if after := withoutLog(t, ns, "marked"); strings.TrimSpace(after) != strings.TrimSpace(before) {
		t.Error(labtest.Differ(after, before))
	}
	said, err := os.ReadFile(lab.LogPath("marked"))
	if err != nil || !strings.Contains(string(said), "was not confirmed: undoing it\n") || !strings.Contains(string(said), "undone: 1 new namespace is gone") {
		t.Errorf("%s, %v", said, err)
	}
	labtest.Apply(t, marked(t, "", "one"))
	if _, err := os.Stat(lab.LogPath("marked")); err == nil {
		t.Error("the log is there after the next apply")
	}
}

// TestConfirmDies: what waited and was killed is undone by Recover.
func TestConfirmDies(t *testing.T) {
	ns := labtest.Machine(t)
	before := withoutLog(t, ns, "marked")
	c := pending(t, marked(t, "", "one"), time.Hour)
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was killed
	if err := lab.Confirm("marked"); !errors.Is(err, lab.ErrNotPending) || !strings.Contains(err.Error(), "netlark recover marked") {
		t.Error(err)
	}
	if said, err := lab.Recover(t.Context(), "marked", all.Families()); err != nil || strings.Contains(said, "but for") {
		t.Errorf("%s, %v", said, err)
	}
	if after := withoutLog(t, ns, "marked"); strings.TrimSpace(after) != strings.TrimSpace(before) {
		t.Error(labtest.Differ(after, before))
	}
}

// TestConfirmNobodyWaits: where no process can wait, nothing is done.
func TestConfirmNobodyWaits(t *testing.T) {
	ns := labtest.Machine(t)
	before := withoutLog(t, ns, "marked")
	a := lab.Apply{Confirm: time.Hour, Detach: func(*lab.Pending) (int, error) { return 0, syscall.EAGAIN }}
	if _, err := a.Apply(t.Context(), marked(t, "", "one")); !errors.Is(err, syscall.EAGAIN) {
		t.Error(err)
	}
	if after := withoutLog(t, ns, "marked"); strings.TrimSpace(after) != strings.TrimSpace(before) {
		t.Error(labtest.Differ(after, before))
	}
	if err := lab.Confirm("marked"); !errors.Is(err, lab.ErrNotPending) {
		t.Error(err)
	}
}

// TestAwaitFree: who waits for another process comes next.
func TestAwaitFree(t *testing.T) {
	labtest.Machine(t)
	waiting, end := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer end()
	a := lab.Apply{Show: func(*lab.Change) error {
		if err := lab.AwaitFree(waiting, "marked"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while it is applied: %v", err)
		}
		return nil
	}}
	if _, err := a.Apply(t.Context(), marked(t, "", "one")); err != nil {
		t.Fatal(err)
	}
	if err := lab.AwaitFree(t.Context(), "marked"); err != nil {
		t.Error(err)
	}
}
