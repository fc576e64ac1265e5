package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/netlark/netlark/tests/vm/frame"
	"github.com/netlark/netlark/tests/vm/vmenv"
)

// A result is what came of one package on one kernel.
type result struct {
	name     string
	seconds  float64
	tests    int // that ended, however
	skips    []string
	problems []string // none: all is well

	lines  []line
	passed []string        // tests
	failed map[string]bool // tests that failed
	open   map[string]bool // tests that began and did not end
}

// A line is a line of output and the test that it belongs to, if any.
type line struct{ test, text string }

// An event is what test2json makes of a test binary's output; see its
// documentation in cmd/test2json.
type event struct {
	Action, Test, Output string
}

func (r *result) fail(problem string) { r.problems = append(r.problems, problem) }

// take takes in an event.
func (r *result) take(e event) {
	if r.open == nil {
		r.open, r.failed = map[string]bool{}, map[string]bool{}
	}
	switch e.Action {
	case "output":
		r.lines = append(r.lines, line{e.Test, e.Output})
	case "run":
		r.open[e.Test] = true
	case "pass", "fail", "skip":
		r.end(e)
	}
}

func (r *result) end(e event) {
	if e.Test == "" {
		return // the package's end: its exit status says more
	}
	r.tests++
	delete(r.open, e.Test)
	switch e.Action {
	case "fail":
		r.failed[e.Test] = true
	case "skip":
		r.skip(e.Test)
	case "pass":
		r.passed = append(r.passed, e.Test)
	}
}

// skip notes why a test was skipped. Only a lack of the kernel's excuses it.
func (r *result) skip(test string) {
	why := r.reason(test)
	if !strings.Contains(why, vmenv.Lacks) {
		r.failed[test] = true
		r.fail(fmt.Sprintf("%s is skipped, though the kernel is not to blame: %s", test, why))
		return
	}
	_, lack, _ := strings.Cut(why, vmenv.Lacks)
	r.skips = append(r.skips, lack)
}

// reason returns what a skipped test printed.
func (r *result) reason(test string) string {
	var said []string
	for _, l := range r.lines {
		if l.test == test && !isMark(l.text) {
			said = append(said, strings.TrimSpace(l.text))
		}
	}
	return strings.Join(said, " ")
}

// judge completes the result when the binary has ended.
func (r *result) judge(st frame.Status) {
	for test := range r.open {
		r.failed[test] = true
		r.fail(test + " did not end")
	}
	slices.Sort(r.problems)
	if st.Note != "" {
		r.fail(st.Note)
	}
	if st.Code != 0 && len(r.failed) == 0 {
		r.fail(fmt.Sprintf("exit status %d", st.Code))
	}
	if failed := r.outermost(); len(failed) > 0 {
		r.fail("failed: " + strings.Join(failed, ", "))
	}
}

// outermost returns the failed tests that are no subtests.
func (r *result) outermost() []string {
	tops := map[string]bool{}
	for test := range r.failed {
		top, _, _ := strings.Cut(test, "/")
		tops[top] = true
	}
	return slices.Sorted(maps.Keys(tops))
}

// output returns the output of failed tests, and what no test printed.
func (r *result) output() string {
	var b strings.Builder
	for _, l := range r.lines {
		if (l.test == "" || r.failed[l.test]) && !isMark(l.text) {
			b.WriteString(l.text)
		}
	}
	return b.String()
}

// isMark reports whether a line only says that a test starts, continues or
// was skipped, or that the binary is done.
func isMark(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "=== ") || strings.HasPrefix(text, "--- SKIP") || text == "PASS" || text == "FAIL"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
