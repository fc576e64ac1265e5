package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// half is the lab that is being applied: who interrupts netlark for the second time leaves
// it half done, or done but for what has to go.
type half struct {
	mu    sync.Mutex
	lab   string // "": none
	final bool   // nothing of it will be undone
	ended bool   // one was, and is no more
}

func (h *half) begin(lab string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lab, h.final = lab, false
}

func (h *half) done() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lab, h.final, h.ended = "", false, true
}

// commit makes the apply final, and knows that it is.
func (h *half) commit(final func() error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := final()
	h.final = err == nil
	return err
}

// left tells who interrupted netlark for the second time what becomes of the lab. The
// process is about to end: what it says has to stay true, so that nothing is made final
// any more.
func (h *half) left() {
	h.mu.Lock()
	switch {
	case h.lab == "" && h.ended: // the process ends by itself, and first says what became of the lab
		time.Sleep(time.Second)
	case h.lab == "":
	case h.final:
		fmt.Fprintf(os.Stderr, "lab %s: all is done but for namespaces that go; the next apply or destroy of it takes them away\n", h.lab)
	default:
		fmt.Fprintf(os.Stderr, "lab %s: left as it is now; netlark recover %[1]s makes all as it was before, and so does the next apply or destroy of it\n", h.lab)
	}
}

// undoing tells who interrupted an apply what it does now.
func undoing(ctx context.Context, lab string) {
	if ctx.Err() != nil {
		fmt.Fprintf(os.Stderr, "lab %s: interrupted, undoing what was done; interrupted again, this is left to netlark recover\n", lab)
	}
}

// recovered tells what was undone first of an apply that died.
func recovered(lab, said string) {
	fmt.Fprintf(os.Stderr, "lab %s: an apply of it had ended in the middle; %s\n", lab, said)
}
