package probe

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"os"
	"slices"
	"time"
)

// What a Config means where it says nothing. A device that has just come up may
// lose the first answer to ARP or neighbour discovery (the kernel gives it its
// queue a moment after its carrier), and the kernel asks again after a second:
// to wait shorter than that finds hosts missing that are there.
const (
	DefaultCount    = 3
	DefaultInterval = 10 * time.Millisecond
	DefaultTimeout  = 3 * time.Second
	DefaultSize     = 56
)

// A Config says what Ping sends. Only Dst is required.
type Config struct {
	// Dst is the address to ask. Its zone, or Dev, is the device behind which
	// a link-local address is.
	Dst netip.Addr

	Dev string     // send through this device only. Optional.
	Src netip.Addr // the source address; the kernel's choice unless given.

	Count    int           // requests; DefaultCount if 0
	Interval time.Duration // between requests; DefaultInterval if 0
	Timeout  time.Duration // for answers after the last request; DefaultTimeout if 0
	Size     int           // bytes of payload; DefaultSize if 0, none if negative
	TTL      int           // time to live or hop limit; the kernel's if 0
	DF       bool          // do not fragment

	// Enter runs fn on a thread that is in the namespace to ask from.
	// Optional: the default is the namespace of the calling thread.
	Enter func(fn func() error) error
}

// A Result is what Ping learned.
type Result struct {
	Sent, Received int

	// RTTs are the round-trip times of the answers, in the order of requests,
	// and the others their statistics, 0 without answers. Mdev is the standard
	// deviation, as ping(8) computes it.
	RTTs                []time.Duration
	Min, Avg, Max, Mdev time.Duration

	// Reason says why requests were lost, where the kernel or a router told:
	// "network is unreachable". "" if nobody did, or none was lost.
	Reason string
}

// OK reports whether at least one answer came.
func (r Result) OK() bool { return r.Received > 0 }

// Loss returns the share of requests without an answer, in percent.
func (r Result) Loss() float64 {
	if r.Sent == 0 {
		return 0
	}
	return 100 * float64(r.Sent-r.Received) / float64(r.Sent)
}

