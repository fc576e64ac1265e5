package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/tests/vm/frame"
	"github.com/netlark/netlark/tests/vm/kernel"
	"github.com/netlark/netlark/tests/vm/vmenv"
)

// mark is what -test.v=test2json puts before lines of the testing package.
const mark = "\x16"

// outcome is the result for a test binary's output and exit status.
func outcome(t *testing.T, output string, st frame.Status) *result {
	t.Helper()
	r := &result{name: "netlinkcore/link", seconds: 1.5}
	p, err := newParser("example.org/link", r, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(p, output); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	r.judge(st)
	return r
}

const (
	done = mark + "=== NAME  \n"
	good = mark + "=== RUN   TestGood\nnoise\n" + mark + "--- PASS: TestGood (0.00s)\n" + done
	bad  = mark + "=== RUN   TestBad\n" + mark + "=== RUN   TestBad/sub\n    a_test.go:1: got 1, want 2\n" +
		mark + "--- FAIL: TestBad/sub (0.00s)\n" + mark + "=== NAME  TestBad\n" + mark + "--- FAIL: TestBad (0.00s)\n" + done
	lack = mark + "=== RUN   TestLack\n    a_test.go:2: " + vmenv.Lacks + "CONFIG_AMT\n" + mark + "--- SKIP: TestLack (0.00s)\n" + done
	lazy = mark + "=== RUN   TestLazy\n    a_test.go:3: not today\n" + mark + "--- SKIP: TestLazy (0.00s)\n" + done
	cut  = mark + "=== RUN   TestCut\nlast words\n"
	pass = mark + "PASS\n"
	fail = mark + "FAIL\n"
)

func TestResult(t *testing.T) {
	for _, c := range []struct {
		name, output string
		status       frame.Status
		tests        int
		skips        []string
		problems     []string
		shown        string
	}{
		{"pass", good + pass, frame.Status{}, 1, nil, nil, ""},
		{"fail", good + bad + fail, frame.Status{Code: 1}, 3, nil, []string{"failed: TestBad"}, "got 1, want 2"},
		{"excused skip", good + lack + pass, frame.Status{}, 2, []string{"CONFIG_AMT"}, nil, ""},
		{"other skip", lazy + pass, frame.Status{}, 1, nil,
			[]string{"TestLazy is skipped, though the kernel is not to blame: a_test.go:3: not today", "failed: TestLazy"}, "not today"},
		{"cut off", good + cut, frame.Status{Code: 137, Note: "killed by signal: killed"}, 1, nil,
			[]string{"TestCut did not end", "killed by signal: killed", "failed: TestCut"}, "last words"},
		{"TestMain fails", good + "no luck\n", frame.Status{Code: 3}, 1, nil, []string{"exit status 3"}, "no luck"},
		{"orphan", good + pass, frame.Status{Note: "left a process behind"}, 1, nil, []string{"left a process behind"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := outcome(t, c.output, c.status)
			if r.tests != c.tests || !slices.Equal(r.skips, c.skips) || !slices.Equal(r.problems, c.problems) {
				t.Errorf("%d tests, skips %q, problems %q; want %d, %q, %q", r.tests, r.skips, r.problems, c.tests, c.skips, c.problems)
			}
			if out := r.output(); !strings.Contains(out, c.shown) || strings.Contains(out, "noise") {
				t.Errorf("shows %q, want %q and nothing of what passed", out, c.shown)
			}
		})
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	p := newReporter(&out, io.Discard, false, []kernel.Row{{Name: "6.12"}, {Name: "new"}})
	s := &summary{release: "6.12.117"}
	for _, r := range []*result{
		outcome(t, good+lack+pass, frame.Status{}),
		outcome(t, bad+fail, frame.Status{Code: 1}),
	} {
		s.add(r)
		p.result("6.12", r)
	}
	if p.failed {
		t.Error("failed before the summary")
	}
	p.summary("6.12", s)
	got := out.String()
	got = got[:strings.LastIndex(got, "skipped, ")] // seconds follow
	want := `ok    6.12  netlinkcore/link               1.50s  2 tests, 1 skipped
    a_test.go:1: got 1, want 2
--- FAIL: TestBad/sub (0.00s)
--- FAIL: TestBad (0.00s)
FAIL  6.12  netlinkcore/link               1.50s  2 tests
      failed: TestBad
      6.12  skipped 1: this kernel lacks CONFIG_AMT
FAIL  6.12  kernel 6.12.117: 2 packages, 4 tests, 1 `
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if !p.failed {
		t.Error("a failed package does not fail the run")
	}
}

func TestParseList(t *testing.T) {
	found, err := parseList([]byte(`
{"ImportPath": "m/link", "Dir": "/m/link", "Module": {"Path": "m"}, "Deps": ["fmt"]}
{"ImportPath": "m/link.test", "Dir": "/m/link", "Module": {"Path": "m"}, "Deps": ["fmt", "m/tests/nstest"]}
{"ImportPath": "m/wire.test", "Dir": "/m/wire", "Module": {"Path": "m"}, "Deps": ["fmt"]}
{"ImportPath": "m/tests/nstest.test", "Dir": "/m/tests/nstest", "Module": {"Path": "m"}, "Deps": ["m/tests/nstest [m/tests/nstest.test]"]}
`))
	if err != nil || len(found) != 2 || found[0].name != "link" || found[1].name != "tests/nstest" {
		t.Errorf("found %v, %v; want link and tests/nstest", found, err)
	}
	_, err = parseList([]byte(`{"ImportPath": "m/x", "Error": {"Pos": "x.go:1:2", "Err": "expected {"}}`))
	if err == nil || err.Error() != "x.go:1:2: expected {" {
		t.Errorf("a package that cannot be loaded gives %v", err)
	}
}

// TestJobs: each package once for each kernel, kernel by kernel, and a summary when a
// kernel's last one is done.
func TestJobs(t *testing.T) {
	var out strings.Builder
	print := newReporter(&out, io.Discard, false, nil)
	p := newPlan("", "")
	p.packages = []*testPackage{{name: "a"}, {name: "b", family: true}}
	close(p.listed)
	var order string
	for j := range jobs(t.Context(), p, []*suite{{kernel: "6.12", print: print}, {kernel: "6.1", families: true, print: print}}) {
		order += j.kernel + j.pkg.name + " "
		j.add(&result{name: j.pkg.name})
	}
	if order != "6.12a 6.12b 6.1b " {
		t.Errorf("the order is %s", order)
	}
	for _, want := range []string{"6.12  kernel : 2 packages, 0 tests", "6.1  kernel : 1 package, 0 tests"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, &out)
		}
	}
}
