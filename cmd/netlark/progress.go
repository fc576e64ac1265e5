package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A progress says how far an apply has come: on a terminal in one line that
// changes, elsewhere in a line a second. What takes less than a second says nothing.
type progress struct {
	out      io.Writer
	terminal bool

	mu      sync.Mutex
	lab     string
	left    map[*state.Space]int // steps of each node
	steps   int
	carried int
	last    *state.Step
	stop    chan struct{}
	ended   chan struct{}
}

// begin begins to tell, when it is known what is to be done.
func (p *progress) begin(c *lab.Change) {
	p.lab, p.left, p.steps = c.Lab.Name, map[*state.Space]int{}, len(c.Plan.Steps)
	for _, s := range c.Plan.Steps {
		p.left[s.Space]++
	}
	p.stop, p.ended = make(chan struct{}), make(chan struct{})
	go p.tell()
}

// done counts a step.
func (p *progress) done(s *state.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.carried++
	p.left[s.Space]--
	p.last = s
}

// tell says it every second until end.
func (p *progress) tell() {
	defer close(p.ended)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-p.stop:
			if said != "" && p.terminal {
				fmt.Fprint(p.out, clearLine)
			}
			return
		case <-tick.C:
			line := p.String()
			switch {
			case p.terminal:
				fmt.Fprint(p.out, clearLine+line)
			case line != said: // or else nothing has happened
				fmt.Fprintln(p.out, line)
			}
			said = line
		}
	}
}

// clearLine begins the line of a terminal anew.
const clearLine = "\r\x1b[K"

// end ends the telling. It may be called again.
func (p *progress) end() {
	if p.stop != nil {
		close(p.stop)
		<-p.ended
		p.stop = nil
	}
}

// widest is how many characters a line on a terminal has: none is so narrow that it
// would be broken in two.
const widest = 79

// String is the line.
func (p *progress) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	nodes := 0
	for _, n := range p.left {
		if n <= 0 {
			nodes++
		}
	}
	line := fmt.Sprintf("%s: %d of %d steps, %d of %d nodes", p.lab, min(p.carried, p.steps), p.steps, nodes, len(p.left))
	if p.last != nil {
		line += ": " + script.Escape(p.last.Object.String()+" in "+strings.TrimPrefix(p.last.Space.Name, "/"))
	}
	if r := []rune(line); p.terminal && len(r) > widest {
		return string(r[:widest-1]) + "…"
	}
	return line
}
