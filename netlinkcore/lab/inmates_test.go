package lab_test

import (
	"os/exec"
	"syscall"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
)

// TestPrograms: what runs in the lab's namespaces ends with them, and nothing
// else does.
func TestPrograms(t *testing.T) {
	ns := machine(t)
	apply(t, pair(t))
	start := func(words ...string) *exec.Cmd {
		t.Helper()
		c := exec.Command(words[0], words[1:]...)
		out, err := c.StdoutPipe()
		if err == nil {
			err = c.Start()
		}
		if err == nil {
			_, err = out.Read(make([]byte, 1)) // it is there
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Process.Kill() })
		return c
	}
	const asked = "echo; exec sleep 1000"
	polite := start("ip", "netns", "exec", "pair.a", "sh", "-c", asked)
	deaf := start("ip", "netns", "exec", "pair.b", "sh", "-c", "trap '' TERM; echo; while :; do sleep 0.1; done")
	other := start("sh", "-c", asked)
	ns.Sh(t, "ip netns add theirs")
	theirs := start("ip", "netns", "exec", "theirs", "sh", "-c", asked)

	if n := apply(t, pair(t)); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	d, err := lab.Destroy(t.Context(), "pair", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	if d.Ended < 2 { // there may be a sleep of the one that does not listen
		t.Errorf("%d programs were ended", d.Ended)
	}
	for _, c := range []*exec.Cmd{polite, deaf} {
		_ = c.Wait()
	}
	if s := status(polite); s.Signal() != syscall.SIGTERM {
		t.Errorf("the first ended with %v", s)
	}
	if s := status(deaf); s.Signal() != syscall.SIGKILL {
		t.Errorf("the one that does not listen ended with %v", s)
	}
	for _, c := range []*exec.Cmd{other, theirs} {
		if err := c.Process.Signal(syscall.Signal(0)); err != nil {
			t.Errorf("%v: %v", c.Args, err)
		}
	}
	ns.Sh(t, "ip netns del theirs")
}

func status(c *exec.Cmd) syscall.WaitStatus { return c.ProcessState.Sys().(syscall.WaitStatus) }

// TestProgramsOfDropped: what runs in a node that leaves the script ends.
func TestProgramsOfDropped(t *testing.T) {
	machine(t)
	nodes := func(names ...string) *lab.Lab {
		l, err := lab.New("few", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			node(t, l, name)
		}
		return l
	}
	apply(t, nodes("a", "b"))
	c := exec.Command("ip", "netns", "exec", "few.b", "sleep", "1000")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	apply(t, nodes("a"))
	if _ = c.Wait(); !status(c).Signaled() {
		t.Errorf("it ended with %v", status(c))
	}
}
