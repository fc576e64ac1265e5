package nl_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// failures collects what a Batch reports.
type failures struct {
	at   []int
	errs []error
}

func (f *failures) done(i int, err error) {
	f.at = append(f.at, i)
	f.errs = append(f.errs, err)
}

func (f *failures) all(target error) bool {
	return !slices.ContainsFunc(f.errs, func(err error) bool { return !errors.Is(err, target) })
}

func put(t *testing.T, b *nl.Batch, host uint16) {
	t.Helper()
	putAddress(b.Begin(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL), host)
	if err := b.End(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestBatchTwoOfSix(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	var f failures
	b := c.Batch(unix.NETLINK_ROUTE, f.done)
	for _, host := range []uint16{1, 2, 1, 3, 2, 4} {
		put(t, b, host)
	}
	if b.Len() != 6 || b.Sent() != 0 {
		t.Errorf("before Flush %d wait, %d sent", b.Len(), b.Sent())
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if !slices.Equal(f.at, []int{2, 4}) || !f.all(unix.EEXIST) {
		t.Errorf("failures at %v: %v", f.at, f.errs)
	}
	if b.Len() != 0 || b.Sent() != 6 || b.Failed() != 2 {
		t.Errorf("%d wait, %d sent, %d failed", b.Len(), b.Sent(), b.Failed())
	}
	if n := count(t, c, addresses); n != 4 {
		t.Errorf("%d addresses, want 4: the kernel goes on after a failure", n)
	}
	if err := b.Flush(t.Context()); err != nil || b.Sent() != 6 {
		t.Errorf("empty Flush: %v", err)
	}
}

func TestBatchAllFail(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	addAddresses(t, c, 300)
	var f failures
	b := c.Batch(unix.NETLINK_ROUTE, f.done)
	var want []int
	for i := range 300 {
		put(t, b, uint16(i+1))
		want = append(want, i)
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if !slices.Equal(f.at, want) || !f.all(unix.EEXIST) {
		t.Errorf("failures at %v: %v", f.at, f.errs)
	}
}

// Without done the first failure is returned.
func TestBatchFirstFailure(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	b := c.Batch(unix.NETLINK_ROUTE, nil)
	for _, host := range []uint16{1, 1, 2} {
		put(t, b, host)
	}
	if err := b.Flush(t.Context()); !errors.Is(err, unix.EEXIST) || b.Failed() != 1 {
		t.Errorf("%v, %d failed", err, b.Failed())
	}
	put(t, b, 3)
	if err := b.Flush(t.Context()); err != nil {
		t.Errorf("the Batch does not go on: %v", err)
	}
}

func TestBatchAbort(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	b := c.Batch(unix.NETLINK_ROUTE, nil)
	b.Abort()
	put(t, b, 1)
	putAddress(b.Begin(unix.RTM_NEWADDR, 0), 2)
	b.Abort()
	putAddress(b.Begin(unix.RTM_NEWADDR, 0), 2) // dropped by the next Begin
	w := b.Begin(unix.RTM_NEWADDR, 0)
	w.Blob(unix.IFA_LOCAL, make([]byte, 1<<16))
	if err := b.End(t.Context()); !errors.Is(err, wire.ErrTooLong) {
		t.Errorf("End of a message that could not be written: %v", err)
	}
	put(t, b, 3)
	b.Begin(unix.RTM_NEWADDR, 0) // dropped by Flush
	if err := b.Flush(t.Context()); err != nil || b.Sent() != 2 {
		t.Errorf("%v, %d sent", err, b.Sent())
	}
	if err := b.End(t.Context()); err != nil {
		t.Errorf("End without Begin: %v", err)
	}
	if n := count(t, c, addresses); n != 2 {
		t.Errorf("%d addresses, want 2", n)
	}
}

// chunks counts the messages of each send: those up to one that asks for an
// acknowledgement.
func chunks(requests []nltest.Request) (sizes []int) {
	n := 0
	for _, r := range requests {
		n++
		if r.Flags&unix.NLM_F_ACK != 0 {
			sizes = append(sizes, n)
			n = 0
		}
	}
	return sizes
}

var limits = []struct {
	name            string
	messages, bytes int
	body            int
	want            []int // messages of each send
}{
	{"usual", 128, 64 << 10, 16, []int{128, 128, 44}},
	{"messages", 100, 64 << 10, 16, []int{100, 100, 100}},
	{"bytes", 128, 3200, 16, []int{100, 100, 100}},
	{"bytes not reached", 128, 3201, 16, []int{100, 100, 100}},
	{"padding", 128, 3200, 13, []int{100, 100, 100}},
	{"long messages", 128, 1000, 2000, slices.Repeat([]int{1}, 300)},
	{"zero", 0, 0, 16, slices.Repeat([]int{1}, 300)},
}

func TestBatchLimits(t *testing.T) {
	for _, test := range limits {
		t.Run(test.name, func(t *testing.T) {
			k := nltest.New()
			k.Handle(0, unix.RTM_NEWADDR, func(nltest.Request) []nltest.Reply { return nil })
			b := nl.New(k.Config()).Batch(0, nil)
			b.Limit(test.messages, test.bytes)
			for i := range 300 {
				body := make([]byte, test.body)
				body[0], body[1] = byte(i), byte(i>>8)
				b.Begin(unix.RTM_NEWADDR, 0).Raw(body)
				if err := b.End(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.Flush(t.Context()); err != nil || b.Sent() != 300 || b.Failed() != 0 {
				t.Fatalf("%v, %d sent, %d failed", err, b.Sent(), b.Failed())
			}
			requests := k.Requests()
			if got := chunks(requests); !slices.Equal(got, test.want) {
				t.Errorf("sends of %v, want %v", got, test.want)
			}
			for i, r := range requests {
				if len(r.Body) != test.body || int(r.Body[0])|int(r.Body[1])<<8 != i {
					t.Fatalf("message %d has %d bytes, is number %d", i, len(r.Body), r.Body[0])
				}
			}
		})
	}
}

func TestBatchReply(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	b := c.Batch(unix.NETLINK_ROUTE, nil)
	b.Limit(32, 64<<10)
	var echoes []int
	b.Reply = func(i int, m nl.Message) {
		if m.Type == unix.RTM_NEWADDR {
			echoes = append(echoes, i)
		}
	}
	for i := range 40 {
		putAddress(b.Begin(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_ECHO), uint16(i+1))
		if err := b.End(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(echoes) != 40 || echoes[39] != 39 || !slices.IsSorted(echoes) {
		t.Errorf("echoes of %v", echoes)
	}
}

// lossy is a kernel that says what it is told to the fourth of six messages.
func lossy(replies ...nltest.Reply) *nltest.Kernel {
	k := nltest.New()
	n := 0
	k.Handle(0, unix.RTM_NEWADDR, func(nltest.Request) []nltest.Reply {
		n++
		switch {
		case n == 2:
			return []nltest.Reply{nltest.Ack(unix.EEXIST, "", 0)}
		case n == 4:
			return replies
		case n > 4 && len(replies) > 0:
			return []nltest.Reply{nltest.Drop()}
		}
		return nil
	})
	return k
}

func TestBatchLost(t *testing.T) {
	for _, test := range []struct {
		name  string
		k     *nltest.Kernel
		cause error
	}{
		{"ENOBUFS", lossy(nltest.Lose()), unix.ENOBUFS},
		{"malformed", lossy(nltest.Raw([]byte{1})), nl.ErrMalformed},
		{"no answer", lossy(nltest.Drop()), nl.ErrNoAnswer},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := test.k.Config()
			cfg.Patience = 1
			var f failures
			b := nl.New(cfg).Batch(0, f.done)
			for i := range 6 {
				put(t, b, uint16(i))
			}
			err := b.Flush(t.Context())
			if !errors.Is(err, test.cause) || !errors.Is(err, nl.ErrUnknown) {
				t.Errorf("Flush: %v, want %v", err, test.cause)
			}
			if !slices.Equal(f.at, []int{0, 1, 2, 3, 4, 5}) || !errors.Is(f.errs[1], unix.EEXIST) {
				t.Errorf("failures at %v: %v", f.at, f.errs)
			}
			f.errs = slices.Delete(f.errs, 1, 2)
			if !f.all(nl.ErrUnknown) || test.k.Sockets() != 0 {
				t.Errorf("%v; %d sockets open", f.errs, test.k.Sockets())
			}
		})
	}
}

// What was acknowledged behind a loss is known.
func TestBatchLostMidway(t *testing.T) {
	k := nltest.New()
	k.Handle(0, unix.RTM_NEWADDR, func(r nltest.Request) []nltest.Reply {
		if len(k.Requests()) == 2 {
			return []nltest.Reply{nltest.Lose()}
		}
		return nil
	})
	var f failures
	b := nl.New(k.Config()).Batch(0, f.done)
	for i := range 4 {
		put(t, b, uint16(i))
	}
	if err := b.Flush(t.Context()); !errors.Is(err, nl.ErrUnknown) {
		t.Errorf("Flush: %v", err)
	}
	if !slices.Equal(f.at, []int{0, 1, 2}) || !f.all(nl.ErrUnknown) {
		t.Errorf("failures at %v: %v", f.at, f.errs)
	}
}

// A batch whose refusals the kernel drops for want of room.
func TestBatchOverrun(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	addAddresses(t, c, 2000)
	var f failures
	b := c.Batch(unix.NETLINK_ROUTE, f.done)
	b.Limit(2001, 256<<10)
	for i := range 2000 {
		put(t, b, uint16(i+1))
	}
	if err := b.Flush(t.Context()); !errors.Is(err, nl.ErrUnknown) {
		t.Errorf("2000 refusals: %v", err)
	}
	known := slices.IndexFunc(f.errs, func(err error) bool { return errors.Is(err, nl.ErrUnknown) })
	if len(f.at) != 2000 || known < 128 || b.Failed() != 2000 {
		t.Errorf("%d failures, the first %d are known", len(f.at), known)
	}
}

func TestBatchCancelled(t *testing.T) {
	k := lossy()
	var f failures
	b := nl.New(k.Config()).Batch(0, f.done)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	put(t, b, 1)
	if err := b.Flush(ctx); err != context.Canceled || len(k.Requests()) != 0 || b.Failed() != 1 {
		t.Errorf("%v; %d sent", err, len(k.Requests()))
	}
	if !f.all(context.Canceled) || errors.Is(f.errs[0], nl.ErrUnknown) {
		t.Errorf("not sent, but %v", f.errs)
	}
}

// Small sends go together, and results are still told by the message.
func TestSmallSends(t *testing.T) {
	k := nltest.New()
	k.Handle(0, unix.RTM_NEWADDR, func(r nltest.Request) []nltest.Reply {
		if r.Body[0]%7 == 3 {
			return []nltest.Reply{nltest.Ack(unix.EEXIST, "", 0)}
		}
		return nil
	})
	var f failures
	b := nl.New(k.Config()).Batch(0, f.done)
	b.Limit(128, 100) // four messages of 24 bytes: a fifth does not fit
	var want []int
	for i := range 200 {
		b.Begin(unix.RTM_NEWADDR, 0).Raw([]byte{byte(i), 0, 0, 0, 0, 0, 0, 0})
		if err := b.End(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i%7 == 3 {
			want = append(want, i)
		}
	}
	if err := b.Flush(t.Context()); err != nil || b.Sent() != 200 || b.Failed() != len(want) || b.Len() != 0 {
		t.Fatalf("%v, %d sent, %d failed, %d left", err, b.Sent(), b.Failed(), b.Len())
	}
	if !slices.Equal(f.at, want) {
		t.Errorf("failures of %v, want %v", f.at, want)
	}
	if got := chunks(k.Requests()); !slices.Equal(got, slices.Repeat([]int{4}, 50)) {
		t.Errorf("sends of %v", got)
	}
}
