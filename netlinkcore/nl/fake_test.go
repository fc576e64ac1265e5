package nl_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
)

// Tests against a kernel that says what the real one never or rarely does.

const testType = 0x20

// scripted returns a Conn to a kernel that answers testType as h says.
func scripted(h nltest.Handler) (*nl.Conn, *nltest.Kernel) {
	k := nltest.New()
	k.Handle(0, testType, h)
	cfg := k.Config()
	cfg.Patience = 5 * time.Millisecond
	return nl.New(cfg), k
}

// says is a handler that answers the same to all.
func says(replies ...nltest.Reply) nltest.Handler {
	return func(nltest.Request) []nltest.Reply { return replies }
}

// ask makes a call and returns the bodies that came.
func ask(t *testing.T, c *nl.Conn, flags uint16) (bodies []string, err error) {
	t.Helper()
	err = c.Call(t.Context(), &nl.Request{Type: testType, Flags: flags, Body: []byte("ask!")}, func(m nl.Message) error {
		bodies = append(bodies, string(m.Body))
		return nil
	})
	return bodies, err
}

// list makes a dump and returns the bodies that came.
func list(t *testing.T, c *nl.Conn) (bodies []string, err error) {
	t.Helper()
	for m, failure := range c.Dump(t.Context(), &nl.Request{Type: testType}) {
		if failure != nil {
			if err != nil || m.Body != nil {
				t.Errorf("after %v came %v with %+v", err, failure, m)
			}
			err = failure
			continue
		}
		bodies = append(bodies, string(m.Body))
	}
	return bodies, err
}

func text(s string) nltest.Reply { return nltest.Reply{Type: testType, Body: []byte(s)} }

