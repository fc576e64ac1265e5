package probe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// Of a packet that was lost the kernel tells what it knows: an error number
// when it is sent, or, in the socket's error queue, what itself or a router
// reported later.

// sendReason returns the words for a send that failed. Of a packet that is too
// long for the device the error queue knows the MTU.
func (s *socket) sendReason(sendErr error) string {
	reason := sendErr.Error()
	if errno, ok := errors.AsType[syscall.Errno](sendErr); ok {
		reason = errno.Error()
	}
	if !errors.Is(sendErr, unix.EMSGSIZE) {
		return reason
	}
	_ = s.conn.Control(func(fd uintptr) {
		if _, r, ok := s.takeReport(int(fd)); ok && r.origin == unix.SO_EE_ORIGIN_LOCAL {
			reason = r.String()
		}
	})
	return reason
}

// takeError takes the next report about a request of s from the error queue.
func (s *socket) takeError(fd int) (seq int, reason string, ok bool) {
	for {
		quote, r, ok := s.takeReport(fd)
		if !ok {
			return 0, "", false
		}
		if seq, ok := s.packet.quoted(quote, s.raw); ok {
			return seq, r.String(), true
		}
	}
}

// takeReport takes the next report, and the beginning of the packet it is
// about, from the error queue.
func (s *socket) takeReport(fd int) (quote []byte, r report, ok bool) {
	oob := make([]byte, 512)
	for {
		n, oobn, _, _, err := unix.Recvmsg(fd, s.receive, oob, unix.MSG_ERRQUEUE)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, report{}, false
		}
		if r, ok := findReport(oob[:oobn]); ok {
			return s.receive[:n], r, true
		}
	}
}

// findReport returns the report among control messages.
func findReport(oob []byte) (report, bool) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return report{}, false
	}
	for _, m := range messages {
		isError := m.Header.Level == unix.SOL_IP && m.Header.Type == unix.IP_RECVERR ||
			m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_RECVERR
		if isError {
			return parseReport(m.Data), true
		}
	}
	return report{}, false
}

// A report is a struct sock_extended_err (linux/errqueue.h) and the sockaddr
// behind it.
type report struct {
	errno    syscall.Errno
	origin   byte
	typ      byte
	code     byte
	info     uint32 // the MTU, of "too big"
	offender netip.Addr
}

const reportLen = 16

func parseReport(b []byte) report {
	if len(b) < reportLen {
		return report{}
	}
	return report{
		errno:    syscall.Errno(binary.NativeEndian.Uint32(b)),
		origin:   b[4],
		typ:      b[5],
		code:     b[6],
		info:     binary.NativeEndian.Uint32(b[8:]),
		offender: offender(b[reportLen:]),
	}
}

// offender returns the address in a struct sockaddr_in or sockaddr_in6.
func offender(b []byte) netip.Addr {
	if len(b) < 2 {
		return netip.Addr{}
	}
	switch binary.NativeEndian.Uint16(b) {
	case unix.AF_INET:
		if len(b) >= 8 {
			return netip.AddrFrom4([4]byte(b[4:8]))
		}
	case unix.AF_INET6:
		if len(b) >= 24 {
			return netip.AddrFrom16([16]byte(b[8:24]))
		}
	}
	return netip.Addr{}
}

func (r report) String() string {
	reason := r.errno.Error()
	switch r.origin {
	case unix.SO_EE_ORIGIN_ICMP:
		reason = reason4(r)
	case unix.SO_EE_ORIGIN_ICMP6:
		reason = reason6(r)
	default:
		if r.errno == unix.EMSGSIZE {
			reason = fmt.Sprintf("%s: the MTU is %d", reason, r.info)
		}
	}
	if r.offender.IsValid() {
		return fmt.Sprintf("%s, says %v", reason, r.offender)
	}
	return reason
}

// reason4 returns the words for an ICMP error (RFC 792, RFC 1812).
func reason4(r report) string {
	const unreachable, exceeded = 3, 11
	switch {
	case r.typ == unreachable && r.code == 4:
		return fmt.Sprintf("fragmentation needed: the MTU is %d", r.info)
	case r.typ == unreachable && (r.code == 9 || r.code == 10 || r.code == 13):
		return "administratively prohibited"
	case r.typ == unreachable && r.code == 2:
		return "protocol unreachable"
	case r.typ == unreachable && r.code == 3:
		return "port unreachable"
	case r.typ == unreachable && r.code == 0:
		return "network unreachable"
	case r.typ == unreachable:
		return "host unreachable"
	case r.typ == exceeded && r.code == 0:
		return "time to live exceeded"
	}
	return fmt.Sprintf("%v (ICMP type %d, code %d)", r.errno, r.typ, r.code)
}

// reason6 returns the words for an ICMPv6 error (RFC 4443).
func reason6(r report) string {
	const unreachable, tooBig, exceeded = 1, 2, 3
	switch {
	case r.typ == unreachable && r.code == 0:
		return "no route"
	case r.typ == unreachable && r.code == 1:
		return "administratively prohibited"
	case r.typ == unreachable && r.code == 3:
		return "address unreachable"
	case r.typ == unreachable && r.code == 4:
		return "port unreachable"
	case r.typ == tooBig:
		return fmt.Sprintf("packet too big: the MTU is %d", r.info)
	case r.typ == exceeded && r.code == 0:
		return "hop limit exceeded"
	}
	return fmt.Sprintf("%v (ICMPv6 type %d, code %d)", r.errno, r.typ, r.code)
}
