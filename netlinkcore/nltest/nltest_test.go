package nltest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
)

func Example() {
	k := nltest.New()
	k.Handle(unix.NETLINK_ROUTE, unix.RTM_NEWLINK, func(r nltest.Request) []nltest.Reply {
		return []nltest.Reply{nltest.Ack(unix.EEXIST, "name is taken", 0)}
	})
	conn := nl.New(k.Config())
	defer conn.Close()

	err := conn.Call(context.Background(), &nl.Request{Type: unix.RTM_NEWLINK, Body: make([]byte, 16)}, nil)
	fmt.Println(err)
	fmt.Println(len(k.Requests()), "request of", len(k.Requests()[0].Body), "bytes")
	// Output:
	// already exists: name is taken (EEXIST)
	// 1 request of 16 bytes
}

func call(t *testing.T, k *nltest.Kernel, typ uint16) (bodies []string, err error) {
	t.Helper()
	cfg := k.Config()
	cfg.Patience = 20 * time.Millisecond
	c := nl.New(cfg)
	defer c.Close()
	err = c.Call(t.Context(), &nl.Request{Type: typ}, func(m nl.Message) error {
		bodies = append(bodies, string(m.Body))
		return nil
	})
	return bodies, err
}

func reply(s string) nltest.Reply { return nltest.Reply{Type: 100, Body: []byte(s)} }

func TestEnds(t *testing.T) {
	k := nltest.New()
	for typ, replies := range map[uint16][]nltest.Reply{
		20: nil,
		21: {reply("one"), reply("three")},
		22: {nltest.Join(reply("a"), reply("b"), nltest.Ack(0, "", 0))},
		23: {reply("a"), nltest.Drop()},
		24: {nltest.After(time.Millisecond, reply("late"))},
	} {
		k.Handle(0, typ, func(nltest.Request) []nltest.Reply { return replies })
	}
	for _, test := range []struct {
		typ  uint16
		want []string
		err  error
	}{
		{20, nil, nil},
		{21, []string{"one", "three"}, nil},
		{22, []string{"a", "b"}, nil},
		{23, []string{"a"}, nl.ErrNoAnswer},
		{24, []string{"late"}, nil},
		{25, nil, unix.EOPNOTSUPP},
	} {
		got, err := call(t, k, test.typ)
		if !errors.Is(err, test.err) || !slices.Equal(got, test.want) {
			t.Errorf("type %d: %q, %v; want %q, %v", test.typ, got, err, test.want, test.err)
		}
	}
}

func TestHandleAll(t *testing.T) {
	k := nltest.New()
	k.Handle(0, 0, func(r nltest.Request) []nltest.Reply { return []nltest.Reply{reply(fmt.Sprint(r.Type))} })
	k.Handle(0, 30, func(nltest.Request) []nltest.Reply { return []nltest.Reply{reply("own")} })
	for typ, want := range map[uint16]string{30: "own", 31: "31"} {
		if got, err := call(t, k, typ); err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// A handler may keep its request: the bytes are its own.
func TestRequestsAreCopies(t *testing.T) {
	k := nltest.New()
	k.Handle(0, 0, func(nltest.Request) []nltest.Reply { return nil })
	c := nl.New(k.Config())
	body := []byte("before")
	for range 2 {
		if err := c.Call(t.Context(), &nl.Request{Type: 20, Body: body}, nil); err != nil {
			t.Fatal(err)
		}
		copy(body, "after ")
	}
	r := k.Requests()
	if string(r[0].Body) != "before" || string(r[1].Body) != "after " || k.Sockets() != 1 {
		t.Errorf("%q, %q, %d sockets", r[0].Body, r[1].Body, k.Sockets())
	}
}

// The kernel refuses with the same bytes as the fake one.
func TestAckAsKernel(t *testing.T) {
	body := make([]byte, 16)
	body[4] = 77 // no such device
	r := &nl.Request{Type: unix.RTM_GETLINK, Body: body}
	real := nl.New(nl.Config{})
	defer real.Close()
	want := real.Call(t.Context(), r, nil)
	k := nltest.New()
	k.Handle(0, unix.RTM_GETLINK, func(nltest.Request) []nltest.Reply { return []nltest.Reply{nltest.Ack(unix.ENODEV, "", 0)} })
	got := nl.New(k.Config()).Call(t.Context(), r, nil)
	if got == nil || want == nil || got.Error() != want.Error() {
		t.Errorf("fake: %v\nkernel: %v", got, want)
	}
}
