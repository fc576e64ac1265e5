package lab_test

import (
	"os/exec"
	"syscall"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/tests/nstest"
)

// nodes is a lab of nodes and nothing else.
func nodes(t *testing.T, names ...string) *lab.Lab {
	t.Helper()
	l, err := lab.New("few", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		labtest.Node(t, l, name)
	}
	return l
}

// begin begins a program that prints something when it is there.
func begin(t *testing.T, words ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(words[0], words[1:]...)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err == nil {
		_, err = out.Read(make([]byte, 1))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c
}

// ended is how a program ended.
func ended(c *exec.Cmd) syscall.WaitStatus {
	_ = c.Wait()
	return c.ProcessState.Sys().(syscall.WaitStatus)
}

// TestPrograms: what runs in the lab's namespaces ends with them, and nothing
// else does.
func TestPrograms(t *testing.T) {
	ns := nstest.New(t)
	labtest.Apply(t, nodes(t, "a", "b", "c"))
	const asked = "echo; exec sleep 1000"
	polite := begin(t, "ip", "netns", "exec", "few.a", "sh", "-c", asked)
	deaf := begin(t, "ip", "netns", "exec", "few.b", "sh", "-c", "trap '' TERM; "+asked)
	dropped := begin(t, "ip", "netns", "exec", "few.c", "sh", "-c", asked)
	ns.Sh(t, "ip netns add theirs")
	others := []*exec.Cmd{begin(t, "sh", "-c", asked), begin(t, "ip", "netns", "exec", "theirs", "sh", "-c", asked)}

	labtest.Apply(t, nodes(t, "a", "b"))
	if s := ended(dropped); s.Signal() != syscall.SIGTERM {
		t.Errorf("the one in a node that is declared no longer ended with %v", s)
	}
	d, err := lab.Destroy(t.Context(), "few", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	if d.Ended != 2 {
		t.Errorf("%d programs were ended", d.Ended)
	}
	if s := ended(polite); s.Signal() != syscall.SIGTERM {
		t.Errorf("the first ended with %v", s)
	}
	if s := ended(deaf); s.Signal() != syscall.SIGKILL {
		t.Errorf("the one that does not listen ended with %v", s)
	}
	for _, c := range others {
		if err := c.Process.Signal(syscall.Signal(0)); err != nil {
			t.Errorf("%v: %v", c.Args, err)
		}
	}
}
