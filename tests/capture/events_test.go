package capture_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/tests/nstest"
)

// TestEvents provokes what the kernel tells of transforms by itself, and decodes
// it.
func TestEvents(t *testing.T) {
	outside := listen(t) // some kernels tell migrations to the first namespace only
	ns := nstest.New(t)
	inside := listen(t)
	run(t, filepath.Join("testdata", "xfrm_events.sh"))
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	for _, to := range []string{"192.0.2.100:9", "[2001:db8::2]:9", "192.0.2.101:9", "192.0.2.103:9", "192.0.2.103:9", "192.0.2.103:9"} {
		send(t, to, 5)
	}
	provoke(t, s)
	send(t, "192.0.2.107:9", 5)
	time.Sleep(2500 * time.Millisecond) // limits of two seconds
	send(t, "192.0.2.103:9", 5)
	mapping(t, ns)
	time.Sleep(300 * time.Millisecond)
	run(t, filepath.Join("testdata", "xfrm_all.sh"))
	made(t, "xfrm_all")
	if _, err := xfrm.StateType.Flush(t.Context(), s, nil); err != nil { // one by one
		t.Error(err)
	}
	if _, err := xfrm.PolicyType.Flush(t.Context(), s, nil); err != nil {
		t.Error(err)
	}
	run(t, filepath.Join("testdata", "xfrm_gone.sh"))
	list := append(told(t, inside, 0), told(t, outside, 0x21)...) // XFRM_MSG_MIGRATE; that of a state is told where it is
	seen := map[uint16]bool{}
	for _, m := range list {
		seen[m.Type()] = true
	}
	for _, e := range xfrm.Events() {
		if !seen[e.Type] {
			t.Logf("%s (%d) was not told", e.Table.Name, e.Type)
		}
	}
	if *captureInto != "" && seen[0x18] { // XFRM_MSG_EXPIRE: the kernel has ESP
		keep(t, scenario{file: "xfrm_events", into: "xfrm", name: "events"}, list)
	}
}

// listen subscribes to everything about transforms, where the thread is.
func listen(t *testing.T) *nl.Subscription {
	t.Helper()
	conn := nl.New(nl.Config{})
	var groups []uint32
	for _, e := range xfrm.Events() {
		groups = append(groups, e.Group)
	}
	sub, err := conn.Subscribe(t.Context(), unix.NETLINK_XFRM, groups, false)
	if err != nil {
		nstest.Skip(t, err.Error())
	}
	t.Cleanup(func() { errors.Join(sub.Close(), conn.Close()) })
	return sub
}

// told are the events that wait; with only, those of one type.
func told(t *testing.T, sub *nl.Subscription, only uint16) (list []nltest.Captured) {
	t.Helper()
	for {
		m, ok, err := sub.TryNext()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return list
		}
		if only != 0 && m.Type != only {
			continue
		}
		list = append(list, nltest.Captured{Message: nltest.Request{}.Message(m.Type, m.Flags, m.Body)})
		decode(t, m)
	}
}

func decode(t *testing.T, m nl.Message) {
	t.Helper()
	for _, e := range xfrm.Events() {
		if e.Type != m.Type {
			continue
		}
		if err := e.Table.Decode(&attr.Dec{}, e.Table.New(), m.Body); err != nil {
			t.Errorf("%v in %x", err, m.Body)
		}
		return
	}
	t.Errorf("message of type %d is no event", m.Type)
}

// send sends a packet with a mark; that it waits for a state is no error.
func send(t *testing.T, to string, mark int) {
	t.Helper()
	sendText(t, to, mark, "x")
}

func sendText(t *testing.T, to string, mark int, text string) {
	t.Helper()
	d := net.Dialer{Timeout: time.Second, Control: func(_, _ string, c syscall.RawConn) (err error) {
		ctl := c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_MARK, mark) })
		return errors.Join(ctl, err)
	}}
	c, err := d.DialContext(context.WithoutCancel(t.Context()), "udp", to)
	if err == nil {
		_, err = c.Write([]byte(text))
		_ = c.Close()
	}
	if err != nil {
		t.Logf("packet to %s: %v", to, err)
	}
}

