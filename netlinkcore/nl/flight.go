package nl

import "context"

// The kernel does its work inside the sending system call. While it does, the
// next messages of a batch are written: a goroutine sends, two flights at most
// are under way, and results are told on the batch's own goroutine, in order.

const maxFlights = 2

// A flight is one send under way, or several small ones.
type flight struct {
	ctx  context.Context
	buf  *buffer
	cuts []cut
	errs []error // results, one for each message
	err  error   // the transport's
	done chan struct{}
}

// launch hands the sends that are cut to the sending goroutine.
func (b *Batch) launch(ctx context.Context) error {
	err := b.land(maxFlights - 1)
	raw, _ := b.w.Bytes()
	b.buf.b = raw
	last := b.lastCut()
	f := &flight{ctx: ctx, buf: b.buf, cuts: b.cuts, errs: make([]error, last.messages), done: make(chan struct{})}
	b.buf, b.cuts, b.queued = nil, nil, b.queued-last.messages
	if b.queued > 0 { // what did not fit the last send
		b.buf = b.c.buffer()
		b.w.Reset(append(b.buf.b[:0], raw[last.bytes:]...))
	}
	if b.jobs == nil {
		b.jobs = make(chan *flight, maxFlights)
		go b.fly(b.jobs)
	}
	b.flights = append(b.flights, f)
	b.jobs <- f
	return err
}

// fly sends flights until there are no more. It touches nothing of b that
// changes.
func (b *Batch) fly(jobs chan *flight) {
	for f := range jobs {
		f.err = b.exchange(f.ctx, f.buf.b, f.cuts, f.errs)
		close(f.done)
	}
}

// land waits until at most left flights are under way, and reports on the
// others. When none is left the sending goroutine ends.
func (b *Batch) land(left int) (err error) {
	for len(b.flights) > left {
		f := b.flights[0]
		b.flights = b.flights[1:]
		<-f.done
		b.c.release(f.buf)
		if e := b.report(f.errs, f.err); err == nil {
			err = e
		}
	}
	if left == 0 && b.jobs != nil {
		close(b.jobs)
		b.jobs, b.flights = nil, nil
	}
	return err
}
