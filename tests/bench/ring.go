package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
)

// ringNodes is how many namespaces a ring has: each has a cable to the next one,
// an address at both its ends, a default route, and lo up.
var ringNodes = 1000

const (
	largeRing = 5000
	// descriptors is how many a process may have that makes a large ring.
	descriptors = 20_000
)

// large has a peer make a large ring.
func large(run func(m *meter) error) func(m *meter) error {
	return func(m *meter) error {
		ringNodes = largeRing
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: descriptors, Max: descriptors}); err != nil {
			return err
		}
		return run(m)
	}
}

// largeRingJob makes a ring that has more namespaces than may have their sockets open.
var largeRingJob = &job{name: "large",
	peers: []peer{
		{name: "floor", run: large(ringFloor(false)), lab: true},
		{name: "netlark", run: large(ringApply), lab: true},
		{name: "again", run: large(ringAgain), lab: true},
	},
	run: func(s *stage) ([]row, error) {
		got, err := s.alternate([]string{"floor", "netlark", "again"}, nil, swept)
		if err != nil {
			return nil, err
		}
		n := scaled(largeRing)
		title := fmt.Sprintf("ring of %d nodes, from nothing", n)
		return []row{
			got.times(title, "floor: encoded before, a socket in each", "floor", "floor"),
			got.times(title, "netlark: `lab.Apply`, within 20,000 descriptors", "netlark", "floor").atMost(1.3),
			rowOf(title, "netlark: memory of the process, KiB a node", "KiB", got.of("netlark", func(s *sample) float64 { return float64(s.Peak) / 1024 / float64(n) })).limit(20),
			got.times("second apply of that ring", "netlark: `lab.Apply`, to its first", "again", "netlark").atMost(0.5),
		}, nil
	},
}

// ringJob makes a ring out of nothing, does it again, and takes it away.
var ringJob = &job{name: "ring",
	peers: []peer{
		{name: "floor", run: ringFloor(false), lab: true},
		{name: "one queue", run: ringFloor(true), lab: true},
		{name: "netlark", run: ringApply, lab: true},
		{name: "rival", run: ringRival, lab: true},
		{name: "again", run: ringAgain, lab: true},
		{name: "unmount", run: ringUnmount, lab: true},
		{name: "destroy", run: ringDestroy, lab: true},
	},
	run: func(s *stage) ([]row, error) {
		got, err := s.alternate([]string{"floor", "one queue", "netlark", "rival", "again", "unmount", "destroy"}, nil, swept)
		if err != nil {
			return nil, err
		}
		n := scaled(ringNodes)
		title := fmt.Sprintf("ring of %d nodes, from nothing", n)
		return []row{
			got.times(title, "floor: encoded before, a socket in each", "floor", "floor"),
			got.times(title, "the same, veths with one queue", "one queue", "floor"),
			got.times(title, "netlark: `lab.Apply`, with plan and verification", "netlark", "floor").atMost(1.3),
			got.times(title, "vishvananda: `LinkAdd`, `AddrAdd`, `RouteAdd`", "rival", "floor"),
			rowOf(title, "netlark: memory of the process, KiB a node", "KiB", got.of("netlark", func(s *sample) float64 { return float64(s.Peak) / 1024 / float64(n) })).limit(20),
			got.times("second apply of the ring", "netlark: `lab.Apply`, to its first", "again", "netlark").atMost(0.5),
			got.times("destroy the ring", "floor: unmounting the names", "unmount", "unmount"),
			got.times("destroy the ring", "netlark: `lab.Destroy`", "destroy", "unmount").atMost(3),
		}, nil
	},
}

// ownRun gives a process its own /run, as labs and names of namespaces lie there.
func ownRun() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	// As for ip: a shared mount, which the first namespace would make.
	if err := os.Mkdir("/run/netns", 0o755); err != nil {
		return err
	}
	if err := unix.Mount("/run/netns", "/run/netns", "", unix.MS_BIND, ""); err != nil {
		return err
	}
	return unix.Mount("", "/run/netns", "", unix.MS_SHARED, "")
}

