package main

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"
)

// The floor: a netlink socket and the system calls that the work needs.

var native = binary.NativeEndian

// A raw is a socket of the floor.
type raw struct {
	fd  int
	buf []byte
}

func dial() (*raw, error) { return dialProto(unix.NETLINK_ROUTE) }

func dialProto(proto int) (*raw, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, proto)
	if err != nil {
		return nil, err
	}
	// So that the kernel filters dumps by what the request's head says.
	if err := unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 1); err != nil {
		return nil, err
	}
	err = unix.Connect(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
	return &raw{fd, make([]byte, 64<<10)}, err
}

func (r *raw) close() { unix.Close(r.fd) }

// exchange sends what was encoded and waits for the acknowledgement that its
// last message asks for. A refusal is an error: nothing is refused here.
func (r *raw) exchange(b []byte) error {
	if _, err := unix.Write(r.fd, b); err != nil {
		return err
	}
	n, err := unix.Read(r.fd, r.buf)
	if err != nil {
		return err
	}
	if n < 20 || native.Uint16(r.buf[4:]) != unix.NLMSG_ERROR || native.Uint32(r.buf[16:]) != 0 {
		return fmt.Errorf("the kernel answers % x", r.buf[:min(n, 36)])
	}
	return nil
}

// drain asks for a list and receives all of it, without a look at anything but
// the end of each datagram, where the end of the list stands.
func (r *raw) drain(request []byte) error {
	if _, err := unix.Write(r.fd, request); err != nil {
		return err
	}
	for {
		n, err := unix.Read(r.fd, r.buf)
		if err != nil {
			return err
		}
		if n < 20 || n == len(r.buf) {
			return fmt.Errorf("a datagram of %d bytes", n)
		}
		if last := r.buf[n-20:]; native.Uint32(last) == 20 && native.Uint16(last[4:]) == unix.NLMSG_DONE {
			return nil
		}
	}
}

// count asks for a list and counts what comes, of one type. It is how counts
// are verified, never what is timed.
func (r *raw) count(request []byte, typ uint16) (count int, err error) {
	if _, err := unix.Write(r.fd, request); err != nil {
		return 0, err
	}
	for {
		n, err := unix.Read(r.fd, r.buf)
		if err != nil {
			return 0, err
		}
		for b := r.buf[:n]; len(b) >= unix.NLMSG_HDRLEN; {
			switch t := native.Uint16(b[4:]); t {
			case unix.NLMSG_DONE:
				return count, nil
			case unix.NLMSG_ERROR:
				return 0, fmt.Errorf("list refused: % x", b[:20])
			case typ:
				count++
			}
			b = b[min(align(int(native.Uint32(b))), len(b)):]
		}
	}
}

func align(n int) int { return (n + 3) &^ 3 }

// message begins a message; its length is set by finish.
func message(b []byte, typ, flags uint16, seq uint32) []byte {
	b = native.AppendUint32(b, 0)
	b = native.AppendUint16(b, typ)
	b = native.AppendUint16(b, flags|unix.NLM_F_REQUEST)
	b = native.AppendUint32(b, seq)
	return native.AppendUint32(b, 0)
}

func finish(b []byte, at int) []byte {
	native.PutUint32(b[at:], uint32(len(b)-at))
	return b
}

func attribute(b []byte, typ uint16, data ...byte) []byte {
	b = native.AppendUint16(b, uint16(4+len(data)))
	b = native.AppendUint16(b, typ)
	b = append(b, data...)
	return append(b, make([]byte, align(len(data))-len(data))...)
}

// listRoutes is the request for the IPv4 routes of a table.
func listRoutes(table byte) []byte {
	b := message(nil, unix.RTM_GETROUTE, unix.NLM_F_DUMP, 1)
	b = append(b, unix.AF_INET, 0, 0, 0, table, 0, 0, 0, 0, 0, 0, 0)
	return finish(b, 0)
}

// listLinks asks for all links with their virtual functions, as netlark and ip do.
func listLinks() []byte {
	const withVFs = 1 // RTEXT_FILTER_VF
	b := message(nil, unix.RTM_GETLINK, unix.NLM_F_DUMP, 1)
	b = append(b, make([]byte, unix.SizeofIfInfomsg)...)
	return finish(attribute(b, unix.IFLA_EXT_MASK, native.AppendUint32(nil, withVFs)...), 0)
}

// addRoute appends the message that adds the i-th route to a table.
func addRoute(b []byte, i int, table byte, dev uint32, flags uint16) []byte {
	at := len(b)
	b = message(b, unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_EXCL|flags, uint32(i+1))
	b = append(b, unix.AF_INET, 32, 0, 0, table, unix.RTPROT_BOOT, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST, 0, 0, 0, 0)
	dst := hostAddr(i).As4()
	via := gateway.As4()
	b = attribute(b, unix.RTA_DST, dst[:]...)
	b = attribute(b, unix.RTA_GATEWAY, via[:]...)
	b = attribute(b, unix.RTA_OIF, native.AppendUint32(nil, dev)...)
	return finish(b, at)
}

const (
	sendMessages = 128
	sendBytes    = 64 << 10
)

// encodeSends encodes the routes from first up to end, as many to a send as
// the floor takes; the last of each asks for an acknowledgement.
func encodeSends(first, end int, table byte, dev uint32) (sends [][]byte) {
	var b []byte
	n := 0
	for i := first; i < end; i++ {
		last := i == end-1 || n == sendMessages-1 || len(b) > sendBytes-256
		flags := uint16(0)
		if last {
			flags = unix.NLM_F_ACK
		}
		b = addRoute(b, i, table, dev, flags)
		n++
		if last {
			sends = append(sends, b)
			b, n = nil, 0
		}
	}
	return sends
}
