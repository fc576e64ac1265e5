// Package nltest has a kernel made of a script, and messages captured from
// real ones, to test what speaks netlink without privileges or a namespace.
//
//	k := nltest.New()
//	k.Handle(unix.NETLINK_ROUTE, unix.RTM_NEWLINK, func(r nltest.Request) []nltest.Reply {
//		return []nltest.Reply{nltest.Ack(unix.EEXIST, "", 0)}
//	})
//	conn := nl.New(k.Config())
package nltest

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// A Kernel answers requests as its handlers say. Without a handler for a
// message it refuses with EOPNOTSUPP, as the real one does.
type Kernel struct {
	rtnl sync.Mutex // held while a handler runs, so that they run one at a time

	mu       sync.Mutex // guards what follows
	handlers map[key]Handler
	requests []Request
	sockets  []*socket // those that are open
	port     uint32    // of the last one opened
}

type key struct {
	proto int
	typ   uint16
}

// A Handler returns what the kernel says to a request, in order.
//
// It need not say that the request succeeded: unless one of the replies ends
// the answer (Ack, Done, Raw, Lose, Fail, Drop), an acknowledgement follows if
// one was asked for, or the end of the dump.
type Handler func(Request) []Reply

// A Request is a message that the fake kernel was sent.
type Request struct {
	Proto int
	Type  uint16
	Flags uint16
	Seq   uint32
	Port  uint32 // the socket it came from
	Body  []byte // what follows the nlmsghdr
}

// Message encodes a whole message, nlmsghdr included, as an answer to r: for
// Raw.
func (r Request) Message(typ, flags uint16, body []byte) []byte {
	b := make([]byte, 0, unix.NLMSG_HDRLEN+wire.Align(len(body)))
	b = binary.NativeEndian.AppendUint32(b, uint32(unix.NLMSG_HDRLEN+len(body)))
	b = binary.NativeEndian.AppendUint16(b, typ)
	b = binary.NativeEndian.AppendUint16(b, flags)
	b = binary.NativeEndian.AppendUint32(b, r.Seq)
	b = binary.NativeEndian.AppendUint32(b, r.Port)
	b = append(b, body...)
	return append(b, make([]byte, wire.Align(len(body))-len(body))...)
}

func (r Request) isDump() bool { return r.Flags&unix.NLM_F_DUMP == unix.NLM_F_DUMP }

// New returns a Kernel without handlers.
func New() *Kernel { return &Kernel{handlers: map[key]Handler{}} }

// Handle makes h answer messages of a type. Type 0 stands for all that have no
// handler of their own.
func (k *Kernel) Handle(proto int, typ uint16, h Handler) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.handlers[key{proto, typ}] = h
}

// Config returns a configuration for nl.New that leads to k.
func (k *Kernel) Config() nl.Config { return nl.Config{Open: k.open} }

// Requests returns all requests up to now.
func (k *Kernel) Requests() []Request {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.requests)
}

// Sockets returns the number of sockets that are open.
func (k *Kernel) Sockets() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.sockets)
}

// Event sends replies to all sockets that joined the group. nsid is the
// namespace that they come from: -1 is the socket's own, others are heard only
// by subscriptions to all.
func (k *Kernel) Event(proto int, group uint32, nsid int32, replies ...Reply) {
	k.mu.Lock()
	sockets := slices.Clone(k.sockets)
	k.mu.Unlock()
	for _, s := range sockets {
		if s.proto != proto || !s.hears(group, nsid) {
			continue
		}
		for _, r := range replies {
			it := r.item(Request{Proto: proto})
			it.nsid = nsid
			s.push(it)
		}
	}
}

// receive does with a datagram what netlink_rcv_skb does.
func (k *Kernel) receive(s *socket, b []byte) {
	for len(b) >= unix.NLMSG_HDRLEN {
		n := int(binary.NativeEndian.Uint32(b))
		if n < unix.NLMSG_HDRLEN || n > len(b) {
			return
		}
		r := Request{
			Proto: s.proto,
			Type:  binary.NativeEndian.Uint16(b[4:]),
			Flags: binary.NativeEndian.Uint16(b[6:]),
			Seq:   binary.NativeEndian.Uint32(b[8:]),
			Port:  s.port,
			Body:  bytes.Clone(b[unix.NLMSG_HDRLEN:n]),
		}
		k.answer(s, r)
		b = b[min(wire.Align(n), len(b)):]
	}
}

func (k *Kernel) answer(s *socket, r Request) {
	h := k.record(r)
	k.rtnl.Lock()
	replies := h(r)
	k.rtnl.Unlock()
	ended := false
	for _, reply := range replies {
		ended = ended || reply.ends
		if !reply.silent(r) {
			s.push(reply.item(r))
		}
	}
	if ended {
		return
	}
	end := Ack(0, "", 0)
	if r.isDump() {
		end = Done(0)
	}
	if !end.silent(r) {
		s.push(end.item(r))
	}
}

func (k *Kernel) record(r Request) Handler {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.requests = append(k.requests, r)
	if h, ok := k.handlers[key{r.Proto, r.Type}]; ok {
		return h
	}
	if h, ok := k.handlers[key{r.Proto, 0}]; ok {
		return h
	}
	return func(Request) []Reply { return []Reply{Ack(unix.EOPNOTSUPP, "", 0)} }
}