// Ping sends ICMP echo requests and collects the answers. When ctx ends it
// returns at once, with what it has and the context's error.
func Ping(ctx context.Context, c Config) (Result, error) {
	if err := c.setDefaults(); err != nil {
		return Result{}, fmt.Errorf("ping: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	s, err := openSocket(c)
	if err != nil {
		return Result{}, fmt.Errorf("ping %v: %w", c.Dst, err)
	}
	defer s.close()
	p := &pinger{config: c, socket: s, requests: make([]request, 0, c.Count)}
	wake := context.AfterFunc(ctx, s.wake)
	defer wake()
	err = p.run(ctx)
	return p.result(), err
}

func (c *Config) setDefaults() error {
	c.Dst = c.Dst.Unmap()
	c.Src = c.Src.Unmap()
	c.Count = orDefault(c.Count, DefaultCount)
	c.Interval = orDefault(c.Interval, DefaultInterval)
	c.Timeout = orDefault(c.Timeout, DefaultTimeout)
	c.Size = max(orDefault(c.Size, DefaultSize), 0)
	if c.Enter == nil {
		c.Enter = func(fn func() error) error { return fn() }
	}
	return c.check()
}

// check returns an error for what cannot be sent.
func (c *Config) check() error {
	if !c.Dst.IsValid() {
		return errors.New("no destination")
	}
	if c.Src.IsValid() && c.Src.Is4() != c.Dst.Is4() {
		return fmt.Errorf("source %v and destination %v are of different families", c.Src, c.Dst)
	}
	if zone := c.Dst.Zone(); zone != "" && c.Dev != "" && zone != c.Dev {
		return fmt.Errorf("destination %v is not behind %s", c.Dst, c.Dev)
	}
	if c.Dst.Is6() && (c.Dst.IsLinkLocalUnicast() || c.Dst.IsMulticast()) && c.device() == "" {
		return fmt.Errorf("%v is an address of one link: name the device", c.Dst)
	}
	if c.Count < 0 || c.Count > maxCount {
		return fmt.Errorf("count %d is not between 1 and %d", c.Count, maxCount)
	}
	if c.Size > maxSize {
		return fmt.Errorf("size %d is larger than %d", c.Size, maxSize)
	}
	if c.TTL < 0 || c.TTL > 255 {
		return fmt.Errorf("ttl %d is not between 1 and 255", c.TTL)
	}
	return nil
}

// device returns the name of the device to use, or "".
func (c *Config) device() string {
	if c.Dev != "" {
		return c.Dev
	}
	return c.Dst.Zone()
}

// maxCount is the number of different sequence numbers.
const maxCount = 1 << 16

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// A pinger is a Ping at work.
type pinger struct {
	config   Config
	socket   *socket
	requests []request // by sequence number
	settled  int       // requests with an answer or an error
	reason   string
}

// A request is what became of an echo request.
type request struct {
	sent    time.Time
	rtt     time.Duration
	settled bool // answered, or known to be lost
}

// run sends all requests and waits for their answers.
func (p *pinger) run(ctx context.Context) error {
	next := time.Now()
	for seq := range p.config.Count {
		p.send(seq)
		next = next.Add(p.config.Interval)
		wait := next
		if seq == p.config.Count-1 {
			wait = time.Now().Add(p.config.Timeout)
		}
		if err := p.receive(ctx, wait); err != nil {
			return err
		}
	}
	return nil
}

func (p *pinger) send(seq int) {
	p.requests = append(p.requests, request{sent: time.Now()})
	if err := p.socket.send(seq); err != nil {
		p.lost(seq, p.socket.sendReason(err))
	}
}

// receive takes answers until the deadline or, after the last request, until
// each request is settled.
func (p *pinger) receive(ctx context.Context, deadline time.Time) error {
	if err := p.socket.file.SetReadDeadline(deadline); err != nil {
		return err
	}
	// The context's end wakes the socket through its deadline. If it came
	// before the line above, the deadline was overwritten: look again.
	if err := ctx.Err(); err != nil {
		return err
	}
	err := p.socket.conn.Read(func(fd uintptr) bool {
		p.socket.drain(int(fd), p)
		return p.done()
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil, errors.Is(err, os.ErrDeadlineExceeded):
		return nil
	}
	return err
}

func (p *pinger) done() bool {
	return len(p.requests) == p.config.Count && p.settled == p.config.Count
}

// answered records the answer to a request; of several the first counts.
func (p *pinger) answered(seq int, at time.Time) {
	if r := p.open(seq); r != nil {
		r.rtt = max(at.Sub(r.sent), 1)
		r.settled = true
		p.settled++
	}
}

// lost records why there will be no answer.
func (p *pinger) lost(seq int, reason string) {
	if r := p.open(seq); r != nil {
		r.settled = true
		p.settled++
		p.reason = reason
	}
}

// open returns the request if it is not settled.
func (p *pinger) open(seq int) *request {
	if seq >= len(p.requests) || p.requests[seq].settled {
		return nil
	}
	return &p.requests[seq]
}

func (p *pinger) result() Result {
	r := Result{Sent: len(p.requests), Reason: p.reason}
	for _, req := range p.requests {
		if req.rtt > 0 {
			r.RTTs = append(r.RTTs, req.rtt)
		}
	}
	r.Received = len(r.RTTs)
	if r.Received == 0 {
		return r
	}
	r.Min, r.Max = slices.Min(r.RTTs), slices.Max(r.RTTs)
	var sum, squares float64
	for _, rtt := range r.RTTs {
		sum += float64(rtt)
		squares += float64(rtt) * float64(rtt)
	}
	n := float64(r.Received)
	r.Avg = time.Duration(sum / n)
	r.Mdev = time.Duration(math.Sqrt(max(0, squares/n-(sum/n)*(sum/n))))
	return r
}
