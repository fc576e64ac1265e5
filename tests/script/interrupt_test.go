package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/tests/systrace"
)

// interrupted is a lab that changes a bit of everything: it makes, changes and
// removes, in its own namespaces and on the host, and runs programs.
const interrupted = `lab = topology("int")
then = arg("then", False)
a, b, host = lab.node("a"), lab.node("c" if then else "b"), lab.host()
lab.cable(a, b, subnet = "10.0.0.0/30", mtu = 1400 if then else 1500)
host.link.set("theirs", mtu = 1400 if then else 1300)
host.link.add("new" if then else "old", "bridge", up = True)
host.sysctl.set("net.ipv4.ip_forward", 1)
a.route.add("10.9.0.0/16", via = "10.0.0.2")
a.once(["touch", "/run/was-a"], undo = ["rm", "-f", "/run/was-a"])
host.once(["sh", "-c", "sleep 0.01; touch /run/was-host"], undo = ["rm", "-f", "/run/was-host"], key = str(then))
`

// look says what the machine is, but for what is drawn, and carrier, which comes a moment later.
const look = `ip -o link | sed 's/^[0-9]*: //; s/ state [A-Z]*//; s/<[^>]*>//; s/@[^:]*//; s/link.ether.*//'; ip route
for n in $(ls /run/netns); do echo $n; ip -n $n -o link | sed 's/^[0-9]*: //; s/ state [A-Z]*//; s/<[^>]*>//; s/@[^:]*//'; ip -n $n route | sed 's/ linkdown//'; done
cat /proc/sys/net/ipv4/ip_forward; ls /run; find /run/netlark -type f | sort
grep -ls NETLARK_APPLY=int. /proc/[0-9]*/environ | wc -l`

// A crate is a network, mounts and processes of a test's own.
type crate struct{ dir string }

