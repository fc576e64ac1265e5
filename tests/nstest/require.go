package nstest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/netlark/netlark/tests/vm/vmenv"
	"golang.org/x/sys/unix"
)

// Require skips the test unless the kernel has all the named capabilities:
//
//	"kind:bond", "qdisc:netem", "xfrm:esp", …   a row of the table
//	"config:IPV6_SUBTREES"                      an option of the kernel's
//	"kernel:6.6"                                this version or a later one
//
// On a machine's own kernel a row's probe decides, by making the thing in a
// scratch namespace. In the VM the kernel's configuration decides: what it
// names is required to work, and the test goes on to show whether it does.
func Require(t testing.TB, capabilities ...string) {
	t.Helper()
	here().require(t, capabilities)
}

// Has reports whether the kernel has a capability, for a test that does less
// without it.
func Has(t testing.TB, capability string) bool {
	t.Helper()
	lack, err := here().lack(capability)
	if err != nil {
		t.Fatal(err)
	}
	return lack == ""
}

// RequireVM skips the test outside a virtual machine: it changes what belongs to
// the machine and to no namespace.
func RequireVM(t testing.TB) {
	t.Helper()
	if !here().guest {
		t.Skip("it changes the machine: only a virtual one will do")
	}
}

// RequireTunnelOptions skips the test where routes whose encapsulation has
// options of Geneve, VXLAN or ERSPAN may not be made: younger kernels die of
// them, and what dies has to be a virtual machine.
func RequireTunnelOptions(t testing.TB) {
	t.Helper()
	if !TunnelOptions() {
		t.Skip(vmenv.Lacks + "routes with options of tunnels that do no harm")
	}
}

// TunnelOptions reports what RequireTunnelOptions requires.
func TunnelOptions() bool {
	major, minor, err := version(here().release)
	return err == nil && here().guest && major == 6 && minor >= 10 && minor <= 12
}

// Skip skips the test for a reason that is not the kernel's. In the VM that
// is a failure.
func Skip(t testing.TB, why string) {
	t.Helper()
	here().skip(t, why)
}

// A place is where tests run: what decides there whether they can.
type place struct {
	guest   bool   // in the VM
	release string // the kernel's
	config  func() (config, error)
	probe   func(row) error
}

// here describes where this process runs.
var here = sync.OnceValue(func() *place {
	var name unix.Utsname
	_ = unix.Uname(&name) // fails for a bad address only
	return &place{
		guest:   os.Getenv(vmenv.Guest) != "",
		release: unix.ByteSliceToString(name.Release[:]),
		config:  sync.OnceValues(readConfig),
		probe:   probeOnce(),
	}
})

func (p *place) skip(t testing.TB, why string) {
	t.Helper()
	if p.guest {
		t.Fatalf("a test may not be skipped in the VM: %s", why)
	}
	t.Skip(why)
}

func (p *place) require(t testing.TB, capabilities []string) {
	t.Helper()
	for _, name := range capabilities {
		lack, err := p.lack(name)
		if err != nil {
			t.Fatal(err)
		}
		if lack != "" {
			t.Skip(vmenv.Lacks + lack) // vmtest knows it by these words
		}
	}
}

// lack returns what the kernel lacks for a capability, or "".
func (p *place) lack(name string) (string, error) {
	if version, ok := strings.CutPrefix(name, "kernel:"); ok {
		return p.lackVersion(version)
	}
	if option, ok := strings.CutPrefix(name, "config:"); ok {
		return p.lackOption(option)
	}
	for _, r := range table {
		if r.name == name {
			return p.lackRow(r)
		}
	}
	return "", fmt.Errorf("nstest does not know %q: it takes a row in table.go", name)
}

func (p *place) lackRow(r row) (string, error) {
	if !p.guest {
		if err := p.probe(r); err != nil {
			return r.name + ": " + err.Error(), nil
		}
		return "", nil
	}
	for option := range strings.FieldsSeq(r.options) {
		if lack, err := p.lackOption(option); lack != "" || err != nil {
			return lack, err
		}
	}
	return "", nil
}

func (p *place) lackOption(option string) (string, error) {
	c, err := p.config()
	if err != nil && p.guest {
		return "", err
	}
	if err != nil {
		return "a readable configuration: " + err.Error(), nil
	}
	if !c[option] {
		return "CONFIG_" + option, nil
	}
	return "", nil
}

func (p *place) lackVersion(want string) (string, error) {
	major, minor, err := version(want)
	if err != nil {
		return "", err
	}
	haveMajor, haveMinor, err := version(p.release)
	if err != nil {
		return "", err
	}
	if haveMajor < major || haveMajor == major && haveMinor < minor {
		return fmt.Sprintf("what Linux %s has: it is %s", want, p.release), nil
	}
	return "", nil
}

// version returns the first two numbers of a release such as 6.1.0-56-amd64.
func version(release string) (major, minor int, err error) {
	first, rest, _ := strings.Cut(release, ".")
	digits := rest
	if end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		digits = rest[:end]
	}
	if major, err = strconv.Atoi(first); err == nil {
		minor, err = strconv.Atoi(digits)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("%q is no version of a kernel", release)
	}
	return major, minor, nil
}

// Emulated reports whether the test runs in the VM, which is some nine times
// slower: what takes long takes fewer rounds there.
func Emulated() bool { return os.Getenv(vmenv.Guest) != "" }
