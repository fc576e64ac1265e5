package nltest

import (
	"encoding/binary"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// A Reply is what the fake kernel says: one datagram. Written as a literal it
// is one message; the functions below make those of other kinds.
type Reply struct {
	Type  uint16
	Flags uint16 // beyond NLM_F_MULTI, which messages of a dump get
	Body  []byte // what follows the nlmsghdr

	ends   bool // nothing is added to the answer
	ack    bool // a success that only NLM_F_ACK asks for
	drop   bool
	raw    []byte
	joined []Reply
	errno  unix.Errno // what receiving fails with
	delay  time.Duration
}

// Ack is the kernel's verdict: errno 0 is success, and is sent only to requests
// that asked for it. message and offset, unless empty, are the extended
// acknowledgement: the kernel's sentence, and where in the request the guilty
// attribute begins.
func Ack(errno unix.Errno, message string, offset uint32) Reply {
	r := Reply{Type: unix.NLMSG_ERROR, Flags: unix.NLM_F_CAPPED, ends: true, ack: errno == 0}
	var w wire.Writer
	w.Zero(4 + unix.NLMSG_HDRLEN)
	binary.NativeEndian.PutUint32(w.At(0, 4), uint32(-int32(errno)))
	if message != "" {
		w.String(unix.NLMSGERR_ATTR_MSG, message)
	}
	if offset != 0 {
		w.Uint32(unix.NLMSGERR_ATTR_OFFS, offset)
	}
	if message != "" || offset != 0 {
		r.Flags |= unix.NLM_F_ACK_TLVS
	}
	r.Body, _ = w.Bytes()
	return r
}

// Done ends a dump; an errno other than 0 says that it failed midway.
func Done(errno unix.Errno) Reply {
	body := binary.NativeEndian.AppendUint32(nil, uint32(-int32(errno)))
	return Reply{Type: unix.NLMSG_DONE, Flags: unix.NLM_F_MULTI, Body: body, ends: true}
}

// Raw is a datagram as it is, right or wrong. Request.Message makes its parts.
func Raw(datagram []byte) Reply { return Reply{raw: datagram, ends: true} }

// Join puts several replies into one datagram.
func Join(replies ...Reply) Reply {
	r := Reply{joined: replies}
	for _, part := range replies {
		r.ends = r.ends || part.ends
	}
	return r
}

// Lose stands for answers that the kernel dropped since the receive buffer was
// full: receiving fails once with ENOBUFS.
func Lose() Reply { return Fail(unix.ENOBUFS) }

// Fail makes receiving fail once.
func Fail(errno unix.Errno) Reply { return Reply{errno: errno, ends: true} }

// Drop says nothing at all: the request stays without an answer.
func Drop() Reply { return Reply{drop: true, ends: true} }

// After delays r, and what stands behind it, by d.
func After(d time.Duration, r Reply) Reply {
	r.delay = d
	return r
}

// silent reports whether the kernel says nothing to the request.
func (r Reply) silent(to Request) bool {
	return r.drop || r.ack && to.Flags&unix.NLM_F_ACK == 0
}

func (r Reply) item(to Request) item {
	it := item{nsid: -1, data: r.encode(to)}
	if r.errno != 0 {
		it.err = r.errno
	}
	if r.delay > 0 {
		it.at = time.Now().Add(r.delay)
	}
	return it
}

func (r Reply) encode(to Request) []byte {
	if r.raw != nil || r.errno != 0 {
		return r.raw
	}
	if r.joined == nil {
		return r.message(to)
	}
	var b []byte
	for _, part := range r.joined {
		b = append(b, part.encode(to)...)
	}
	return b
}

func (r Reply) message(to Request) []byte {
	flags := r.Flags
	if to.isDump() && r.Type >= unix.NLMSG_MIN_TYPE {
		flags |= unix.NLM_F_MULTI
	}
	if r.Type != unix.NLMSG_ERROR {
		return to.Message(r.Type, flags, r.Body)
	}
	b := to.Message(r.Type, flags, r.Body)
	// An acknowledgement repeats the request's header.
	copy(b[unix.NLMSG_HDRLEN+4:], to.Message(to.Type, to.Flags, nil))
	binary.NativeEndian.PutUint32(b[unix.NLMSG_HDRLEN+4:], uint32(unix.NLMSG_HDRLEN+len(to.Body)))
	return b
}
