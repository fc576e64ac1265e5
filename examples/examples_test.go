// Package examples runs the scripts here on a kernel.
package examples

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/probe"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/stdlib"
	"github.com/netlark/netlark/tests/nstest"
)

// runs names the script that this process is to work on: a process of its own, so
// that all of its threads are in the test's namespace. Its arguments say what to do.
const runs = "NETLARK_TEST_EXAMPLE"

func TestMain(m *testing.M) {
	if file := os.Getenv(runs); file != "" {
		if err := work(file, os.Args[1:]); err != nil {
			script.Render(os.Stderr, err, script.RenderOptions{})
			os.Exit(1)
		}
		os.Exit(0)
	}
	nstest.Main(m)
}

// work runs a script, or does with its topology what the words say.
func work(file string, words []string) error {
	if len(words) > 0 {
		return workOn(context.Background(), file, words[0], words[1:])
	}
	in, s := interpreter(script.ModeRun, nil)
	defer s.Close()
	return in.File(context.Background(), file)
}

func interpreter(mode string, args map[string]string) (*script.Interp, *module.Session) {
	s := module.NewSession(module.NewTarget("", nil))
	return script.New(script.Config{Predeclared: starlarkmod.Predeclared(), Mode: mode, Args: args, Secrets: starlarkmod.Secrets,
		Std: stdlib.Files, Session: s}), s
}

// example runs a script, or does what the words say, and returns what it prints.
func example(t *testing.T, name string, words ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, words...)
	cmd.Env = append(os.Environ(), runs+"="+name)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(words, " "), err, out)
	}
	return string(out)
}

// scripts are the scripts here: what they require of a kernel, and the last line
// that they print. They fail by themselves if what they show is not so.
var scripts = []struct{ file, requires, says string }{
	{"bridge.star", "kind:bridge kind:veth", "is behind server"},
	{"dual-uplink.star", "kind:veth route:table", "guests reaches the internet by isp2: True"},
	{"ecmp.star", "kind:veth route:multipath", "400 flows with one: 400 by to1, 0 by to2"},
	{"esp-tunnel.star", "kind:veth xfrm:esp", "3 packets, 252 bytes"},
	{"ipsec-mesh.star", "kind:bridge kind:veth xfrm:esp", "paris to rome: 2 packets of ESP"},
	{"list-links.star", "", "mtu 65536  127.0.0.1/8 ::1/128"},
	{"mpls.star", "kind:veth route:mpls", "transit: label 100 becomes (200,), by 10.0.2.2"},
	{"policy-routing.star", "kind:veth route:table", "guests reach the office: the rules of priority 100"},
	{"srv6.star", "kind:veth encap:seg6 encap:seg6local", "End.DT6 at fc00:3::d6/128: 3 packets"},
	{"triangle.star", "kind:veth", "all reach all: True"},
	{"two-namespaces.star", "kind:bridge kind:veth", "red pings 10.255.0.2: 3 of 3 answers"},
	{"vlan-bridge.star", "bridge:vlan kind:veth kind:vlan", "sw1: trunk is in VLAN 10 (tagged), VLAN 20 (tagged)"},
	{"vlan-aware-bridge.star", "bridge:vlan kind:veth kind:vlan", "without a tag red is in VLAN 10"},
	{"vxlan-fabric.star", "kind:bridge kind:veth kind:vxlan route:multipath", "host1 and host4 in one Ethernet: True"},
	{"vxlan.star", "kind:veth kind:vxlan", "east: 02:07:00:00:00:02 is behind 192.0.2.2"},
	{"wireguard.star", "kind:wireguard", "a ping without a peer: required key not available"},
}

func TestScripts(t *testing.T) {
	for _, s := range scripts {
		t.Run(strings.TrimSuffix(s.file, ".star"), func(t *testing.T) {
			nstest.Require(t, strings.Fields(s.requires)...)
			nstest.New(t).Sh(t, "ip link set lo up")
			out := strings.TrimSpace(example(t, s.file))
			if !strings.HasSuffix(out, s.says) {
				t.Errorf("it ends with something else than %q:\n%s", s.says, out)
			}
		})
	}
}

// Each script is in the table.
func TestAllScripts(t *testing.T) {
	files, err := filepath.Glob("*.star")
	if err != nil || len(files) != len(scripts) {
		t.Errorf("%d scripts, %d in the table: %v", len(files), len(scripts), err)
	}
	for _, s := range scripts {
		if !slices.Contains(files, s.file) {
			t.Errorf("there is no %s", s.file)
		}
	}
}

// What crosses the wire is ESP, and counted by the states of both ends.
func TestESPTunnel(t *testing.T) {
	nstest.Require(t, "xfrm:esp")
	nstest.New(t)
	t.Log(example(t, "esp-tunnel.star"))
	left, right := open(t, "left"), open(t, "right")
	before := packets(t, right)
	wires := []*sniffer{listen(t, left), listen(t, right)}
	const count = 5
	err := left.Do(func() error {
		r, err := probe.Ping(t.Context(), probe.Config{Dst: netip.MustParseAddr("10.2.0.1"), Count: count})
		if err == nil && r.Received != count {
			err = fmt.Errorf("%d of %d answers", r.Received, count)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wires {
		if n := w.esp(t); n != count {
			t.Errorf("%d packets of ESP leave %s, want %d", n, w.name, count)
		}
	}
	for spi, n := range packets(t, right) {
		if n != before[spi]+count {
			t.Errorf("state %#x counts %d packets, want %d", spi, n, before[spi]+count)
		}
	}
}

func open(t *testing.T, name string) *netns.NS {
	t.Helper()
	ns, err := netns.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ns.Close() })
	return ns
}

// packets are the packets of each state, by SPI.
func packets(t *testing.T, ns *netns.NS) map[uint32]uint64 {
	t.Helper()
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	list, err := xfrm.StateType.Collect(t.Context(), s, nil)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d states, %v", len(list), err)
	}
	out := map[uint32]uint64{}
	for i := range list {
		out[list[i].SPI.Or(0)] = list[i].Use.Packets.Or(0)
	}
	return out
}

// A sniffer receives what crosses the devices of a namespace (packet(7)).
type sniffer struct {
	name string
	fd   int
}

func listen(t *testing.T, ns *netns.NS) *sniffer {
	t.Helper()
	s := &sniffer{ns.Name(), -1}
	err := ns.Do(func() (err error) {
		s.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, int(network(unix.ETH_P_ALL)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(s.fd) })
	return s
}

// esp counts the packets of ESP that left so far. Others are errors; what comes
// in is seen a second time when it is decrypted, and so does not count.
func (s *sniffer) esp(t *testing.T) (n int) {
	t.Helper()
	time.Sleep(100 * time.Millisecond)
	b := make([]byte, 2048)
	for {
		size, from, err := unix.Recvfrom(s.fd, b, 0)
		if errors.Is(err, unix.EAGAIN) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		link, ok := from.(*unix.SockaddrLinklayer)
		switch {
		case !ok || link.Hatype == unix.ARPHRD_LOOPBACK || link.Pkttype != unix.PACKET_OUTGOING || link.Protocol != network(unix.ETH_P_IP):
		case size >= 20 && b[9] == unix.IPPROTO_ESP:
			n++
		default:
			t.Errorf("plain packet leaves %s: %x", s.name, b[:size])
		}
	}
}

// network is n in network order.
func network(n uint16) uint16 { return binary.NativeEndian.Uint16([]byte{byte(n >> 8), byte(n)}) }
