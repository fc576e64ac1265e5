package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A network is three namespaces in a row, a router in the middle:
//
//	a  eth0 ── west  r  east ── eth0  b
//
// with 10.8.1.0/24 and fd08:1::/64 in the west, 10.8.2.0/24 and fd08:2::/64 in
// the east, .1 or ::1 at the ends and .254 or ::fe in the middle.
type network struct{ a, r, b string }

func newNetwork(t *testing.T) network {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root for namespaces")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("needs the command ip")
	}
	prefix := fmt.Sprintf("probe%d-%s-", os.Getpid(), strings.ToLower(t.Name()[len("Test"):]))
	n := network{prefix + "a", prefix + "r", prefix + "b"}
	for _, ns := range []string{n.a, n.r, n.b} {
		ip(t, "netns add "+ns)
		t.Cleanup(func() { ip(t, "netns delete "+ns) })
		ip(t, "-n "+ns+" link set lo up")
		n.sysctl(t, ns, "ipv6/conf/default/accept_dad", "0")
		n.sysctl(t, ns, "ipv4/icmp_ratelimit", "0")
		n.sysctl(t, ns, "ipv6/icmp/ratelimit", "0")
	}
	ip(t, "-n "+n.a+" link add eth0 type veth peer name west netns "+n.r)
	ip(t, "-n "+n.b+" link add eth0 type veth peer name east netns "+n.r)
	n.host(t, n.a, "eth0", "1", "1")
	n.host(t, n.r, "west", "1", "254")
	n.host(t, n.r, "east", "2", "254")
	n.host(t, n.b, "eth0", "2", "1")
	n.sysctl(t, n.r, "ipv4/conf/all/forwarding", "1")
	n.sysctl(t, n.r, "ipv6/conf/all/forwarding", "1")
	n.route(t, n.a, "1")
	n.route(t, n.b, "2")
	return n
}

func (n network) host(t *testing.T, ns, dev, net, host string) {
	t.Helper()
	host6 := strings.TrimSuffix(host, "254")
	if host6 == "" {
		host6 = "fe"
	}
	ip(t, fmt.Sprintf("-n %s link set %s up", ns, dev))
	ip(t, fmt.Sprintf("-n %s addr add 10.8.%s.%s/24 dev %s", ns, net, host, dev))
	ip(t, fmt.Sprintf("-n %s addr add fd08:%s::%s/64 dev %s nodad", ns, net, host6, dev))
}

func (n network) route(t *testing.T, ns, net string) {
	t.Helper()
	ip(t, fmt.Sprintf("-n %s route add default via 10.8.%s.254", ns, net))
	ip(t, fmt.Sprintf("-n %s route add default via fd08:%s::fe", ns, net))
}

func ip(t *testing.T, args string) {
	t.Helper()
	out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ip %s: %v: %s", args, err, out)
	}
}

// enter returns a Config.Enter for the namespace ns.
func enter(ns string) func(func() error) error {
	return func(fn func() error) error {
		runtime.LockOSThread()
		home, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			return err
		}
		defer home.Close()
		there, err := os.Open("/run/netns/" + ns)
		if err != nil {
			return err
		}
		defer there.Close()
		if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
			return err
		}
		err = fn()
		if back := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); back != nil {
			return back // the thread stays locked, and dies with its goroutine
		}
		runtime.UnlockOSThread()
		return err
	}
}

func (n network) sysctl(t *testing.T, ns, key, value string) {
	t.Helper()
	err := enter(ns)(func() error { return os.WriteFile("/proc/sys/net/"+key, []byte(value), 0) })
	if err != nil {
		t.Fatal(err)
	}
}

