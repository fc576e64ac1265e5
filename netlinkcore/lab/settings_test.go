package lab_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/tests/nstest"
)

// outOfTests runs fn on a thread that no test has moved to another namespace.
func outOfTests(fn func()) {
	done := make(chan bool)
	go func() { defer close(done); fn() }()
	<-done
}

// otherwise makes each setting of the first namespace's devices another one, as far as
// the kernel lets it, and returns what makes them as they were.
func otherwise(t *testing.T, patterns ...string) (back func()) {
	was := map[string]string{}
	outOfTests(func() {
		for _, pattern := range patterns {
			files, _ := filepath.Glob(pattern)
			for _, file := range files {
				value, err := os.ReadFile(file)
				if err != nil {
					continue // only written to
				}
				other := "0"
				if strings.TrimSpace(string(value)) == "0" {
					other = "1"
				}
				if os.WriteFile(file, []byte(other), 0) == nil {
					was[file] = string(value)
				}
			}
		}
	})
	if len(was) < 50 {
		t.Errorf("only %d settings could be changed", len(was))
	}
	return func() {
		outOfTests(func() {
			for range 2 { // some change others
				for file, value := range was {
					_ = os.WriteFile(file, []byte(value), 0) // what was there
				}
			}
		})
	}
}

// TestBirthSettings: a node is the same whatever the machine's own settings are.
func TestBirthSettings(t *testing.T) {
	if !nstest.Emulated() {
		t.Skip("settings of the machine are not the test's to change")
	}
	ns := labtest.Machine(t)
	look := func() string {
		l, err := lab.New("born", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		labtest.Node(t, l, "a")
		labtest.Apply(t, l)
		defer func() {
			if _, err := lab.Destroy(t.Context(), "born", all.Families()); err != nil {
				t.Fatal(err)
			}
		}()
		return ns.Sh(t, "nsenter --net=/run/netns/born.a sh -c 'grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf /proc/sys/net/ipv4/ip_forward 2>/dev/null | grep -v -e stable_secret -e lo/accept_redirects -e lo/send_redirects | sort'")
	}
	usual := look()
	back := otherwise(t, "/proc/sys/net/ipv4/conf/all/*", "/proc/sys/net/ipv4/conf/default/*", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/*", "/proc/sys/net/ipv6/conf/default/*")
	defer back()
	if got := look(); got != usual {
		t.Errorf("beside other settings a node differs:\n%s", labtest.Differ(got, usual))
	}
}
