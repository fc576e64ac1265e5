package tc

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
)

// A Verdict says what happens to a packet after an action (TC_ACT_*).
type Verdict uint32

// Verdicts.
const (
	Pass       Verdict = uapi.TC_ACT_OK         // the packet goes on its way, into the filter's class
	Drop       Verdict = uapi.TC_ACT_SHOT       // it is dropped
	Pipe       Verdict = uapi.TC_ACT_PIPE       // the next action comes
	Continue   Verdict = uapi.TC_ACT_UNSPEC     // the next filter comes
	Reclassify Verdict = uapi.TC_ACT_RECLASSIFY // the first filter comes again
	Stolen     Verdict = uapi.TC_ACT_STOLEN     // somebody else has it
	Trap       Verdict = uapi.TC_ACT_TRAP       // hardware hands it to the CPU
)

// GotoChain goes on with the filters of a chain.
func GotoChain(chain uint32) Verdict { return Verdict(uapi.TC_ACT_GOTO_CHAIN | chain&extValue) }

// Jump skips actions.
func Jump(n uint32) Verdict { return Verdict(uapi.TC_ACT_JUMP | n&extValue) }

// extValue is the part of a verdict that is its argument.
const extValue = 1<<28 - 1

var verdictWords = attr.Enum{{uint64(Pass), "pass"}, {uint64(Pass), "ok"}, {uint64(Drop), "drop"}, {uint64(Drop), "shot"},
	{uint64(Pipe), "pipe"}, {uint64(Continue), "continue"}, {uint64(Reclassify), "reclassify"}, {uint64(Stolen), "stolen"},
	{uint64(Trap), "trap"}, {uapi.TC_ACT_QUEUED, "queued"}, {uapi.TC_ACT_REPEAT, "repeat"}, {uapi.TC_ACT_REDIRECT, "redirect"}}

// verdicts writes those that have an argument.
var verdicts = &attr.Notation{Name: "a verdict such as \"pass\", \"drop\", \"goto chain 5\"",
	Format: func(n uint64) string {
		switch n &^ extValue {
		case uapi.TC_ACT_GOTO_CHAIN:
			return fmt.Sprintf("goto chain %d", n&extValue)
		case uapi.TC_ACT_JUMP:
			return fmt.Sprintf("jump %d", n&extValue)
		}
		return ""
	},
	Parse: func(s string) (uint64, error) {
		for _, c := range []struct {
			word string
			n    uint64
		}{{"goto chain ", uapi.TC_ACT_GOTO_CHAIN}, {"jump ", uapi.TC_ACT_JUMP}} {
			if arg, ok := strings.CutPrefix(s, c.word); ok {
				n, err := strconv.ParseUint(arg, 0, 28)
				if err != nil {
					return 0, fmt.Errorf("%q: %q is not a number up to %d", s, arg, extValue)
				}
				return c.n | n, nil
			}
		}
		return 0, fmt.Errorf("%q is none of %s, \"goto chain N\", \"jump N\"", s, strings.Join(verdictWords.Names(), ", "))
	}}

// parseVerdict reads a verdict as scripts write it.
func parseVerdict(s string) (Verdict, error) {
	if n, ok := verdictWords.Number(s); ok {
		return Verdict(n), nil
	}
	n, err := verdicts.Parse(s)
	return Verdict(n), err
}

// String returns the verdict as tc prints it.
func (v Verdict) String() string {
	if s := verdictWords.Name(uint64(v)); s != "" {
		return s
	}
	if s := verdicts.Format(uint64(v)); s != "" {
		return s
	}
	return strconv.FormatUint(uint64(v), 10)
}