// ping asks from a.
func (n network) ping(t *testing.T, dst string, change func(*Config)) Result {
	t.Helper()
	c := Config{Dst: netip.MustParseAddr(dst), Enter: enter(n.a)}
	if change != nil {
		change(&c)
	}
	r, err := Ping(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPing(t *testing.T) {
	n := newNetwork(t)
	tests := []struct {
		name, dst string
		change    func(*Config)
	}{
		{"loopback", "127.0.0.1", nil},
		{"loopback6", "::1", nil},
		{"neighbour", "10.8.1.254", nil},
		{"neighbour6", "fd08:1::fe", nil},
		{"routed", "10.8.2.1", nil},
		{"routed6", "fd08:2::1", nil},
		{"mapped", "::ffff:10.8.2.1", nil},
		{"device", "10.8.2.1", func(c *Config) { c.Dev = "eth0" }},
		{"source", "10.8.2.1", func(c *Config) { c.Src = netip.MustParseAddr("10.8.1.1") }},
		{"source6", "fd08:2::1", func(c *Config) { c.Src = netip.MustParseAddr("fd08:1::1") }},
		{"none", "10.8.2.1", func(c *Config) { c.Size = -1 }},
		{"small", "10.8.2.1", func(c *Config) { c.Size = 1 }},
		{"odd6", "fd08:2::1", func(c *Config) { c.Size = 57 }},
		{"fragmented", "10.8.2.1", func(c *Config) { c.Size = 8000 }},
		{"fragmented6", "fd08:2::1", func(c *Config) { c.Size = 8000 }},
		{"full", "10.8.2.1", func(c *Config) { c.Size = 1472; c.DF = true }},
		{"full6", "fd08:2::1", func(c *Config) { c.Size = 1452; c.DF = true }},
		{"hops", "10.8.2.1", func(c *Config) { c.TTL = 2 }},
		{"hops6", "fd08:2::1", func(c *Config) { c.TTL = 2 }},
		{"ten", "10.8.2.1", func(c *Config) { c.Count = 10; c.Interval = time.Millisecond }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := n.ping(t, tt.dst, tt.change)
			want := 3
			if tt.name == "ten" {
				want = 10
			}
			if r.Sent != want || r.Received != want || len(r.RTTs) != want {
				t.Fatalf("got %+v, want %d answers", r, want)
			}
			if r.Min <= 0 || r.Min > r.Avg || r.Avg > r.Max || r.Max > time.Second {
				t.Errorf("got %+v, want ordered statistics", r)
			}
			if !r.OK() || r.Loss() != 0 || r.Reason != "" {
				t.Errorf("got %+v, want no loss", r)
			}
		})
	}
}

func TestPingLost(t *testing.T) {
	n := newNetwork(t)
	ip(t, "-n "+n.r+" route add unreachable 10.9.1.0/24")
	ip(t, "-n "+n.r+" route add prohibit 10.9.2.0/24")
	ip(t, "-n "+n.r+" route add blackhole 10.9.3.0/24")
	ip(t, "-n "+n.r+" route add unreachable fd09:1::/64")
	ip(t, "-n "+n.a+" route add prohibit 10.9.4.0/24")
	ip(t, "-n "+n.a+" route add unreachable fd09:4::/64")
	ip(t, "-n "+n.r+" link set east mtu 1400")
	ip(t, "-n "+n.b+" link set eth0 mtu 1400")
	df := func(size int) func(*Config) {
		return func(c *Config) { c.DF = true; c.Size = size }
	}
	ttl := func(c *Config) { c.TTL = 1 }
	tests := []struct {
		name, dst string
		change    func(*Config)
		reason    string
	}{
		{"nobody", "10.8.1.77", func(c *Config) { c.Timeout = 50 * time.Millisecond }, ""},
		{"router says unreachable", "10.9.1.1", nil, "host unreachable, says 10.8.1.254"},
		{"router says prohibited", "10.9.2.1", nil, "administratively prohibited, says 10.8.1.254"},
		{"blackhole", "10.9.3.1", func(c *Config) { c.Timeout = 50 * time.Millisecond }, ""},
		{"prohibited here", "10.9.4.1", nil, "permission denied"},
		{"no route of the router", "11.0.0.1", nil, "network unreachable, says 10.8.1.254"},
		{"router says unreachable6", "fd09:1::1", nil, "no route, says fd08:1::fe"},
		{"unreachable here6", "fd09:4::1", nil, "no route to host"},
		{"ttl", "10.8.2.1", ttl, "time to live exceeded, says 10.8.1.254"},
		{"hop limit", "fd08:2::1", ttl, "hop limit exceeded, says fd08:1::fe"},
		{"larger than here", "10.8.2.1", df(1473), "message too long: the MTU is 1500"},
		{"larger than there", "10.8.2.1", df(1472), "fragmentation needed: the MTU is 1400, says 10.8.1.254"},
		{"larger than there6", "fd08:2::1", df(1452), "packet too big: the MTU is 1400, says fd08:1::fe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			r := n.ping(t, tt.dst, func(c *Config) {
				c.Count = 1
				if tt.change != nil {
					tt.change(c)
				}
			})
			if r.Sent != 1 || r.Received != 0 || r.OK() || r.Loss() != 100 || r.RTTs != nil {
				t.Errorf("got %+v, want one lost", r)
			}
			if r.Reason != tt.reason {
				t.Errorf("reason: got %q, want %q", r.Reason, tt.reason)
			}
			if d := time.Since(start); d > 900*time.Millisecond {
				t.Errorf("took %v: it waited for what could not come", d)
			}
		})
	}
}