func TestRequestOnWire(t *testing.T) {
	c, k := scripted(says(text("yes")))
	for range 2 {
		if got, err := ask(t, c, unix.NLM_F_CREATE); err != nil || !slices.Equal(got, []string{"yes"}) {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if _, err := list(t, c); err != nil {
		t.Fatal(err)
	}
	r := k.Requests()
	want := uint16(unix.NLM_F_REQUEST | unix.NLM_F_ACK | unix.NLM_F_CREATE)
	if r[0].Flags != want || string(r[0].Body) != "ask!" || r[0].Seq == 0 {
		t.Errorf("%+v", r[0])
	}
	if r[1].Seq == r[0].Seq || r[1].Port != r[0].Port || k.Sockets() != 1 {
		t.Errorf("second request %+v after %+v, %d sockets", r[1], r[0], k.Sockets())
	}
	if r[2].Flags != unix.NLM_F_REQUEST|unix.NLM_F_DUMP {
		t.Errorf("dump %+v", r[2])
	}
}

// Answers to others, late ones and noise are skipped.
func TestForeign(t *testing.T) {
	c, _ := scripted(func(r nltest.Request) []nltest.Reply {
		late, other := r, r
		late.Seq--
		other.Port += 1000
		ack := nltest.Ack(unix.EPERM, "", 0)
		stray := nltest.Raw(slices.Concat(
			late.Message(testType, 0, []byte("late")), other.Message(testType, 0, []byte("other")),
			late.Message(unix.NLMSG_ERROR, 0, ack.Body), other.Message(unix.NLMSG_DONE, 0, make([]byte, 4)),
			r.Message(unix.NLMSG_NOOP, 0, nil)))
		verdict := nltest.Raw(r.Message(unix.NLMSG_DONE, 0, make([]byte, 4)))
		return []nltest.Reply{stray, text("mine"), verdict}
	})
	if got, err := ask(t, c, 0); err != nil || !slices.Equal(got, []string{"mine"}) {
		t.Errorf("Call: %q, %v", got, err)
	}
	if got, err := list(t, c); err != nil || !slices.Equal(got, []string{"mine"}) {
		t.Errorf("Dump: %q, %v", got, err)
	}
}

// The last message of a datagram may lack its padding.
func TestUnalignedTail(t *testing.T) {
	c, _ := scripted(func(r nltest.Request) []nltest.Reply {
		b := slices.Concat(r.Message(testType, 0, []byte("first")), r.Message(testType, 0, []byte("second")))
		return []nltest.Reply{nltest.Raw(b[:len(b)-2]), nltest.Raw(r.Message(unix.NLMSG_DONE, 0, make([]byte, 4)))}
	})
	want := []string{"first", "second"}
	if got, err := ask(t, c, 0); err != nil || !slices.Equal(got, want) {
		t.Errorf("Call: %q, %v", got, err)
	}
	if got, err := list(t, c); err != nil || !slices.Equal(got, want) {
		t.Errorf("Dump: %q, %v", got, err)
	}
}

func TestGarbage(t *testing.T) {
	length := func(n uint32) func(nltest.Request) []byte {
		return func(r nltest.Request) []byte {
			b := r.Message(testType, 0, []byte("1234"))
			binary.NativeEndian.PutUint32(b, n)
			return b
		}
	}
	for name, garbage := range map[string]func(nltest.Request) []byte{
		"short header":    func(nltest.Request) []byte { return make([]byte, 15) },
		"one byte":        func(nltest.Request) []byte { return []byte{1} },
		"length 0":        length(0),
		"length 15":       length(15),
		"length beyond":   length(21),
		"length huge":     length(0xffffffff),
		"length negative": length(0x80000000),
		"trailing bytes":  func(r nltest.Request) []byte { return append(r.Message(testType, 0, nil), 1, 2, 3) },
		"short result":    func(r nltest.Request) []byte { return r.Message(unix.NLMSG_ERROR, 0, []byte{1, 2, 3}) },
		"result without":  func(r nltest.Request) []byte { return r.Message(unix.NLMSG_ERROR, 0, nil) },
		"short end":       func(r nltest.Request) []byte { return r.Message(unix.NLMSG_DONE, 0, []byte{1, 2, 3}) },
		"zeros":           func(nltest.Request) []byte { return make([]byte, 64) },
	} {
		t.Run(name, func(t *testing.T) {
			c, k := scripted(func(r nltest.Request) []nltest.Reply { return []nltest.Reply{nltest.Raw(garbage(r))} })
			if _, err := ask(t, c, 0); !errors.Is(err, nl.ErrMalformed) {
				t.Errorf("Call: %v", err)
			}
			if _, err := list(t, c); !errors.Is(err, nl.ErrMalformed) {
				t.Errorf("Dump: %v", err)
			}
			if k.Sockets() != 0 {
				t.Errorf("%d sockets are used again", k.Sockets())
			}
		})
	}
}

func TestDumpEnd(t *testing.T) {
	intr := text("b")
	intr.Flags = unix.NLM_F_DUMP_INTR
	late := nltest.Done(0)
	late.Flags |= unix.NLM_F_DUMP_INTR
	for _, test := range []struct {
		name string
		end  []nltest.Reply
		want error
	}{
		{"success", []nltest.Reply{nltest.Done(0)}, nil},
		{"in one datagram", []nltest.Reply{nltest.Join(text("b"), nltest.Done(0))}, nil},
		{"empty end", []nltest.Reply{{Type: unix.NLMSG_DONE}, nltest.Drop()}, nil},
		{"errno", []nltest.Reply{nltest.Done(unix.EMSGSIZE)}, unix.EMSGSIZE},
		{"errno instead", []nltest.Reply{nltest.Ack(unix.ENODEV, "", 0)}, unix.ENODEV},
		{"interrupted", []nltest.Reply{intr, nltest.Done(0)}, nl.ErrInterrupted},
		{"interrupted at the end", []nltest.Reply{late}, nl.ErrInterrupted},
		{"interrupted and failed", []nltest.Reply{intr, nltest.Done(unix.ENOMEM)}, unix.ENOMEM},
		{"lost", []nltest.Reply{nltest.Lose()}, nl.ErrInterrupted},
		{"no end", []nltest.Reply{nltest.Drop()}, nl.ErrNoAnswer},
		{"no bytes", []nltest.Reply{nltest.Raw([]byte{})}, io.ErrUnexpectedEOF},
		{"receive fails", []nltest.Reply{nltest.Fail(unix.ENOTCONN)}, unix.ENOTCONN},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := scripted(says(append([]nltest.Reply{text("a")}, test.end...)...))
			got, err := list(t, c)
			if !errors.Is(err, test.want) || len(got) == 0 || got[0] != "a" {
				t.Errorf("%q, %v; want a, … and %v", got, err, test.want)
			}
		})
	}
}

// A dump that failed midway may say why after its errno.
func TestDumpEndSentence(t *testing.T) {
	c, _ := scripted(func(r nltest.Request) []nltest.Reply {
		done := nltest.Done(unix.EINVAL)
		done.Flags |= unix.NLM_F_ACK_TLVS
		done.Body = append(done.Body, nltest.Ack(0, "because", 0).Body[20:]...)
		return []nltest.Reply{done}
	})
	_, err := list(t, c)
	var refused *nl.Error
	if !errors.As(err, &refused) || refused.Message != "because" || refused.Errno != unix.EINVAL {
		t.Errorf("%#v", err)
	}
}

func TestCallLost(t *testing.T) {
	for _, test := range []struct {
		name  string
		reply nltest.Reply
		want  error
	}{
		{"no answer", nltest.Drop(), nl.ErrNoAnswer},
		{"dropped", nltest.Lose(), unix.ENOBUFS},
		{"no bytes", nltest.Raw([]byte{}), io.ErrUnexpectedEOF},
		{"receive fails", nltest.Fail(unix.ENOTCONN), unix.ENOTCONN},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, k := scripted(says(test.reply))
			if _, err := ask(t, c, 0); !errors.Is(err, test.want) || !errors.Is(err, nl.ErrUnknown) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if k.Sockets() != 0 {
				t.Errorf("%d sockets are used again", k.Sockets())
			}
		})
	}
}

