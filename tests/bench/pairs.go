package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

const manyPairs = 4000

// pairsJob makes pairs of veths with one queue each, gives the first end of each
// an address and sets both up. IPv6 is off: the timers and multicast of 8000
// devices would keep both cores busy beside the peers and long after them.
var pairsJob = &job{name: "pairs",
	peers: []peer{
		{name: "floor", run: sendPairs},
		{name: "netlark", run: queuePairs},
		{name: "rival", run: rivalPairs},
		{name: "ip", argv: func() []string { return []string{"ip", "-batch", pairsFile} }},
	},
	run: func(s *stage) ([]row, error) {
		if err := writePairsFile(); err != nil {
			return nil, err
		}
		if err := preparePairs(); err != nil {
			return nil, err
		}
		got, err := s.alternate([]string{"floor", "netlark", "rival", "ip"}, nil, removePairs)
		if err != nil {
			return nil, err
		}
		const title = "make 4000 pairs of veths"
		return []row{
			got.times(title, "floor: encoded before, 128 a send", "floor", "floor"),
			got.times(title, "netlark: `Queue`, a batch", "netlark", "floor").atMost(1.1),
			got.times(title, "vishvananda: `LinkAdd`, `AddrAdd`, `LinkSetUp`", "rival", "floor"),
			got.times(title, "`ip -batch`", "ip", "floor"),
		}, nil
	},
}

// pairGroup is the group of the first end of each pair, so that all can be
// removed in one go: it takes longer to remove them than to make them.
const pairGroup = 7

func preparePairs() error {
	for _, of := range []string{"all", "default"} {
		if err := os.WriteFile("/proc/sys/net/ipv6/conf/"+of+"/disable_ipv6", []byte("1"), 0); err != nil {
			return err
		}
	}
	return nil
}

// removePairs removes what a peer made, all in one go, and waits until it is gone.
func removePairs(*peer, *sample) error {
	if err := countPairs(scaled(manyPairs)); err != nil {
		return err
	}
	out, err := exec.Command("ip", "link", "delete", "group", fmt.Sprint(pairGroup)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip link delete: %w: %s", err, out)
	}
	return nil
}

func pairNames(i int) (first, second string) { return fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i) }

// pairAddr is the address of the i-th pair.
func pairAddr(i int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1}), 24)
}

// firstPair is the index of the first end of the first pair.
const firstPair = 10

// encodePair appends the messages that make the i-th pair: the first end is born
// up, the second is set up, and the address is added.
func encodePair(b []byte, i int) []byte {
	first, second := pairNames(i)
	index := uint32(firstPair + 2*i)
	head := func(b []byte, index, flags uint32) []byte {
		b = append(b, unix.AF_UNSPEC, 0, 0, 0)
		b = native.AppendUint32(b, index)
		b = native.AppendUint32(b, flags)
		return native.AppendUint32(b, flags)
	}
	queues := func(b []byte) []byte {
		b = attribute(b, unix.IFLA_NUM_TX_QUEUES, native.AppendUint32(nil, 1)...)
		return attribute(b, unix.IFLA_NUM_RX_QUEUES, native.AppendUint32(nil, 1)...)
	}
	at := len(b)
	b = head(message(b, unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, uint32(3*i+1)), index, unix.IFF_UP)
	b = attribute(b, unix.IFLA_GROUP, native.AppendUint32(nil, pairGroup)...)
	b = queues(attribute(b, unix.IFLA_IFNAME, append([]byte(first), 0)...))
	peer := queues(attribute(head(nil, index+1, 0), unix.IFLA_IFNAME, append([]byte(second), 0)...))
	info := attribute(nil, unix.IFLA_INFO_KIND, append([]byte("veth"), 0)...)
	info = attribute(info, unix.IFLA_INFO_DATA, attribute(nil, 1, peer...)...)
	b = finish(attribute(b, unix.IFLA_LINKINFO, info...), at)

	at = len(b)
	b = finish(head(message(b, unix.RTM_NEWLINK, 0, uint32(3*i+2)), index+1, unix.IFF_UP), at)

	at = len(b)
	b = message(b, unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, uint32(3*i+3))
	b = append(b, unix.AF_INET, byte(pairAddr(i).Bits()), 0, 0)
	b = native.AppendUint32(b, index)
	a := pairAddr(i).Addr().As4()
	b = attribute(attribute(b, unix.IFA_LOCAL, a[:]...), unix.IFA_ADDRESS, a[:]...)
	return finish(b, at)
}