func TestPingNoRoute(t *testing.T) {
	n := newNetwork(t)
	ip(t, "-n "+n.a+" route delete default")
	r := n.ping(t, "10.8.2.1", nil)
	if r.Sent != 3 || r.Received != 0 || r.Reason != "network is unreachable" {
		t.Errorf("got %+v", r)
	}
}

func TestPingLinkLocal(t *testing.T) {
	n := newNetwork(t)
	ip(t, "-n "+n.r+" addr add fe80::fe/64 dev west nodad")
	ip(t, "-n "+n.a+" addr add fe80::a/64 dev eth0 nodad")
	zoned := n.ping(t, "fe80::fe%eth0", nil)
	named := n.ping(t, "fe80::fe", func(c *Config) { c.Dev = "eth0" })
	if zoned.Received != 3 || named.Received != 3 {
		t.Errorf("got %+v and %+v", zoned, named)
	}
	many := n.ping(t, "ff02::1", func(c *Config) { c.Dev = "eth0" })
	if many.Received != 3 {
		t.Errorf("all nodes: got %+v", many)
	}
}

// Without CAP_NET_RAW a datagram socket does.
func TestPingUnprivileged(t *testing.T) {
	n := newNetwork(t)
	n.sysctl(t, n.a, "ipv4/ping_group_range", "0 2147483647")
	for _, dst := range []string{"10.8.2.1", "fd08:2::1"} {
		c := Config{Dst: netip.MustParseAddr(dst), Enter: withoutNetRaw(enter(n.a))}
		r, err := Ping(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if r.Received != 3 {
			t.Errorf("%s: got %+v", dst, r)
		}
		c.TTL = 1
		if r, err = Ping(t.Context(), c); err != nil || !strings.Contains(r.Reason, "exceeded, says") {
			t.Errorf("%s: got %+v, %v", dst, r, err)
		}
	}
	n.sysctl(t, n.a, "ipv4/ping_group_range", "1 0")
	_, err := Ping(t.Context(), Config{Dst: netip.MustParseAddr("10.8.2.1"), Enter: withoutNetRaw(enter(n.a))})
	if !errors.Is(err, unix.EACCES) {
		t.Errorf("got %v, want EACCES", err)
	}
}

// withoutNetRaw runs fn without CAP_NET_RAW among the thread's effective
// capabilities.
func withoutNetRaw(enter func(func() error) error) func(func() error) error {
	return func(fn func() error) error {
		return enter(func() error {
			header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
			var before [2]unix.CapUserData
			if err := unix.Capget(&header, &before[0]); err != nil {
				return err
			}
			reduced := before
			reduced[0].Effective &^= 1 << unix.CAP_NET_RAW
			if err := unix.Capset(&header, &reduced[0]); err != nil {
				return err
			}
			err := fn()
			return errors.Join(err, unix.Capset(&header, &before[0]))
		})
	}
}

// Pings that run at the same time do not take each other's answers.
func TestPingConcurrently(t *testing.T) {
	n := newNetwork(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			dst := []string{"10.8.2.1", "10.8.1.254", "10.8.1.77", "fd08:2::1", "fd08:1::77"}[i%5]
			r, err := Ping(t.Context(), Config{Dst: netip.MustParseAddr(dst), Count: 5, Timeout: 100 * time.Millisecond, Enter: enter(n.a)})
			want := 5
			if strings.HasSuffix(dst, "77") {
				want = 0
			}
			if err != nil || r.Received != want {
				t.Errorf("%s: got %+v, %v; want %d answers", dst, r, err, want)
			}
		})
	}
	wg.Wait()
}

