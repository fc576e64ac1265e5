package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

const manyPolicies = 10_000

// Numbers of linux/xfrm.h that golang.org/x/sys lacks.
const (
	msgNewPolicy = 0x13
	msgGetPolicy = 0x15
	msgFlush     = 0x1d
	attrTmpl     = 5
)

// policiesJob adds policies of IPsec with one template each, and lists them.
var policiesJob = &job{name: "policies",
	peers: []peer{
		{name: "floor", run: addPolicies},
		{name: "netlark", run: queuePolicies},
		{name: "rival", run: rivalPolicies},
		{name: "floor list", run: drainPolicies, warm: true},
		{name: "netlark scan", run: scanPolicies, warm: true},
		{name: "netlark list", run: collectPolicies, warm: true},
		{name: "rival list", run: rivalPolicyList, warm: true},
	},
	run: func(s *stage) ([]row, error) {
		n := scaled(manyPolicies)
		flush := func(*peer, *sample) error { return flushPolicies() }
		added, err := s.alternate([]string{"floor", "netlark", "rival"}, flush, sawPolicies(n))
		if err != nil {
			return nil, err
		}
		listed, err := s.alternate([]string{"floor list", "netlark scan", "netlark list", "rival list"}, nil, sawPolicies(n))
		if err != nil {
			return nil, err
		}
		const add, list = "add 10k xfrm policies", "list 10k xfrm policies"
		return []row{
			added.times(add, "floor: encoded before, 12 a send", "floor", "floor"),
			added.times(add, "netlark `xfrm.PolicyType.Queue`", "netlark", "floor").atMost(1.15),
			added.times(add, "vishvananda `Handle.XfrmPolicyAdd`", "rival", "floor"),
			listed.times(list, "floor: receive, do not decode", "floor list", "floor list"),
			listed.times(list, "netlark `xfrm.PolicyType.Scan`", "netlark scan", "floor list").atMost(1.3),
			rowOf(list, "… allocations a policy", "", listed.perObject("netlark scan", mallocs)).zero(),
			listed.times(list, "netlark `xfrm.PolicyType.Collect`: a slice", "netlark list", "floor list"),
			listed.times(list, "vishvananda `Handle.XfrmPolicyList`", "rival list", "floor list"),
		}, nil
	},
}

// policyNet is what the i-th policy selects: traffic to it.
func policyNet(i int) netip.Prefix { return netip.PrefixFrom(hostAddr(i), 32) }

var (
	policySrc   = netip.MustParsePrefix("192.0.2.0/24")
	tunnelLeft  = netip.MustParseAddr("198.51.100.1")
	tunnelRight = netip.MustParseAddr("198.51.100.2")
	policySends = 12 // a send of 4 KiB: the kernel takes longer for larger ones
)

// encodePolicy appends the message that adds the i-th policy: struct
// xfrm_userpolicy_info, and one struct xfrm_user_tmpl.
func encodePolicy(b []byte, i int, flags uint16) []byte {
	at := len(b)
	b = message(b, msgNewPolicy, unix.NLM_F_CREATE|unix.NLM_F_EXCL|flags, uint32(i+1))
	info := make([]byte, 168)
	dst, src := policyNet(i).Addr().As4(), policySrc.Addr().As4()
	copy(info, dst[:])
	copy(info[16:], src[:])
	native.PutUint16(info[40:], unix.AF_INET)
	info[42], info[43] = 32, byte(policySrc.Bits())
	for at := 56; at < 88; at += 8 { // no limits
		native.PutUint64(info[at:], ^uint64(0))
	}
	info[160] = 1 // out
	b = append(b, info...)
	tmpl := make([]byte, 64)
	left, right := tunnelLeft.As4(), tunnelRight.As4()
	copy(tmpl, right[:])
	tmpl[20] = unix.IPPROTO_ESP
	native.PutUint16(tmpl[24:], unix.AF_INET)
	copy(tmpl[28:], left[:])
	native.PutUint32(tmpl[44:], 7) // reqid
	tmpl[48] = 1                   // tunnel
	for at := 52; at < 64; at++ {  // any algorithm
		tmpl[at] = 0xff
	}
	return finish(attribute(b, attrTmpl, tmpl...), at)
}

