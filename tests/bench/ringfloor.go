package main

import (
	"errors"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// The floor of a ring: namespaces on all cores with a socket opened in each,
// then all cables from one socket, then one send in each namespace.

// A plot is a namespace of the floor.
type plot struct {
	ns  int // descriptor
	raw *raw
}

// Numbers of devices, the same in each namespace.
const (
	loopback = 1
	right    = 10
	left     = 11
)

func ringFloor(oneQueue bool) func(m *meter) error {
	return func(m *meter) error {
		n := scaled(ringNodes)
		cables, configs := make([][]byte, n), make([][]byte, n)
		for i := range n {
			cables[i], configs[i] = encodeCable(i, oneQueue), encodeNode(i, n)
		}
		m.start()
		if _, err := buildRing(cables, configs); err != nil {
			return err
		}
		m.stop()
		return countRing()
	}
}

// ringUnmount is the floor of taking a ring away.
func ringUnmount(m *meter) error {
	n := scaled(ringNodes)
	cables, configs := make([][]byte, n), make([][]byte, n)
	for i := range n {
		cables[i], configs[i] = encodeCable(i, true), encodeNode(i, n)
	}
	if _, err := buildRing(cables, configs); err != nil {
		return err
	}
	m.start()
	defer m.stop()
	for i := range n {
		if err := unix.Unmount("/run/netns/"+ringName(i), unix.MNT_DETACH); err != nil {
			return err
		}
	}
	return nil
}

func buildRing(cables, configs [][]byte) ([]plot, error) {
	n := len(cables)
	plots, failed := make([]plot, n), make([]error, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for t := range failed {
		all.Go(func() {
			runtime.LockOSThread() // for good: the thread ends with it
			for i := t; i < n && failed[t] == nil; i += len(failed) {
				plots[i], failed[t] = newPlot(ringName(i))
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	r, err := dial()
	if err != nil {
		return nil, err
	}
	const perSend = 64
	for i := 0; i < n; i += perSend {
		var b []byte
		for j := i; j < min(i+perSend, n); j++ {
			native.PutUint32(cables[j][nearNS:], uint32(plots[j].ns))
			native.PutUint32(cables[j][farNS:], uint32(plots[(j+1)%n].ns))
			b = append(b, cables[j]...)
		}
		acknowledged(b)
		if err := r.exchange(b); err != nil {
			return nil, err
		}
	}
	for i := range n {
		if err := plots[i].raw.exchange(configs[i]); err != nil {
			return nil, err
		}
	}
	return plots, nil
}

// newPlot makes a namespace on the calling thread, opens a socket in it, and
// names it.
func newPlot(name string) (p plot, err error) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return p, err
	}
	if p.ns, err = unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
		return p, err
	}
	if p.raw, err = dial(); err != nil {
		return p, err
	}
	path := "/run/netns/" + name
	f, err := os.Create(path)
	if err != nil {
		return p, err
	}
	f.Close()
	return p, unix.Mount("/proc/self/fd/"+strconv.Itoa(p.ns), path, "", unix.MS_BIND, "")
}

// Where the descriptors of the namespaces stand in the message of a cable.
const (
	nearNS = 32 + 4
	farNS  = nearNS + 4 + 4 + 12 + 4 + 4 + 16 + 4 // LINKINFO, KIND, INFO_DATA, PEER, its head
)

// encodeCable encodes a pair of veths, each end born in its namespace.
func encodeCable(i int, oneQueue bool) []byte {
	head := func(b []byte, index uint32) []byte {
		b = append(b, unix.AF_UNSPEC, 0, 0, 0)
		b = native.AppendUint32(b, index)
		return append(b, make([]byte, 8)...)
	}
	rest := func(b []byte, name string) []byte {
		b = attribute(b, unix.IFLA_IFNAME, append([]byte(name), 0)...)
		if oneQueue {
			b = attribute(b, unix.IFLA_NUM_TX_QUEUES, native.AppendUint32(nil, 1)...)
			b = attribute(b, unix.IFLA_NUM_RX_QUEUES, native.AppendUint32(nil, 1)...)
		}
		return b
	}
	peer := rest(attribute(head(nil, left), unix.IFLA_NET_NS_FD, 0, 0, 0, 0), "left")
	info := attribute(nil, unix.IFLA_INFO_KIND, append([]byte("veth"), 0)...)
	info = attribute(info, unix.IFLA_INFO_DATA, attribute(nil, 1, peer...)...)
	b := head(message(nil, unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, uint32(i+1)), right)
	b = attribute(b, unix.IFLA_NET_NS_FD, 0, 0, 0, 0)
	b = attribute(b, unix.IFLA_LINKINFO, info...)
	b = rest(b, "right")
	return finish(b, 0)
}

// encodeNode encodes what a node gets besides its cables, in one send.
func encodeNode(i, n int) []byte {
	var b []byte
	for _, index := range []uint32{loopback, right, left} {
		at := len(b)
		b = message(b, unix.RTM_NEWLINK, 0, 1)
		b = append(b, unix.AF_UNSPEC, 0, 0, 0)
		b = native.AppendUint32(b, index)
		b = native.AppendUint32(b, unix.IFF_UP)
		b = finish(native.AppendUint32(b, unix.IFF_UP), at)
	}
	a, gateway := ringAddrs(i)
	_, b2 := ringAddrs((i + n - 1) % n)
	b = encodeRingAddr(b, a, right)
	b = encodeRingAddr(b, b2, left)
	at := len(b)
	b = message(b, unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_ACK, 1)
	b = append(b, unix.AF_INET, 0, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST, 0, 0, 0, 0)
	b = attribute(b, unix.RTA_GATEWAY, gateway.AsSlice()...)
	return finish(b, at)
}

func encodeRingAddr(b []byte, a netip.Addr, index uint32) []byte {
	at := len(b)
	b = message(b, unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, 1)
	b = append(b, unix.AF_INET, 30, 0, 0)
	b = native.AppendUint32(b, index)
	b = attribute(b, unix.IFA_LOCAL, a.AsSlice()...)
	b = attribute(b, unix.IFA_ADDRESS, a.AsSlice()...)
	return finish(b, at)
}
