package xfrm_test

import (
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
)

// sandbox is a new namespace for an example; a program begins with
// netlinkcore.Here.
func sandbox() *object.Scope { return verbtest.Sandbox() }

func must(err error) { verbtest.Check(err) }