// provoke makes changes that ip has no words for.
func provoke(t *testing.T, s *object.Scope) {
	t.Helper()
	addr := netip.MustParseAddr
	short := &xfrm.Limits{TimeSoft: opt.Of[uint64](1), TimeHard: opt.Of[uint64](2)}
	do := func(verb object.Verb, r object.Ref) {
		if _, err := r.Family.Do(t.Context(), s, verb, r); err != nil {
			t.Log("left out: ", err)
		}
	}
	do(object.Add, xfrm.StateType.Ref(state(0x400, func(v *xfrm.State) { v.Limit = short })))
	do(object.Add, xfrm.StateType.Ref(state(0x401, func(v *xfrm.State) { v.Limit, v.More = short, &xfrm.StateMore{CPU: opt.Of[uint32](0)} })))
	for spi, dst := range map[uint32]string{0x11: "192.0.2.103", 0x400: "192.0.2.40", 0x401: "192.0.2.40"} {
		do(object.Set, xfrm.ProgressType.Ref(&xfrm.Progress{Dst: addr(dst), SPI: opt.Of(spi), Proto: opt.Of(xfrm.ESP), ReplayThreshold: opt.Of[uint32](2)}))
	}
	do(object.Add, xfrm.StateType.Ref(state(0x402, func(v *xfrm.State) { v.Dst = addr("192.0.2.53") }))) // will do, but is no CPU's
	do(object.Add, xfrm.PolicyType.Ref(&xfrm.Policy{Dir: opt.Of(xfrm.Out), CPUAcquire: opt.Of(true),
		Selector:  xfrm.Selector{Src: netip.MustParsePrefix("192.0.2.1/32"), Dst: netip.MustParsePrefix("192.0.2.107/32")},
		Templates: []xfrm.Template{{Src: addr("192.0.2.1"), Dst: addr("192.0.2.53"), Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel)}}}))
	move := &xfrm.Migration{Selector: xfrm.Selector{Src: netip.MustParsePrefix("192.0.2.1/32"), Dst: netip.MustParsePrefix("192.0.2.104/32")},
		Dir: opt.Of(xfrm.Out), Keys: &xfrm.KeyManager{Local: addr("192.0.2.1"), Remote: addr("192.0.2.9")},
		Moves: []xfrm.Move{{OldSrc: addr("192.0.2.1"), OldDst: addr("192.0.2.60"), NewSrc: addr("192.0.2.1"), NewDst: addr("192.0.2.61"),
			Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel), ReqID: opt.Of[uint32](11)}},
		Encap: &xfrm.Encap{Type: opt.Of[uint16](2), SrcPort: opt.Of[uint16](4500), DstPort: opt.Of[uint16](4501)}}
	do(object.Call, xfrm.MigrateType.Ref(move))
	moveStates(do)
}

// moveStates gives a state that sends and one that receives other addresses.
func moveStates(do func(object.Verb, object.Ref)) {
	addr := netip.MustParseAddr
	udp := &xfrm.Encap{Type: opt.Of[uint16](2), SrcPort: opt.Of[uint16](4500), DstPort: opt.Of[uint16](4501)}
	for spi, dir := range map[uint32]uint8{0x403: 2, 0x404: 1} {
		do(object.Add, xfrm.StateType.Ref(state(spi, func(v *xfrm.State) {
			v.Dir, v.Mark = opt.Of(dir), opt.Of(rt.Mark{Value: 5, Mask: 0xff})
			v.Sel = &xfrm.Selector{Src: netip.MustParsePrefix("192.0.2.1/32"), Dst: netip.MustParsePrefix("192.0.2.40/32")}
		})))
		m := &xfrm.StateMigration{Dst: addr("192.0.2.40"), SPI: opt.Of(spi), Proto: opt.Of(xfrm.ESP), Mark: opt.Of(rt.Mark{Value: 5, Mask: 0xff}),
			NewDst: addr("192.0.2.41"), NewReqID: opt.Of[uint32](12), NewMark: opt.Of(rt.Mark{Value: 6, Mask: 0xff}), HostSel: opt.Of(true),
			Encap: udp, NoOffload: opt.Of(true), OutputMark: opt.Of[uint32](9), OutputMarkMask: opt.Of[uint32](0xff)}
		if dir == 2 {
			m.KeepAlive = opt.Of[uint32](20)
		} else {
			m.MappingTime = opt.Of[uint32](30)
		}
		do(object.Call, xfrm.StateMigrationType.Ref(m))
	}
}

// mapping receives ESP in UDP from another port than the state says.
func mapping(t *testing.T, ns *nstest.NS) {
	t.Helper()
	other := ns.Another(t)
	t.Setenv("OTHER", other.Path())
	run(t, filepath.Join("testdata", "xfrm_mapping.sh"))
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	const udpEncap, espInUDP = 100, 2 // linux/udp.h
	err = errors.Join(unix.Bind(fd, &unix.SockaddrInet4{Port: 4500}), unix.SetsockoptInt(fd, unix.IPPROTO_UDP, udpEncap, espInUDP))
	if err != nil {
		t.Log("left out: ", err)
	}
	_ = other.Do(func() error {
		run(t, filepath.Join("testdata", "xfrm_mapping_other.sh"))
		send(t, "198.51.100.1:9", 0)
		sendText(t, "198.51.100.1:4500", 0, "\x00\x00\x00\x20\x00\x00\x00\x09"+strings.Repeat("x", 40)) // SPI, number, nonsense
		return nil
	})
}
