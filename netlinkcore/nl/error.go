package nl

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// Errors that do not come from the kernel.
var (
	// ErrClosed says that the Conn or Subscription was closed before.
	ErrClosed = errors.New("netlink connection is closed")

	// ErrInterrupted says that a dump does not show one state: something
	// changed under it, or a datagram did not fit its buffer, which is larger
	// the next time. Retry starts anew.
	ErrInterrupted = errors.New("dump interrupted by a change")

	// ErrOverrun says that the kernel dropped events.
	ErrOverrun = errors.New("events lost: receive buffer overrun")

	// ErrNoAnswer says that the kernel took a request and did not answer.
	ErrNoAnswer = errors.New("no answer from the kernel")

	// ErrUnknown says that a request was sent and its answer lost: whether it
	// was done must be read back.
	ErrUnknown = errors.New("answer lost: result unknown")

	// ErrMalformed says that what came is not netlink.
	ErrMalformed = errors.New("malformed netlink datagram")

	// ErrTooLarge says that an answer is beyond any buffer.
	ErrTooLarge = errors.New("answer too large")
)

// An Error is the kernel's refusal of a request. errors.Is finds its Errno.
type Error struct {
	Op     string // what was asked for: "add"; set by the layers above
	Object string // of what: "route 10.0.0.0/8"; set by the layers above
	Path   string // the guilty attribute: "nexthops[1].gateway"; set by the layers above from Offset
	Value  string // of several that Path names the guilty one; set by the layers above

	Errno   unix.Errno
	Message string // the kernel's sentence (NLMSGERR_ATTR_MSG), control characters escaped; may be empty

	Offset      uint32 // where the guilty attribute begins, counted from the request's nlmsghdr; 0 is unknown
	Missing     uint32 // number of an attribute that the kernel missed; 0 is none
	MissingNest uint32 // where the nest that lacks it begins, counted likewise; 0 is the message itself
}

// Error says "op object: path: value: what the errno means: kernel's sentence
// (ERRNO)", without the parts that are empty.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Op != "" && e.Object != "" {
		b.WriteByte(' ')
	}
	b.WriteString(e.Object)
	for _, part := range [...]string{e.Path, e.Value, Describe(e.Errno), e.Message} {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(part)
	}
	if name := unix.ErrnoName(e.Errno); name != "" {
		b.WriteString(" (" + name + ")")
	}
	return b.String()
}

// Unwrap returns the Errno.
func (e *Error) Unwrap() error { return e.Errno }

// result reads the payload of NLMSG_ERROR or NLMSG_DONE: an errno, negative or
// zero, and then what is told about it. ok is false if it is cut short.
func (m *Message) result() (err error, ok bool) {
	if len(m.Body) < 4 {
		// A NLMSG_DONE may be empty (kernels before 2.6, some modules).
		return nil, m.Type == unix.NLMSG_DONE && len(m.Body) == 0
	}
	errno := int32(binary.NativeEndian.Uint32(m.Body))
	if errno == 0 {
		return nil, true
	}
	if errno < 0 {
		errno = -errno
	}
	e := &Error{Errno: unix.Errno(errno)}
	if m.Flags&unix.NLM_F_ACK_TLVS != 0 {
		e.parse(m.explanation())
	}
	return e, true
}

// explanation returns the attributes of an extended acknowledgement.
func (m *Message) explanation() []byte {
	b := m.Body[4:]
	if m.Type == unix.NLMSG_DONE {
		return b
	}
	n := headerLen // the request's header is repeated, and without CAP_ACK its body
	if len(b) >= headerLen && m.Flags&unix.NLM_F_CAPPED == 0 {
		n = wire.Align(int(binary.NativeEndian.Uint32(b)))
	}
	if n < headerLen || n > len(b) {
		return nil
	}
	return b[n:]
}

// parse reads struct nlmsgerr_attrs (include/uapi/linux/netlink.h). What is
// damaged is left out: the errno counts.
func (e *Error) parse(b []byte) {
	r := wire.NewReader(b)
	for typ, data, ok := r.Next(); ok; typ, data, ok = r.Next() {
		if typ == unix.NLMSGERR_ATTR_MSG {
			e.Message = sentence(data)
			continue
		}
		if len(data) < 4 {
			continue
		}
		switch v := binary.NativeEndian.Uint32(data); typ {
		case unix.NLMSGERR_ATTR_OFFS:
			e.Offset = v
		case nlmsgerrAttrMissType:
			e.Missing = v
		case nlmsgerrAttrMissNest:
			e.MissingNest = v
		}
	}
}

// Linux 6.1, include/uapi/linux/netlink.h.
const (
	nlmsgerrAttrMissType = 5
	nlmsgerrAttrMissNest = 6
)

// sentence makes the kernel's text fit for a terminal: it may quote names that
// others chose.
func sentence(b []byte) string {
	text := strings.TrimRight(string(b), "\x00")
	clean := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }
	if strings.IndexFunc(text, clean) < 0 {
		return text
	}
	var s strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		if clean(r) {
			escape(&s, text[:n])
		} else {
			s.WriteString(text[:n])
		}
		text = text[n:]
	}
	return s.String()
}

func escape(s *strings.Builder, text string) {
	const hex = "0123456789abcdef"
	for i := range len(text) {
		s.WriteString(`\x`)
		s.WriteByte(hex[text[i]>>4])
		s.WriteByte(hex[text[i]&15])
	}
}
