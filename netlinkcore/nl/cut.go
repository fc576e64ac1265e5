package nl

import "context"

// What waits in a batch is cut into sends. Where those are small, several go
// under way together: to hand one to another goroutine takes as long as the
// kernel takes for a few messages.

// worthFlight is how many messages, or bytes, are handed over at once.
const (
	worthMessages = batchMessages / 2
	worthBytes    = batchBytes / 2
)

// A cut is where a send ends: how much stands before it.
type cut struct{ bytes, messages int }

func (b *Batch) lastCut() cut {
	if len(b.cuts) == 0 {
		return cut{}
	}
	return b.cuts[len(b.cuts)-1]
}

// cutAt ends a send behind what is queued, if that is not empty.
func (b *Batch) cutAt(bytes int) {
	if b.queued > b.lastCut().messages {
		b.cuts = append(b.cuts, cut{bytes, b.queued})
	}
}

// cutBefore keeps the message at mark out of a send that it would make too
// long.
func (b *Batch) cutBefore() {
	if b.w.Len()-b.lastCut().bytes > b.maxBytes {
		b.cutAt(b.mark)
	}
}

// cutBehind ends a send that is full.
func (b *Batch) cutBehind() {
	last := b.lastCut()
	if b.queued-last.messages >= b.maxMessages || b.w.Len()-last.bytes >= b.maxBytes {
		b.cutAt(b.w.Len())
	}
}

// full sends what is cut, or has it sent while more is written.
func (b *Batch) full(ctx context.Context) error {
	last := b.lastCut()
	switch {
	case last.messages == 0:
		return nil
	case b.Reply != nil || !twoProcessors():
		return b.sendCut(ctx)
	case last.messages < worthMessages && last.bytes < worthBytes:
		return nil
	}
	return b.launch(ctx)
}

// sendCut sends what is cut and leaves the rest.
func (b *Batch) sendCut(ctx context.Context) error {
	if b.queued == b.lastCut().messages {
		return b.Flush(ctx)
	}
	err := b.land(0)
	raw, _ := b.w.Bytes()
	end := b.lastCut().bytes
	if sendErr := b.send(ctx, raw); err == nil {
		err = sendErr
	}
	b.w.Reset(raw[:copy(raw, raw[end:])])
	return err
}