func addPolicies(m *meter) error {
	r, err := dialProto(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	var sends [][]byte
	var b []byte
	n := scaled(manyPolicies)
	for i := range n {
		last := (i+1)%policySends == 0 || i == n-1
		flags := uint16(0)
		if last {
			flags = unix.NLM_F_ACK
		}
		b = encodePolicy(b, i, flags)
		if last {
			sends, b = append(sends, b), nil
		}
	}
	m.start()
	defer m.stop()
	for _, b := range sends {
		if err := r.exchange(b); err != nil {
			return err
		}
	}
	return nil
}

// plainPolicy is a policy, but for its destination.
func plainPolicy() xfrm.Policy {
	return xfrm.Policy{Selector: xfrm.Selector{Src: policySrc}, Dir: opt.Of(xfrm.Out), Templates: []xfrm.Template{{
		Src: tunnelLeft, Dst: tunnelRight, Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel), ReqID: opt.Of[uint32](7)}}}
}

func queuePolicies(m *meter) error {
	ctx := context.Background()
	s, err := dialled(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	defer s.Close()
	var refused error
	m.start()
	defer m.stop()
	b := s.Batch(func(_ any, err error) { refused = err })
	p := plainPolicy()
	for i := range scaled(manyPolicies) {
		p.Dst = policyNet(i)
		if err := xfrm.PolicyType.Queue(ctx, b, object.Add, xfrm.PolicyType.Ref(&p), nil); err != nil {
			return err
		}
	}
	if err := b.Flush(ctx); err != nil {
		return err
	}
	return refused
}

func rivalPolicies(m *meter) error {
	h, err := netlink.NewHandle(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	m.start()
	defer m.stop()
	ipNet := func(p netip.Prefix) *net.IPNet {
		return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), 32)}
	}
	p := netlink.XfrmPolicy{Src: ipNet(policySrc), Dir: netlink.XFRM_DIR_OUT, Tmpls: []netlink.XfrmPolicyTmpl{{
		Src: tunnelLeft.AsSlice(), Dst: tunnelRight.AsSlice(), Proto: netlink.XFRM_PROTO_ESP, Mode: netlink.XFRM_MODE_TUNNEL, Reqid: 7}}}
	for i := range scaled(manyPolicies) {
		p.Dst = ipNet(policyNet(i))
		if err := h.XfrmPolicyAdd(&p); err != nil {
			return err
		}
	}
	return nil
}

// listPolicies is the request for all policies.
func listPolicies() []byte {
	return finish(append(message(nil, msgGetPolicy, unix.NLM_F_DUMP, 1), make([]byte, 64)...), 0)
}

func drainPolicies(m *meter) error {
	r, err := dialProto(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	request := listPolicies()
	m.start()
	defer m.stop()
	return r.drain(request)
}

func collectPolicies(m *meter) error {
	s, err := dialled(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	defer s.Close()
	m.start()
	l, err := xfrm.PolicyType.Collect(context.Background(), s, nil)
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}

func scanPolicies(m *meter) error {
	s, err := dialled(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	defer s.Close()
	m.start()
	defer m.stop()
	return xfrm.PolicyType.Scan(context.Background(), s, nil, func(*xfrm.Policy) error {
		m.Objects++
		return nil
	})
}

func rivalPolicyList(m *meter) error {
	h, err := netlink.NewHandle(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	m.start()
	l, err := h.XfrmPolicyList(netlink.FAMILY_ALL)
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}

func flushPolicies() error {
	r, err := dialProto(unix.NETLINK_XFRM)
	if err != nil {
		return err
	}
	defer r.close()
	_ = r.exchange(finish(message(nil, msgFlush, unix.NLM_F_ACK, 1), 0)) // none there is refused
	return nil
}

func sawPolicies(n int) check {
	return func(_ *peer, got *sample) error {
		if got.Objects != 0 && got.Objects != n {
			return fmt.Errorf("it saw %d policies, want %d", got.Objects, n)
		}
		r, err := dialProto(unix.NETLINK_XFRM)
		if err != nil {
			return err
		}
		defer r.close()
		there, err := r.count(listPolicies(), msgNewPolicy)
		if err == nil && there != n {
			err = fmt.Errorf("there are %d policies, want %d", there, n)
		}
		return err
	}
}
