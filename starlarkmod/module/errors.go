package module

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A call is one call of a verb: what an error says about it.
type call struct {
	op         string // "route.add"
	positional []string
	site       script.Site
}

func newCall(th *starlark.Thread, op string, positional []string) *call {
	return &call{op: op, positional: positional, site: script.SiteOf(th)}
}

// beyond is what err says after what its first part does: what taking a half-done
// call back met.
func beyond(err, first error) string {
	rest := strings.TrimPrefix(err.Error(), first.Error())
	if rest == err.Error() {
		return ""
	}
	return rest
}

// explain turns an error of the core into one that a script's author reads.
func (c *call) explain(err error) error {
	var limit *script.Problem
	if errors.As(err, &limit) {
		return err
	}
	p := &script.Problem{Class: object.Code(err), Err: err}
	var kernel *nl.Error
	var attribute *object.AttributeError
	switch {
	case errors.As(err, &attribute):
		p.Path, p.Err = attribute.Path, attribute // as below
		p.Message = fmt.Sprintf("%s: %s", c.op, attribute.Error()) + beyond(err, attribute)
	case errors.As(err, &kernel):
		p.Path, p.Err = kernel.Path, kernel // what else was met is told below
		p.Number, p.Words = unix.ErrnoName(kernel.Errno), kernel.Message
		plain := *kernel
		plain.Op, plain.Object, plain.Path = c.op, "", ""
		p.Message = plain.Error() + beyond(err, kernel)
	default:
		p.Message = fmt.Sprintf("%s: %v", c.op, err)
	}
	for i, name := range c.positional {
		if first, _, _ := strings.Cut(p.Path, "."); first == name {
			p.Index = i + 1
		}
	}
	if p.Class == "permission" {
		p.Advice = "run as root, or add --sandbox to try it in a throwaway namespace"
	}
	return p
}