func TestPingCancelled(t *testing.T) {
	n := newNetwork(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	start := time.Now()
	r, err := Ping(ctx, Config{Dst: netip.MustParseAddr("10.8.1.77"), Timeout: time.Minute, Enter: enter(n.a)})
	if !errors.Is(err, context.Canceled) || r.Sent != 3 {
		t.Errorf("got %+v, %v", r, err)
	}
	if d := time.Since(start); d > 500*time.Millisecond {
		t.Errorf("took %v", d)
	}
	if _, err := Ping(ctx, Config{Dst: netip.MustParseAddr("127.0.0.1")}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: got %v", err)
	}
}

func TestPingErrors(t *testing.T) {
	loopback := netip.MustParseAddr("127.0.0.1")
	tests := []struct {
		name   string
		config Config
		want   string
	}{
		{"nothing", Config{}, "no destination"},
		{"count", Config{Dst: loopback, Count: -1}, "count -1"},
		{"size", Config{Dst: loopback, Size: 1 << 16}, "size 65536"},
		{"ttl", Config{Dst: loopback, TTL: 256}, "ttl 256"},
		{"families", Config{Dst: loopback, Src: netip.IPv6Loopback()}, "different families"},
		{"link", Config{Dst: netip.MustParseAddr("fe80::1")}, "name the device"},
		{"zones", Config{Dst: netip.MustParseAddr("fe80::1%lo"), Dev: "eth7"}, "not behind eth7"},
		{"device", Config{Dst: loopback, Dev: "nosuchdevice"}, `no device "nosuchdevice"`},
		{"long device", Config{Dst: loopback, Dev: strings.Repeat("x", 40)}, "no device"},
		{"namespace", Config{Dst: loopback, Enter: func(func() error) error { return errors.New("gone") }}, "gone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Ping(t.Context(), tt.config)
			if tt.config.Dev != "" && errors.Is(err, fs.ErrPermission) {
				t.Skip("this user may not open such sockets")
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestChecksum(t *testing.T) {
	tests := []struct {
		packet []byte
		want   uint16
	}{
		{[]byte{8, 0, 0, 0, 0, 1, 0, 1}, 0xf7fd},
		{[]byte{0xff, 0xff, 0xff, 0xff}, 0},
		{[]byte{0x01}, 0xfeff},
		{nil, 0xffff},
	}
	for _, tt := range tests {
		if got := checksum(tt.packet); got != tt.want {
			t.Errorf("%x: got %#x, want %#x", tt.packet, got, tt.want)
		}
	}
}

// Whatever arrives is no answer unless it is one; nothing makes it panic.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte{0x45}, true)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0}, false)
	f.Fuzz(func(t *testing.T, packet []byte, raw bool) {
		for _, v6 := range []bool{false, true} {
			e := newEcho(v6, 56)
			if _, ok := e.answer(packet, raw); ok {
				t.Errorf("%x: took it for an answer", packet)
			}
			e.quoted(packet, raw)
		}
		findReport(packet)
		_ = parseReport(packet).String()
	})
}
