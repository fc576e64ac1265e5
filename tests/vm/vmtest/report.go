package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/netlark/netlark/tests/vm/kernel"
	"github.com/netlark/netlark/tests/vm/vmenv"
)

// A reporter prints, for any number of kernels at once.
type reporter struct {
	mu      sync.Mutex
	out     io.Writer
	ran     io.Writer // takes the names of tests that passed
	verbose bool
	width   int // of the longest kernel's name
	failed  bool
}

func newReporter(out, ran io.Writer, verbose bool, rows []kernel.Row) *reporter {
	r := &reporter{out: out, ran: ran, verbose: verbose}
	for _, row := range rows {
		r.width = max(r.width, len(row.Name))
	}
	return r
}

// live returns what prints output as it comes, if that is wanted.
func (p *reporter) live(kernel string) func(text string) {
	return func(text string) {
		if !p.verbose {
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		fmt.Fprintf(p.out, "      %-*s  %s", p.width, kernel, text)
	}
}

// result prints a package's line, and its output if it failed.
func (p *reporter) result(kernel string, r *result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(r.problems) > 0 && !p.verbose {
		fmt.Fprint(p.out, r.output())
	}
	fmt.Fprintf(p.out, "%s %-*s  %-28s %6.2fs  %s\n", verdict(r.problems), p.width, kernel, r.name, r.seconds, tally(r.tests, len(r.skips)))
	p.list(r.problems)
	for _, test := range r.passed {
		fmt.Fprintf(p.ran, "%s.%s\n", r.name, test)
	}
}

// complaint prints what a kernel said of itself when no package was being tested.
func (p *reporter) complaint(kernel, line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = true
	fmt.Fprintf(p.out, "%s %-*s  the kernel complains: %s\n", verdict([]string{line}), p.width, kernel, line)
}

func verdict(problems []string) string {
	if len(problems) > 0 {
		return "FAIL "
	}
	return "ok   "
}

func tally(tests, skipped int) string {
	s := count(tests, "test")
	if skipped > 0 {
		s += fmt.Sprintf(", %d skipped", skipped)
	}
	return s
}

func (p *reporter) list(problems []string) {
	for _, problem := range problems {
		fmt.Fprintln(p.out, "      "+strings.ReplaceAll(strings.TrimSpace(problem), "\n", "\n      "))
	}
}

// A summary is what came of all packages on one kernel.
type summary struct {
	release  string
	start    time.Time
	boot     time.Duration
	packages int
	tests    int
	skips    map[string]int // reason -> tests
	failed   int            // packages
	problems []string       // that belong to no package
}

func (s *summary) fail(problem string) { s.problems = append(s.problems, problem) }

func (s *summary) add(r *result) {
	s.packages++
	s.tests += r.tests
	if len(r.problems) > 0 {
		s.failed++
	}
	if s.skips == nil {
		s.skips = map[string]int{}
	}
	for _, why := range r.skips {
		s.skips[why]++
	}
}

// summary prints a kernel's closing lines.
func (p *reporter) summary(kernel string, s *summary) {
	p.mu.Lock()
	defer p.mu.Unlock()
	skipped := 0
	for _, why := range slices.Sorted(maps.Keys(s.skips)) {
		skipped += s.skips[why]
		fmt.Fprintf(p.out, "      %-*s  skipped %d: %s%s\n", p.width, kernel, s.skips[why], vmenv.Lacks, why)
	}
	problems := s.problems
	if s.failed > 0 {
		problems = append(problems, count(s.failed, "package")+" failed")
	}
	p.failed = p.failed || len(problems) > 0
	fmt.Fprintf(p.out, "%s %-*s  kernel %s: %s, %s, %.1fs (boot %.1fs)\n", verdict(problems), p.width, kernel,
		s.release, count(s.packages, "package"), tally(s.tests, skipped), time.Since(s.start).Seconds(), s.boot.Seconds())
	p.list(problems)
}
