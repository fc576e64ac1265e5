package probe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A socket sends echo requests of one Ping and takes what comes back.
//
// It is in Go's poller: many pings wait at the same time, and none should hold
// a thread. The poller costs a microsecond, which the round trip has to spare.
type socket struct {
	file    *os.File
	conn    syscall.RawConn
	raw     bool // else a datagram socket, whose identifier the kernel chooses
	dst     unix.Sockaddr
	packet  echo
	receive []byte
}

// openSocket opens a socket in the Config's namespace and sets it up.
func openSocket(c Config) (*socket, error) {
	s := &socket{receive: make([]byte, c.Size+maxHeaders)}
	fd := -1
	err := c.Enter(func() (err error) {
		fd, s.raw, err = icmpSocket(c.Dst)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.setUp(fd, c); err != nil {
		unix.Close(fd)
		return nil, err
	}
	s.file = os.NewFile(uintptr(fd), "icmp") // takes over fd
	if s.conn, err = s.file.SyscallConn(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// icmpSocket opens a raw socket or, without the capability, a datagram one,
// which net.ipv4.ping_group_range may allow.
func icmpSocket(dst netip.Addr) (fd int, raw bool, err error) {
	domain, proto := unix.AF_INET, unix.IPPROTO_ICMP
	if dst.Is6() {
		domain, proto = unix.AF_INET6, unix.IPPROTO_ICMPV6
	}
	const flags = unix.SOCK_NONBLOCK | unix.SOCK_CLOEXEC
	fd, err = unix.Socket(domain, unix.SOCK_RAW|flags, proto)
	if err == nil {
		return fd, true, nil
	}
	if !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.EACCES) {
		return -1, false, fmt.Errorf("cannot open a socket: %w", err)
	}
	fd, err = unix.Socket(domain, unix.SOCK_DGRAM|flags, proto)
	if err != nil {
		return -1, false, fmt.Errorf("cannot open a socket: %w (net.ipv4.ping_group_range or CAP_NET_RAW would allow it)", err)
	}
	return fd, false, nil
}

// setUp binds the socket and sets its options.
func (s *socket) setUp(fd int, c Config) error {
	index, err := bindToDevice(fd, c.device())
	if err != nil {
		return err
	}
	for _, o := range options(c, s.raw) {
		if err := unix.SetsockoptInt(fd, o.level, o.name, o.value); err != nil {
			return fmt.Errorf("cannot set socket option %s: %w", o.what, err)
		}
	}
	if s.raw && c.Dst.Is6() {
		if err := acceptAnswers6(fd); err != nil {
			return err
		}
	}
	if c.Src.IsValid() {
		if err := unix.Bind(fd, sockaddr(c.Src, index)); err != nil {
			return fmt.Errorf("cannot send from %v: %w", c.Src, err)
		}
	}
	s.dst = sockaddr(c.Dst, index)
	if !c.Dst.IsMulticast() {
		// Connected, the socket gets answers from this address only. Where
		// that fails sending fails too, and says why.
		_ = unix.Connect(fd, s.dst)
	}
	s.packet = newEcho(c.Dst.Is6(), c.Size)
	return nil
}

// bindToDevice has the socket use one device, if dev names one, and returns
// its index.
func bindToDevice(fd int, dev string) (index int, err error) {
	if dev == "" {
		return 0, nil
	}
	if index, err = deviceIndex(fd, dev); err != nil {
		return 0, err
	}
	if err := unix.BindToDevice(fd, dev); err != nil {
		return 0, fmt.Errorf("cannot send through %s: %w", dev, err)
	}
	return index, nil
}

// An option is an integer socket option.
type option struct {
	level, name, value int
	what               string
}

func options(c Config, raw bool) []option {
	if c.Dst.Is6() {
		return options6(c)
	}
	return options4(c, raw)
}

func options4(c Config, raw bool) []option {
	fragment := unix.IP_PMTUDISC_DONT
	if c.DF {
		fragment = unix.IP_PMTUDISC_DO
	}
	all := []option{
		{unix.SOL_IP, unix.IP_RECVERR, 1, "IP_RECVERR"},
		{unix.SOL_IP, unix.IP_MTU_DISCOVER, fragment, "IP_MTU_DISCOVER"},
	}
	if raw {
		all = append(all, option{unix.SOL_RAW, unix.ICMP_FILTER, ^(1 << typeEchoReply4), "ICMP_FILTER"})
	}
	if c.TTL > 0 {
		all = append(all,
			option{unix.SOL_IP, unix.IP_TTL, c.TTL, "IP_TTL"},
			option{unix.SOL_IP, unix.IP_MULTICAST_TTL, c.TTL, "IP_MULTICAST_TTL"})
	}
	return all
}

func options6(c Config) []option {
	all := []option{{unix.SOL_IPV6, unix.IPV6_RECVERR, 1, "IPV6_RECVERR"}}
	if c.DF {
		all = append(all,
			option{unix.SOL_IPV6, unix.IPV6_MTU_DISCOVER, unix.IPV6_PMTUDISC_DO, "IPV6_MTU_DISCOVER"},
			option{unix.SOL_IPV6, unix.IPV6_DONTFRAG, 1, "IPV6_DONTFRAG"})
	}
	if c.TTL > 0 {
		all = append(all,
			option{unix.SOL_IPV6, unix.IPV6_UNICAST_HOPS, c.TTL, "IPV6_UNICAST_HOPS"},
			option{unix.SOL_IPV6, unix.IPV6_MULTICAST_HOPS, c.TTL, "IPV6_MULTICAST_HOPS"})
	}
	return all
}

// acceptAnswers6 has the kernel deliver echo replies only.
func acceptAnswers6(fd int) error {
	var refused unix.ICMPv6Filter
	for i := range refused.Data {
		refused.Data[i] = ^uint32(0)
	}
	refused.Data[typeEchoReply6/32] &^= 1 << (typeEchoReply6 % 32)
	if err := unix.SetsockoptICMPv6Filter(fd, unix.SOL_ICMPV6, unix.ICMPV6_FILTER, &refused); err != nil {
		return fmt.Errorf("cannot set socket option ICMPV6_FILTER: %w", err)
	}
	return nil
}

// deviceIndex returns the index of a device in the socket's namespace.
func deviceIndex(fd int, dev string) (int, error) {
	ifr, err := unix.NewIfreq(dev)
	if err != nil {
		return 0, fmt.Errorf("no device %q: %w", dev, err)
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, ifr); err != nil {
		return 0, fmt.Errorf("no device %q: %w", dev, err)
	}
	return int(ifr.Uint32()), nil
}

func sockaddr(addr netip.Addr, index int) unix.Sockaddr {
	if addr.Is4() {
		return &unix.SockaddrInet4{Addr: addr.As4()}
	}
	sa := &unix.SockaddrInet6{Addr: addr.As16()}
	if addr.IsLinkLocalUnicast() || addr.IsLinkLocalMulticast() || addr.IsInterfaceLocalMulticast() {
		sa.ZoneId = uint32(index)
	}
	return sa
}

func (s *socket) close() { s.file.Close() }

// wake ends the read that is waiting, if any.
func (s *socket) wake() { s.file.SetReadDeadline(time.Unix(1, 0)) }

// send sends the request of that number. The kernel reports the error of an
// earlier packet to whatever call comes next, once: so a send that fails is
// repeated.
func (s *socket) send(seq int) error {
	packet := s.packet.request(seq)
	var err error
	controlErr := s.conn.Control(func(fd uintptr) {
		if err = unix.Sendto(int(fd), packet, unix.MSG_NOSIGNAL, s.dst); err != nil {
			err = unix.Sendto(int(fd), packet, unix.MSG_NOSIGNAL, s.dst)
		}
	})
	return errors.Join(err, controlErr)
}

// drain takes everything that has arrived: answers, and errors that the kernel
// and routers reported.
func (s *socket) drain(fd int, p *pinger) {
	for failures := 0; failures < 16; {
		n, _, err := unix.Recvfrom(fd, s.receive, 0)
		if errors.Is(err, unix.EAGAIN) {
			break
		}
		if err != nil {
			failures++ // of an earlier packet; reading it has cleared it
			continue
		}
		if seq, ok := s.packet.answer(s.receive[:n], s.raw); ok {
			p.answered(seq, time.Now())
		}
	}
	for {
		seq, reason, ok := s.takeError(fd)
		if !ok {
			return
		}
		p.lost(seq, reason)
	}
}

// random returns bytes nobody else sends. They are no secret.
func random(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func randomID() uint16 { return binary.BigEndian.Uint16(random(2)) }
