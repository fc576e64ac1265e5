package nstest

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/tests/vm/vmenv"
)

// TestTable checks the table itself, on a kernel whose configuration is known:
// a row's probe succeeds if and only if its options are on.
func TestTable(t *testing.T) {
	if os.Getenv(vmenv.Guest) == "" {
		t.Skip("only the VM's kernel has all the modules that its configuration names")
	}
	c, err := readConfig()
	if err != nil {
		t.Fatal(err)
	}
	failed := failures(t)
	for _, r := range table {
		on := true
		for option := range strings.FieldsSeq(r.options) {
			on = on && c[option]
		}
		if why, fails := failed[r.name]; on == fails {
			t.Errorf("%s: CONFIG %s: %t, but the probe says %q", r.name, r.options, on, why)
		}
	}
}

// failures runs all probes and returns what those said that failed. Starting
// a process for each would cost more than the probes do, so each tool gets its
// rows in one batch, and a shell the rest.
func failures(t *testing.T) map[string]string {
	failed := map[string]string{}
	for _, b := range []struct {
		takes *regexp.Regexp
		run   func(lines []string) (string, error)
	}{
		{regexp.MustCompile(`^ip [a-z][^;&|]*$`), batch("ip")},
		{regexp.MustCompile(`^tc [a-z]`), batch("tc")},
		{regexp.MustCompile(`^ip -|^genl |[;&|]`), oneByOne},
	} {
		var names, lines []string
		for _, r := range table {
			if b.takes.MatchString(r.probe) {
				names, lines = append(names, r.name), append(lines, r.probe)
			}
		}
		out, err := b.run(lines)
		if out == "" && err != nil {
			t.Fatal(err)
		}
		collect(out, names, failed)
	}
	return failed
}

func batch(tool string) func(lines []string) (string, error) {
	return func(lines []string) (string, error) {
		var b strings.Builder
		for _, line := range lines {
			fmt.Fprintln(&b, strings.TrimPrefix(line, tool+" "))
		}
		return inScratch(fmt.Sprintf("%s -force -batch - 2>&1 <<'END'\n%sEND\n", tool, b.String()))
	}
}

// oneByOne reports failures in the words of a batch. Each line has a namespace
// of its own, as probes have in tests: one may spoil it for the next.
func oneByOne(lines []string) (string, error) {
	var all strings.Builder
	for i, line := range lines {
		out, err := inScratch(fmt.Sprintf("(%s) 2>&1 || echo Command failed -:%d\n", line, i+1))
		if err != nil {
			return "", err
		}
		all.WriteString(out)
	}
	return all.String() + "\n", nil
}

// collect finds the failures in a batch's output: a line with the number of
// the command, after what the command said.
func collect(out string, names []string, failed map[string]string) {
	said := ""
	for line := range strings.Lines(out) {
		m := failedLine.FindStringSubmatch(line)
		if m == nil {
			said += line
			continue
		}
		n, _ := strconv.Atoi(m[1])
		failed[names[n-1]] = said
		said = ""
	}
}

var failedLine = regexp.MustCompile(`^Command failed -:(\d+)\n$`)
