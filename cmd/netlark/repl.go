package main

import (
	"context"
	"os"

	"github.com/netlark/netlark/repl"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/stdlib"
)

func (o *options) repl(ctx context.Context) error {
	s, err := o.session()
	if err != nil {
		return err
	}
	defer s.Close()
	where := o.netns
	if o.sandbox {
		where = "sandbox"
	}
	return repl.Run(ctx, repl.Config{
		Script: script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModeREPL, Std: stdlib.Files,
			Secrets: starlarkmod.Secrets},
		Session: s, Where: where, Render: o.render(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	})
}