// A late answer is waited for, and the end of ctx ends the wait.
func TestWait(t *testing.T) {
	c, k := scripted(says(nltest.After(20*time.Millisecond, nltest.Ack(unix.EBUSY, "", 0))))
	if _, err := ask(t, c, 0); !errors.Is(err, nl.ErrNoAnswer) {
		t.Errorf("patience of 5 ms: %v", err)
	}
	cfg := k.Config()
	c = nl.New(cfg)
	if _, err := ask(t, c, 0); !errors.Is(err, unix.EBUSY) {
		t.Errorf("patience of seconds: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := c.Call(ctx, &nl.Request{Type: testType}, nil)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, nl.ErrUnknown) || time.Since(start) > 15*time.Millisecond {
		t.Errorf("ctx ended: %v after %v", err, time.Since(start))
	}
	if k.Sockets() != 0 {
		t.Error("the socket that the answer comes to is used again")
	}
}

// An answer that does not fit is asked for again, unless that would do the
// request twice.
func TestLargeAnswer(t *testing.T) {
	large := string(make([]byte, 200_000))
	scripted := func(f nltest.Handler) (*nl.Conn, *nltest.Kernel) {
		runtime.GC() // buffers that are large already go from the pool
		runtime.GC()
		return scripted(f)
	}
	c, k := scripted(says(text(large)))
	got, err := ask(t, c, 0)
	if err != nil || len(got) != 1 || len(got[0]) != len(large) || len(k.Requests()) != 2 {
		t.Errorf("%d answers after %d requests, %v", len(got), len(k.Requests()), err)
	}
	c, k = scripted(says(text(large)))
	got, err = ask(t, c, unix.NLM_F_ECHO)
	if err != nil || len(got) != 0 || len(k.Requests()) != 1 {
		t.Errorf("echo: %d answers after %d requests, %v", len(got), len(k.Requests()), err)
	}
	c, k = scripted(says(text("a"), text(large)))
	var all []string
	err = nl.Retry(3, func() (err error) { all, err = list(t, c); return err })
	if err != nil || len(all) != 2 || len(k.Requests()) != 2 {
		t.Errorf("dump: %d messages after %d requests, %v", len(all), len(k.Requests()), err)
	}
}

func TestRetry(t *testing.T) {
	n := 0
	if err := nl.Retry(4, func() error { n++; return nl.ErrInterrupted }); !errors.Is(err, nl.ErrInterrupted) || n != 4 {
		t.Errorf("%d times, %v", n, err)
	}
	n = 0
	if err := nl.Retry(4, func() error { n++; return io.EOF }); err != io.EOF || n != 1 {
		t.Errorf("%d times, %v", n, err)
	}
}

// A few idle sockets of each protocol are kept, not more.
func TestIdle(t *testing.T) {
	k := nltest.New()
	for proto := range 3 {
		k.Handle(proto, testType, says(text("a")))
	}
	c := nl.New(k.Config())
	var nest func(proto, depth int)
	nest = func(proto, depth int) {
		for range c.Dump(t.Context(), &nl.Request{Proto: proto, Type: testType}) {
			if depth > 0 {
				nest(proto, depth-1)
			}
		}
	}
	for proto := range 3 {
		nest(proto, 9)
	}
	if n := k.Sockets(); n != 12 {
		t.Errorf("%d sockets are open, want 4 of each protocol", n)
	}
	if err := c.CloseIdle(); err != nil || k.Sockets() != 0 {
		t.Errorf("%d sockets after CloseIdle, %v", k.Sockets(), err)
	}
	nest(0, 0)
	if err := c.Close(); err != nil || k.Sockets() != 0 {
		t.Errorf("%d sockets after Close, %v", k.Sockets(), err)
	}
}

func TestPanicInLoop(t *testing.T) {
	c, k := scripted(says(text("a"), text("b")))
	func() {
		defer func() { _ = recover() }()
		for range c.Dump(t.Context(), &nl.Request{Type: testType}) {
			panic("boom")
		}
	}()
	if k.Sockets() != 0 {
		t.Error("a half-read socket is used again")
	}
	if got, err := ask(t, c, 0); err != nil || len(got) != 2 {
		t.Errorf("%q, %v", got, err)
	}
}

func TestOpenFails(t *testing.T) {
	own := errors.New("own")
	c := nl.New(nl.Config{Open: func(int) (nl.Socket, error) { return nil, own }})
	if err := c.Call(t.Context(), &nl.Request{}, nil); err != own {
		t.Errorf("Call: %v", err)
	}
	c = nl.New(nl.Config{Enter: func(func() error) error { return own }})
	if err := c.Call(t.Context(), &nl.Request{}, nil); err != own {
		t.Errorf("Call: %v", err)
	}
	if _, err := c.Subscribe(t.Context(), 0, nil, false); err != own {
		t.Errorf("Subscribe: %v", err)
	}
}
