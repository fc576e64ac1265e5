package nl_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
)

// Whatever comes, nothing panics and everything ends. The first byte says
// whether the header is made to fit the request.
func FuzzDatagram(f *testing.F) {
	r := nltest.Request{Seq: 1, Port: 1}
	for _, reply := range [][]byte{
		nltest.Ack(unix.EINVAL, "why", 36).Body, nltest.Done(0).Body, explained("why"), {}, make([]byte, 20),
	} {
		for _, typ := range []uint16{unix.NLMSG_ERROR, unix.NLMSG_DONE, testType} {
			f.Add(append([]byte{1}, r.Message(typ, unix.NLM_F_ACK_TLVS, reply)...))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k := nltest.New()
		k.Handle(0, testType, func(r nltest.Request) []nltest.Reply { return []nltest.Reply{nltest.Raw(fit(r, data))} })
		cfg := k.Config()
		cfg.Patience = 1
		c := nl.New(cfg)
		_, _ = ask(t, c, 0)
		_, _ = list(t, c)
		b := c.Batch(0, nil)
		for range 3 {
			b.Begin(testType, 0)
			_ = b.End(t.Context())
		}
		_ = b.Flush(t.Context())
		s := subscribe(t, c, true, 1)
		k.Event(0, 1, -1, nltest.Raw(data))
		for range 10 {
			_, _, _ = s.TryNext()
		}
		s.Close()
		if err := c.Close(); err != nil || k.Sockets() != 0 {
			t.Errorf("%v, %d sockets are open", err, k.Sockets())
		}
	})
}

// fit gives the first message of data the request's sequence number and port.
func fit(r nltest.Request, data []byte) []byte {
	if len(data) < 17 || data[0]&1 == 0 {
		return data
	}
	b := append([]byte(nil), data[1:]...)
	copy(b[8:16], r.Message(0, 0, nil)[8:16])
	return b
}
