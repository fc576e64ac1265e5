package export_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/tests/nstest"
)

// runs names the script that this process is to run: a process of its own, so
// that all of its threads are in the test's namespace.
const runs = "NETLARK_TEST_EXPORT"

func TestMain(m *testing.M) {
	file := os.Getenv(runs)
	if file == "" {
		nstest.Main(m)
	}
	s := module.NewSession(module.NewTarget("", nil))
	err := script.New(script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModeRun, Session: s}).File(context.Background(), file)
	if err != nil {
		script.Render(os.Stderr, err, script.RenderOptions{})
		os.Exit(1)
	}
	s.Close()
	os.Exit(0)
}

// What is exported of a bridge with VLANs makes it again: what the kernel makes
// of itself is left out, and what it would make and is not so is said.
func TestVLANs(t *testing.T) {
	nstest.Require(t, "bridge:vlan", "kind:veth")
	ns := nstest.New(t)
	ns.Sh(t, `ip link add br0 up type bridge vlan_default_pvid 5 vlan_filtering 1
for p in v w x; do ip link add ${p}0 up type veth peer name ${p}1; ip link set ${p}0 master br0; ip link set ${p}1 up; done
bridge vlan add dev v0 vid 10 pvid untagged
bridge vlan add dev v0 vid 20-22
bridge vlan set dev v0 vid 21 state blocking
bridge vlan del dev w0 vid 5
bridge vlan add dev br0 vid 20 self
bridge fdb add 02:00:00:00:02:01 dev v0 master static vlan 20`)
	text := exported(t, ns)
	for _, line := range []string{
		`n.bridge.vlan.replace("v0", 5, untagged = True)`, `n.bridge.vlan.add("v0", 10, pvid = True, untagged = True)`,
		`n.bridge.vlan.add("v0", 21, state = "blocking")`, `n.bridge.vlan.delete("w0", 5)`, `n.bridge.vlan.add("br0", 20)`,
	} {
		if !strings.Contains(text, "    "+line+"\n") {
			t.Errorf("it lacks %s:\n%s", line, text)
		}
	}
	if strings.Contains(text, `"x0", 5`) || strings.Contains(text, `"br0", 5`) {
		t.Errorf("it says what the kernel makes:\n%s", text)
	}

	again := ranAgain(t, text)
	const look = "bridge -d vlan show; bridge fdb show br br0 | grep static"
	if a, b := ns.Sh(t, look), again.Sh(t, look); a != b {
		t.Errorf("bridge shows\n%s\nit was\n%s", b, a)
	}
	if second := exported(t, again); second != text {
		t.Errorf("exported again it is\n%s\nfirst it was\n%s", second, text)
	}
}

// ranAgain runs what export printed in a namespace of its own.
func ranAgain(t *testing.T, text string) *nstest.NS {
	t.Helper()
	again := nstest.New(t)
	runHere(t, text+"\nconfigure(netns.current())\n")
	return again
}

// runHere runs a script in the namespace that was made last.
func runHere(t *testing.T, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script.star")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), runs+"="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, text)
	}
}

func exported(t *testing.T, ns *nstest.NS) string {
	t.Helper()
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	text, err := export.Function(t.Context(), &state.Space{Scope: s}, all.Families(), export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return text
}
