package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
)

// half is the lab that is being applied, and would be left half done.
type half struct{ lab atomic.Pointer[string] }

func (h *half) begin(lab string) { h.lab.Store(&lab) }

func (h *half) done() { h.lab.Store(nil) }

// left tells who interrupted netlark for the second time what becomes of the lab.
func (h *half) left() {
	if lab := h.lab.Load(); lab != nil {
		fmt.Fprintf(os.Stderr, "lab %s: left as it is now; netlark recover %[1]s makes all as it was before, and so does the next apply or destroy of it\n", *lab)
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
