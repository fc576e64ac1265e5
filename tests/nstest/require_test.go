package nstest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/netlark/netlark/tests/vm/vmenv"
)

// A fakeTB notes how a test ended.
type fakeTB struct {
	testing.TB
	skip, fatal string
}

func (f *fakeTB) Helper()                           {}
func (f *fakeTB) Skip(args ...any)                  { f.skip = fmt.Sprint(args...); runtime.Goexit() }
func (f *fakeTB) Fatal(args ...any)                 { f.fatal = fmt.Sprint(args...); runtime.Goexit() }
func (f *fakeTB) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

// attempt runs a test and returns how it ended.
func attempt(test func(testing.TB)) *fakeTB {
	f := &fakeTB{}
	done := make(chan bool)
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	return f
}

func known(c config) func() (config, error) { return func() (config, error) { return c, nil } }

func unknown() (config, error) { return nil, errors.New("no such file") }

func TestRequire(t *testing.T) {
	works := func(row) error { return nil }
	fails := func(row) error { return errors.New("Unknown device type.") }
	vm := &place{guest: true, release: "6.1.0-56-amd64", config: known(config{"NET": true, "BONDING": true, "XFRM_USER": true}), probe: fails}
	host := &place{release: "6.18.1", config: unknown, probe: works}
	poor := &place{release: "5.10", config: known(config{"NET": true}), probe: fails}
	for _, c := range []struct {
		name        string
		at          *place
		need        string
		skip, fatal string // what the test is to end with; both empty: it goes on
	}{
		{"VM, on", vm, "kind:bond", "", ""},
		{"VM, off", vm, "kind:wireguard", "CONFIG_WIREGUARD", ""},
		{"VM, one of two off", vm, "xfrm:esp", "CONFIG_INET_ESP", ""},
		{"VM, option on", vm, "config:BONDING", "", ""},
		{"VM, option off", vm, "config:AMT", "CONFIG_AMT", ""},
		{"VM, version had", vm, "kernel:6.1", "", ""},
		{"VM, version lacking", vm, "kernel:6.2", "Linux 6.2", ""},
		{"VM, configuration missing", &place{guest: true, config: unknown}, "kind:bond", "", "no such file"},
		{"host, probe works", host, "kind:wireguard", "", ""},
		{"host, probe fails", poor, "kind:bond", "kind:bond: Unknown device type.", ""},
		{"host, configuration missing", host, "config:AMT", "no such file", ""},
		{"host, version lacking", poor, "kernel:6.1", "Linux 6.1", ""},
		{"unknown", host, "kind:nonesuch", "", "kind:nonesuch"},
		{"unknown in the VM", vm, "nonesuch", "", "nonesuch"},
		{"no version", host, "kernel:new", "", `"new"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := attempt(func(tb testing.TB) { c.at.require(tb, []string{c.need}) })
			if !ends(got.skip, c.skip) || !ends(got.fatal, c.fatal) {
				t.Errorf("skip %q, fatal %q; want %q, %q", got.skip, got.fatal, c.skip, c.fatal)
			}
			if got.skip != "" && !strings.HasPrefix(got.skip, vmenv.Lacks) {
				t.Errorf("vmtest will not know %q as a lack of the kernel's", got.skip)
			}
		})
	}
}

func ends(got, want string) bool { return (got == "") == (want == "") && strings.Contains(got, want) }

func TestRequireTakesAllOfSeveral(t *testing.T) {
	vm := &place{guest: true, config: known(config{"BONDING": true, "DUMMY": true})}
	got := attempt(func(tb testing.TB) { vm.require(tb, []string{"kind:bond", "kind:vrf", "kind:dummy"}) })
	if !strings.Contains(got.skip, "NET_VRF") {
		t.Errorf("skip %q, want for the missing NET_VRF", got.skip)
	}
}

func TestSkipFailsInTheVM(t *testing.T) {
	for guest, want := range map[bool]fakeTB{
		false: {skip: "no reason"},
		true:  {fatal: "a test may not be skipped in the VM: no reason"},
	} {
		p := &place{guest: guest}
		if got := attempt(func(tb testing.TB) { p.skip(tb, "no reason") }); *got != want {
			t.Errorf("in the VM %t: skip %q, fatal %q; want %+v", guest, got.skip, got.fatal, want)
		}
	}
}

func TestVersion(t *testing.T) {
	for release, want := range map[string][2]int{
		"6.1.0-56-amd64": {6, 1}, "6.12.117+deb12-amd64": {6, 12}, "7.3-rc1": {7, 3}, "6.6": {6, 6},
	} {
		if major, minor, err := version(release); err != nil || major != want[0] || minor != want[1] {
			t.Errorf("%s is %d.%d, %v", release, major, minor, err)
		}
	}
}

func TestReadConfigFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	text := "# Linux\nCONFIG_NET=y\nCONFIG_BONDING=m\n# CONFIG_AMT is not set\nCONFIG_HZ=250\nCONFIG_NAME=\"m\"\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := readConfigFile(file)
	if err != nil || !c["NET"] || !c["BONDING"] || c["AMT"] || c["HZ"] || c["NAME"] {
		t.Errorf("%v, %v", c, err)
	}
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readConfigFile(file); err == nil {
		t.Error("an empty file passes for a configuration")
	}
}

// TestProbeRemembers makes sure that a package with a hundred tests of a kind
// does not probe a hundred times.
func TestProbeRemembers(t *testing.T) {
	probe := probeOnce()
	r := row{"test:remember", "NET", "test ! -e mark && false"}
	first := probe(r)
	r.probe = "true"
	if second := probe(r); second != first {
		t.Errorf("first %v, then %v", first, second)
	}
}