// newCrate puts the test's thread into it for good.
func newCrate(t *testing.T) *crate {
	t.Helper()
	for _, tool := range []string{"ip", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("only root can")
	}
	c := &crate{t.TempDir()}
	runtime.LockOSThread() // never unlocked: the thread ends with its namespaces
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS); err != nil {
		t.Skip(err)
	}
	for _, err := range []error{
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("run", "/run", "tmpfs", 0, "mode=755"),
		os.WriteFile(filepath.Join(c.dir, "lab.star"), []byte(interrupted), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c.sh(t, "ip link add theirs type veth peer name other; ip link set theirs up mtu 1450; ip link set other up; ip addr add 192.0.2.1/24 dev theirs; ip route add 198.51.100.0/24 via 192.0.2.7")
	return c
}

func (c *crate) sh(t *testing.T, script string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", "export PATH="+filepath.Dir(bin)+":$PATH; "+script)
	cmd.Dir = c.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return string(out)
}

// apply runs netlark apply, which gets an interrupt before each of the changes that it
// makes whose numbers are given. It returns how many changes it made.
func (c *crate) apply(t *testing.T, then string, at ...int) (out string, state syscall.WaitStatus, seen int) {
	t.Helper()
	out, state, err := systrace.Run(systrace.Program{Path: bin, Args: []string{"apply", filepath.Join(c.dir, "lab.star"), "--arg", "then=" + then}}, func(call *systrace.Call) bool {
		for range call.Changes() {
			for _, n := range at {
				if n == seen {
					_ = call.Interrupt()
				}
			}
			seen++
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, state, seen
}

// expect fails unless the machine is as it was.
func (c *crate) expect(t *testing.T, before, when string, args ...any) {
	t.Helper()
	if after := c.sh(t, look); after != before {
		t.Fatalf(when+": it is\n%s\nwas\n%s", append(args, after, before)...)
	}
}

// expectDone fails unless all was done: another apply takes away what had to go, and that
// is all it does.
func (c *crate) expectDone(t *testing.T) {
	t.Helper()
	if out, state, seen := c.apply(t, "True"); state.ExitStatus() != 0 || strings.Contains(out, "ended in the middle") || seen > 20 {
		t.Fatalf("it was not done: %v, %d changes: %s", state, seen, out)
	}
	if there := c.sh(t, "ls /run/netns"); there != "int.a\nint.c\n" {
		t.Fatalf("these namespaces are there: %s", there)
	}
}

// TestInterrupted: Ctrl-C at any moment ends an apply, and all is as it was before; or
// it comes too late, and all is done.
func TestInterrupted(t *testing.T) {
	c := newCrate(t)
	c.apply(t, "False")
	before := c.sh(t, look)
	undone, n := 0, 0
	for ; ; n += 2 {
		out, state, seen := c.apply(t, "True", n)
		if state.ExitStatus() == 0 {
			if seen > n+20 { // what is left to do then is to take namespaces away
				t.Errorf("interrupted before change %d of %d, it went on", n, seen)
			}
			break
		}
		if state.ExitStatus() != exitInterrupted || !strings.Contains(out, "Error: interrupted\n") || strings.Contains(out, "but for") {
			t.Fatalf("interrupted before change %d it ends with %v: %s", n, state, out)
		}
		if strings.Contains(out, "undone: ") {
			undone++
			if !strings.Contains(out, "lab int: interrupted, undoing what was done") {
				t.Errorf("it does not say what it does: %s", out)
			}
		}
		c.expect(t, before, "interrupted before change %d", n)
	}
	if undone < 15 {
		t.Errorf("only %d applies were undone", undone)
	}
	t.Logf("interrupted before every 2nd of %d changes, %d times there was something to undo", n, undone)
}

const exitInterrupted = 130

// TestInterruptedTwice: a second Ctrl-C ends the undo, too, and says who goes on with it.
func TestInterruptedTwice(t *testing.T) {
	c := newCrate(t)
	c.apply(t, "False")
	before := c.sh(t, look)
	left := 0
	for first := 9; ; first += 9 {
		over := false
		for second := first + 1; ; second += 5 {
			out, state, seen := c.apply(t, "True", first, second)
			over = state.ExitStatus() == 0
			if over || seen < second { // the second one came too late
				break
			}
			if state.ExitStatus() != exitInterrupted {
				t.Fatalf("interrupted before changes %d and %d it ends with %v: %s", first, second, state, out)
			}
			if strings.Contains(out, "lab int: all is done but for ") {
				c.expectDone(t)
				over = true
				break
			}
			if strings.Contains(out, "lab int: left as it is now; netlark recover int ") {
				left++
				if said := c.sh(t, "netlark recover int"); strings.Contains(said, "but for") {
					t.Fatal(said)
				}
			}
			c.expect(t, before, "interrupted before changes %d and %d", first, second)
		}
		if over {
			break
		}
	}
	if left < 5 {
		t.Errorf("only %d times something was left", left)
	}
	t.Logf("%d times something was left, and recovered", left)
}

// TestInterruptedAtTheEnd: a second Ctrl-C while the namespaces go that the lab has no longer
// undoes nothing, and netlark says so.
func TestInterruptedAtTheEnd(t *testing.T) {
	c := newCrate(t)
	c.apply(t, "False")
	_, _, all := c.apply(t, "True")
	for n := all - 2; n > all-10; n-- {
		c.apply(t, "False")
		out, state, _ := c.apply(t, "True", n, n+1)
		switch {
		case strings.Contains(out, "all is done but for "):
			if state.ExitStatus() != exitInterrupted {
				t.Errorf("interrupted before change %d of %d it ends with %v: %s", n, all, state, out)
			}
			c.expectDone(t)
			return
		case state.ExitStatus() != 0 && !strings.Contains(out, "Error: interrupted\n") && !strings.Contains(out, "left as it is now"):
			t.Fatalf("interrupted before change %d of %d it ends with %v: %s", n, all, state, out)
		}
	}
	t.Error("it was never interrupted when all was done")
}