// swept waits until the kernel has removed the namespaces that a peer left: they
// go one after the other, and last goes the one that is left here.
func swept(*peer, *sample) error {
	c := self(sentinelVar + "=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	in, err := c.StdinPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	veth := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "sentinel"}, PeerName: "far", PeerNamespace: netlink.NsPid(c.Process.Pid)}
	if err := netlink.LinkAdd(veth); err != nil {
		return err
	}
	if err := errors.Join(in.Close(), c.Wait()); err != nil {
		return err
	}
	for range 6000 {
		if _, err := netlink.LinkByName(veth.Name); err != nil {
			return unhindered()
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("the namespaces are not gone after a minute")
}

// unhindered waits until namespaces are made without delay: when their devices are gone,
// the kernel is at work on those that were there for some 400 ms yet, and who makes one waits.
func unhindered() error {
	const quick, inARow = 20 * time.Millisecond, 5
	for n, tries := 0, 0; n < inARow; tries++ {
		if tries == 1000 {
			return errors.New("to make a namespace takes long after a minute")
		}
		began := time.Now()
		ns, err := netns.CreateAnonymous()
		if err != nil {
			return err
		}
		n++
		if time.Since(began) > quick {
			n = 0
		}
		if err := ns.Close(); err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

// sentinelVar marks the process that holds a namespace until its input ends.
const sentinelVar = "NETLARK_BENCH_SENTINEL"

// ringAddrs are the addresses of a cable's ends.
func ringAddrs(i int) (a, b netip.Addr) {
	n := i * 4
	at := func(host int) netip.Addr {
		return netip.AddrFrom4([4]byte{10, byte((n + host) >> 16), byte((n + host) >> 8), byte(n + host)})
	}
	return at(1), at(2)
}

func ringName(i int) string { return fmt.Sprintf("ring.r%d", i) }

// ringLab declares the ring.
func ringLab() (*lab.Lab, error) {
	l, err := lab.New("ring", all.Families())
	if err != nil {
		return nil, err
	}
	nodes := make([]*lab.Node, scaled(ringNodes))
	for i := range nodes {
		if nodes[i], err = l.Node(fmt.Sprintf("r%d", i), nil); err != nil {
			return nil, err
		}
	}
	for i := range nodes {
		a, b := ringAddrs(i)
		err := l.Cable(&lab.Cable{
			A: lab.End{Node: nodes[i], Name: "right", Addrs: []netip.Prefix{netip.PrefixFrom(a, 30)}},
			B: lab.End{Node: nodes[(i+1)%len(nodes)], Name: "left", Addrs: []netip.Prefix{netip.PrefixFrom(b, 30)}},
		})
		if err == nil {
			err = nodes[i].Declare(object.Add, route.Type.Ref(&route.Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Via: b}), nil)
		}
		if err != nil {
			return nil, err
		}
	}
	return l, nil
}

// applied makes the ring.
func applied() error {
	l, err := ringLab()
	if err != nil {
		return err
	}
	a := lab.Apply{}
	_, err = a.Apply(context.Background(), l)
	return err
}

func ringApply(m *meter) error {
	m.start()
	if err := applied(); err != nil {
		return err
	}
	m.stop()
	return countRing()
}

func ringAgain(m *meter) error {
	if err := applied(); err != nil {
		return err
	}
	m.start()
	if err := applied(); err != nil {
		return err
	}
	m.stop()
	return countRing()
}

func ringDestroy(m *meter) error {
	if err := applied(); err != nil {
		return err
	}
	m.start()
	d, err := lab.Destroy(context.Background(), "ring", all.Families())
	if err != nil {
		return err
	}
	m.stop()
	if d.Namespaces != scaled(ringNodes) {
		return fmt.Errorf("%d namespaces went", d.Namespaces)
	}
	return nil
}

// countRing looks into some nodes: each has three devices that are up and its
// default route.
func countRing() error {
	n := scaled(ringNodes)
	for i := 0; i < n; i += max(n/20, 1) {
		ns, err := netns.Open(ringName(i))
		if err != nil {
			return err
		}
		err = ns.Do(countNode)
		if err = errors.Join(err, ns.Close()); err != nil {
			return fmt.Errorf("%s: %w", ringName(i), err)
		}
	}
	return nil
}

func countNode() error {
	h, err := handle()
	if err != nil {
		return err
	}
	defer h.Close()
	links, err := h.LinkList()
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Attrs().Flags&net.FlagUp == 0 {
			return fmt.Errorf("%s is not up", l.Attrs().Name)
		}
	}
	addrs, err := h.AddrList(nil, netlink.FAMILY_V4)
	if err != nil {
		return err
	}
	routes, err := h.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Dst: nil}, netlink.RT_FILTER_DST)
	if err == nil && (len(links) != 3 || len(addrs) != 3 || len(routes) != 1) {
		err = fmt.Errorf("%d links, %d addresses and %d default routes, want 3, 3 and 1", len(links), len(addrs), len(routes))
	}
	return err
}
