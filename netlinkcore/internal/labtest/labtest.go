// Package labtest helps to test labs: with machines to apply them to, and by failing
// and dying at each step. It also has tests of its own: those of what labs do besides
// making what is declared, which would take too long beside those of netlinkcore/lab.
package labtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/tests/nstest"
)

// A Failer is a test, or what stands for one in a process of its own.
type Failer interface {
	Helper()
	Fatal(args ...any)
}

type panics struct{}

func (panics) Helper() {}

func (panics) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// Node declares a node.
func Node(t Failer, l *lab.Lab, name string) *lab.Node {
	t.Helper()
	n, err := l.Node(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Declare declares an object.
func Declare(t Failer, n *lab.Node, verb object.Verb, r object.Ref) {
	t.Helper()
	if err := n.Declare(verb, r, nil); err != nil {
		t.Fatal(err)
	}
}

// Machine is a namespace that stands for a machine, with something of its own.
func Machine(t *testing.T) *nstest.NS {
	t.Helper()
	ns := nstest.New(t)
	ns.Sh(t, `ip link set lo up
ip link add theirs type veth peer name other
ip link set theirs mtu 1450 up
ip link set other up
ip addr add 192.0.2.1/24 dev theirs
ip route add 198.51.100.0/24 via 192.0.2.7`)
	ns.Enter(t)
	return ns
}

// Look says what a machine is, as other programs see it: without what only the
// kernel counts.
func Look(t *testing.T, ns *nstest.NS) string {
	t.Helper()
	return ns.Sh(t, `ip netns list | cut -d' ' -f1 | sort
for n in "" $(ip netns list | cut -d" " -f1 | sort); do
echo "== $n"
ip ${n:+-n $n} -o link | sed 's/^[0-9]*: //; s/ state [A-Z]*//; s/<[A-Z,_-]*>//; s/@if[0-9]*//; s/link-netns.*//' | sort
ip ${n:+-n $n} -o addr | grep -v fe80 | sed 's/^[0-9]*: //' | sort
ip ${n:+-n $n} route show table all | grep -v fe80 | grep -v ff00 | sort
ip ${n:+-n $n} -6 route show table all | grep -v fe80 | grep -v ff00 | sort
ip ${n:+-n $n} rule
ip ${n:+-n $n} neigh show nud permanent
ip ${n:+-n $n} nexthop
${n:+nsenter --net=/run/netns/$n} cat /proc/sys/net/ipv4/ip_forward
done
find /run/netlark -type f -o -type d 2>/dev/null | grep -v '^/run/netlark$' | sort`)
}

// Differ says in which lines two looks differ; "" if they do not.
func Differ(got, want string) string {
	var out []string
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, "+ "+line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out = append(out, "- "+line)
		}
	}
	if out == nil && got != want {
		return "another order:\n" + got + "\n" + want
	}
	return strings.Join(out, "\n")
}

// Apply applies a lab, and returns how many steps it took.
func Apply(t *testing.T, l *lab.Lab) int {
	t.Helper()
	steps, err := (&lab.Apply{}).Apply(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}
