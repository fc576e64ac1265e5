package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/script"
)

// patience says whether to wait for another netlark that works on the same lab.
type patience bool

func (p *patience) flag(c *cobra.Command) {
	c.Flags().BoolVar((*bool)(p), "wait", false, "wait for another netlark that works on the lab; without it, that is an error")
}

// patiently calls fn, and calls it again when the lab is free if it was not.
func (p patience) patiently(ctx context.Context, fn func() error) error {
	for told := false; ; told = true {
		err := fn()
		busy, is := errors.AsType[*lab.BusyError](err)
		if !is || !bool(p) {
			return err
		}
		if !told {
			fmt.Fprintf(os.Stderr, "%s; waiting\n", busy)
		}
		if lab.AwaitFree(ctx, busy.Lab) != nil && ctx.Err() != nil {
			return script.Interrupted{}
		}
	}
}
