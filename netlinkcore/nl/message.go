package nl

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"
)

const headerLen = unix.NLMSG_HDRLEN

// A Message is one message from the kernel.
type Message struct {
	Type  uint16 // unix.RTM_NEWLINK, …
	Flags uint16 // unix.NLM_F_…
	Seq   uint32 // the request's, 0 in most events
	Body  []byte // what follows the nlmsghdr; valid until the next message is asked for
	NSID  int32  // where an event of another namespace came from; otherwise -1
}

// appendHeader appends a nlmsghdr without its length. The port is left zero:
// the kernel fills it in from the socket.
func appendHeader(b []byte, typ, flags uint16, seq uint32) []byte {
	b = binary.NativeEndian.AppendUint32(b, 0)
	b = binary.NativeEndian.AppendUint16(b, typ)
	b = binary.NativeEndian.AppendUint16(b, flags)
	b = binary.NativeEndian.AppendUint32(b, seq)
	return binary.NativeEndian.AppendUint32(b, 0)
}

// A parser walks the messages of a datagram, in place.
type parser struct {
	rest []byte
	m    Message // the current one
	port uint32  // whom it is for
	err  error
}

func parse(datagram []byte, nsid int32) parser {
	return parser{rest: datagram, m: Message{NSID: nsid}}
}

// next steps to the next message. At the end, or at a message of a wrong
// length, which err tells, it returns false.
func (p *parser) next() bool {
	b := p.rest
	if len(b) < headerLen {
		return p.stop()
	}
	n := uint(binary.NativeEndian.Uint32(b))
	if n < headerLen || n > uint(len(b)) {
		return p.stop()
	}
	p.m.Type = binary.NativeEndian.Uint16(b[4:])
	p.m.Flags = binary.NativeEndian.Uint16(b[6:])
	p.m.Seq = binary.NativeEndian.Uint32(b[8:])
	p.port = binary.NativeEndian.Uint32(b[12:])
	p.m.Body = b[headerLen:n:n]
	// The last message may lack its padding.
	p.rest = b[min((n+3)&^3, uint(len(b))):]
	return true
}

// stop is kept out of next for its speed.
func (p *parser) stop() bool {
	b := p.rest
	switch {
	case len(b) == 0:
	case len(b) < headerLen:
		p.err = fmt.Errorf("%w: %d bytes where a header of %d belongs", ErrMalformed, len(b), headerLen)
	default:
		n := binary.NativeEndian.Uint32(b)
		p.err = fmt.Errorf("%w: length %d in a datagram with %d bytes left", ErrMalformed, n, len(b))
	}
	return false
}

// answers reports whether the current message is for the socket. Some handlers
// leave the port zero; the sequence number is what tells requests apart.
func (p *parser) answers(s *sock, seq uint32) bool {
	return p.m.Seq == seq && (p.port == s.port || p.port == 0)
}
