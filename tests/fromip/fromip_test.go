package fromip

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/tests/nstest"
	"github.com/netlark/netlark/tests/vm/vmenv"
)

// code names the variable with the script that this process is to run: a process
// of its own, so that all of its threads are in the test's namespace.
const code = "NETLARK_TEST_CODE"

func TestMain(m *testing.M) {
	src := os.Getenv(code)
	if src == "" {
		nstest.Main(m)
	}
	s := module.NewSession(module.NewTarget("", nil))
	in := script.New(script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModeRun, Secrets: starlarkmod.Secrets, Session: s})
	_, err := in.Source(context.Background(), "line", src, false)
	s.Close()
	if err != nil {
		script.Render(os.Stderr, err, script.RenderOptions{})
		os.Exit(1)
	}
	os.Exit(0)
}

// netlark runs a script in the namespace of the calling goroutine.
func netlark(t *testing.T, src string) string {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), code+"="+src)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("netlark: %v\n%s", err, &stderr)
	}
	return string(out)
}

// enough is how many lines the page has at least.
const enough = 60

func TestPage(t *testing.T) {
	pairs := readPage(t)
	if len(pairs) < enough {
		t.Fatalf("the page has %d lines", len(pairs))
	}
	for _, p := range pairs {
		if os.Getenv(vmenv.Guest) != "" && p.usual() {
			continue // the machine's own kernel shows it, and processes are slow here
		}
		t.Run(strings.ReplaceAll(p.ip, "/", "|"), func(t *testing.T) {
			nstest.Require(t, p.requires()...)
			switch {
			case p.watches():
				p.testWatch(t)
			case p.reads():
				p.testRead(t)
			default:
				p.testChange(t)
			}
		})
	}
}

// quiet keeps the kernel from adding what differs from one namespace to the other.
const quiet = `cd /proc/sys/net/ipv6/conf/default
echo 0 >accept_dad
echo 0 >router_solicitations
echo 1 >addr_gen_mode
`

// carriers waits for both ends: one that goes down before the other one's carrier is told
// leaves less there than one that goes later.
const carriers = `for i in $(seq 600); do
[ $(ip -o link show up | grep -c 'v[01]@.* state UP ') = 2 ] && break
sleep 0.05
done
`

// furnished moves the test to a new namespace, as the page wants it.
func (p pair) furnished(t *testing.T) *nstest.NS {
	t.Helper()
	n := nstest.New(t)
	n.Sh(t, quiet+"ip -batch - <<EOF\n"+strings.ReplaceAll("\n"+p.common, "\nip ", "\n")+"EOF\n"+carriers+p.setup)
	return n
}

// testChange compares the namespaces that the two have left behind. Carriers take
// their time to settle.
func (p pair) testChange(t *testing.T) {
	first := p.furnished(t)
	first.Sh(t, p.ip)
	second := p.furnished(t)
	netlark(t, p.netlark)
	deadline := time.Now().Add(10 * time.Second)
	for {
		want, got := p.look(t, first), p.look(t, second)
		if slices.Equal(want, got) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s\nleaves something else than\n%s\n%s", p.netlark, p.ip, difference(want, got))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// testRead compares what the two list; of multicast groups in the end, as ports of a bridge
// join some meanwhile.
func (p pair) testRead(t *testing.T) {
	n := p.furnished(t)
	tool, rest, _ := strings.Cut(p.ip, " ")
	deadline := time.Now()
	if strings.Contains(rest, "mdb") {
		deadline = deadline.Add(10 * time.Second)
	}
	for ; ; time.Sleep(100 * time.Millisecond) {
		var want []string
		if tool == "sysctl" {
			want = []string{strings.TrimSpace(n.Sh(t, p.ip))}
		} else {
			want = identities(t, n.Sh(t, tool+" -j "+rest), ofTool)
		}
		got := identities(t, netlark(t, "print(json.encode("+p.netlark+"))"), ofNetlark)
		if slices.Equal(want, got) && len(want) > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s\n%s\n%s\n%s", p.ip, strings.Join(want, "\n"), p.netlark, strings.Join(got, "\n"))
		}
	}
}

// happens is what watchers are to tell of.
const happens = `ip link set v0 mtu 1300
ip route add 10.1.0.0/16 via 10.0.0.2
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:05 dev v0`

// listens waits until the process $pid has joined a group of netlink.
const listens = `
n=0
until awk -v p=$pid '$3 == p && $4 != "00000000" { f = 1 } END { exit !f }' /proc/net/netlink || [ $n = 400 ]; do sleep 0.05; n=$((n+1)); done
`

// arrives waits until the output has something.
const arrives = `
n=0
until grep -q '%s' /run/out || [ $n = 400 ]; do sleep 0.05; n=$((n+1)); done
`

// testWatch has both tell of changes.
func (p pair) testWatch(t *testing.T) {
	what := map[string]string{"ip monitor link": "v0", "ip monitor route": "10.1.0.0/16", "ip monitor neigh": "10.0.0.2"}[p.ip]
	if what == "" {
		t.Fatalf("the test does not know what %s tells of", p.ip)
	}
	first := p.furnished(t)
	out := first.Sh(t, p.ip+" >/run/out & pid=$!\n"+listens+happens+fmt.Sprintf(arrives, what)+"kill $pid; cat /run/out")
	if !strings.Contains(out, what) {
		t.Errorf("%s says %s", p.ip, out)
	}
	p.furnished(t)
	src, _ := json.Marshal([]string{"sh", "-ec", happens})
	if out := netlark(t, "w = "+p.netlark+"\nexec("+string(src)+", check = True)\nprint(w.next(\"20s\"))"); !strings.Contains(out, what) {
		t.Errorf("%s says %s", p.netlark, out)
	}
}