func sendPairs(m *meter) error {
	r, err := dial()
	if err != nil {
		return err
	}
	var sends [][]byte
	const pairs = sendMessages / 3
	n := scaled(manyPairs)
	for i := 0; i < n; i += pairs {
		var b []byte
		for j := i; j < min(i+pairs, n); j++ {
			b = encodePair(b, j)
		}
		acknowledged(b)
		sends = append(sends, b)
	}
	m.start()
	for _, b := range sends {
		if err := r.exchange(b); err != nil {
			return err
		}
	}
	m.stop()
	return nil
}

// acknowledged makes the last of several messages ask for an acknowledgement.
func acknowledged(b []byte) {
	last := b
	for {
		n := align(int(native.Uint32(last)))
		if n >= len(last) {
			break
		}
		last = last[n:]
	}
	native.PutUint16(last[6:], native.Uint16(last[6:])|unix.NLM_F_ACK)
}

func queuePairs(m *meter) error {
	ctx := context.Background()
	s := object.NewScope(object.Config{})
	defer s.Close()
	var refused error
	m.start()
	b := s.Batch(func(_ any, err error) { refused = err })
	n, one, up := scaled(manyPairs), opt.Of[uint32](1), opt.Of(true)
	for i := range n {
		first, second := pairNames(i)
		peer := &link.Link{Name: second, TxQueues: one, RxQueues: one, Up: up}
		l := &link.Link{Name: first, Group: opt.Of[uint32](pairGroup), TxQueues: one, RxQueues: one, Up: up, Kind: &link.Veth{Peer: peer}}
		if err := link.Type.Queue(ctx, b, object.Add, link.Type.Ref(l), nil); err != nil {
			return err
		}
		a := &addr.Addr{Address: pairAddr(i), Dev: rt.DevName(first)}
		if err := addr.Type.Queue(ctx, b, object.Add, addr.Type.Ref(a), nil); err != nil {
			return err
		}
	}
	if err := b.Flush(ctx); err != nil {
		return err
	}
	m.stop()
	return refused
}

func rivalPairs(m *meter) error {
	h, err := handle()
	if err != nil {
		return err
	}
	m.start()
	n := scaled(manyPairs)
	for i := range n {
		first, second := pairNames(i)
		l := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: first, Group: pairGroup, NumTxQueues: 1, NumRxQueues: 1}, PeerName: second}
		if err := h.LinkAdd(l); err != nil {
			return err
		}
		p := pairAddr(i)
		a := &netlink.Addr{IPNet: &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), 32)}}
		if err := h.AddrAdd(l, a); err != nil {
			return err
		}
		peer, err := h.LinkByName(second)
		if err != nil {
			return err
		}
		for _, end := range []netlink.Link{l, peer} {
			if err := h.LinkSetUp(end); err != nil {
				return err
			}
		}
	}
	m.stop()
	return nil
}

// countPairs checks that all are there, with their addresses.
func countPairs(n int) error {
	r, err := dial()
	if err != nil {
		return err
	}
	defer r.close()
	links, err := r.count(listLinks(), unix.RTM_NEWLINK)
	if err == nil && links != 2*n+1 {
		err = fmt.Errorf("there are %d links, want %d", links, 2*n+1)
	}
	return err
}

// pairsFile is what ip reads.
var pairsFile = os.Getenv(dirVar) + "/pairs.ip"

func writePairsFile() error {
	f, err := os.Create(pairsFile)
	if err != nil {
		return err
	}
	defer f.Close()
	for i := range scaled(manyPairs) {
		first, second := pairNames(i)
		fmt.Fprintf(f, "link add %s group %d numtxqueues 1 numrxqueues 1 type veth peer name %s numtxqueues 1 numrxqueues 1\naddr add %s dev %s\nlink set %s up\nlink set %s up\n",
			first, pairGroup, second, pairAddr(i), first, first, second)
	}
	return nil
}
