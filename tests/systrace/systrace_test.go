package systrace_test

import (
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/tests/nstest"
	"github.com/netlark/netlark/tests/systrace"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// shell runs a script, and returns what it changes of the network.
func shell(t *testing.T, script string, see func(systrace.Change) bool) (changes []systrace.Change, state syscall.WaitStatus) {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	out, state, err := systrace.Run(systrace.Program{Path: sh, Args: []string{"-c", script}}, func(c *systrace.Call) bool {
		for _, ch := range c.Changes() {
			if ch.Kernel() {
				changes = append(changes, ch)
				if !see(ch) {
					return false
				}
			}
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(out)
	return changes, state
}

func all(systrace.Change) bool { return true }

// TestChanges: what ip and a shell change is seen, and what they read is not
// counted.
func TestChanges(t *testing.T) {
	nstest.New(t)
	for script, want := range map[string][]uint16{
		"ip route show table all; ip rule; ip neigh; ip nexthop; bridge fdb":                               nil,
		"ip xfrm policy; ip xfrm state":                                                                    nil,
		"ip link add br0 type bridge":                                                                      {unix.RTM_NEWLINK},
		"ip link add br1 type bridge; ip link set lo up; ip link del br1; ip route add 10.9.0.0/16 dev lo": {unix.RTM_NEWLINK, unix.RTM_DELLINK, unix.RTM_NEWROUTE},
		"ip xfrm policy add dir out":                                                                       {0x13},
		"cat /proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv4/ip_forward":                         {0},
	} {
		changes, state := shell(t, script, all)
		var got []uint16
		for _, c := range changes {
			got = append(got, c.Message)
		}
		got = slices.Compact(got) // ip tries an empty RTM_NEWLINK first
		if state.ExitStatus() != 0 || !slices.Equal(got, want) {
			t.Errorf("%s: it ends with %d, changes %v", script, state.ExitStatus(), changes)
		}
	}
}

// TestKilled: a program that is killed before a call does not make it.
func TestKilled(t *testing.T) {
	ns := nstest.New(t)
	_, state := shell(t, "exec ip link add br0 type bridge", func(systrace.Change) bool { return false })
	if state.Signal() != syscall.SIGKILL {
		t.Errorf("it ended with %v", state)
	}
	if out := ns.Sh(t, "ip -o link"); strings.Contains(out, "br0") {
		t.Errorf("it was made: %s", out)
	}
}
