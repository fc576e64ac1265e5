package link_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/tests/nstest"
)

// losses says what of a device cannot be given back, as the kernel tells of it.
func losses(p *verbtest.Place, t *testing.T, name string) string {
	t.Helper()
	v, err := link.Type.Get(t.Context(), p.Scope, &link.Link{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(link.Type.Losses(ref(v)), "; ")
}

// A TUN device that stays can be made again, but for the program that has it open.
func TestTunLosses(t *testing.T) {
	p := verbtest.New(t, "kind:tun")
	p.Must(object.Add, ref(&link.Link{Name: "t0", Kind: &link.Tun{}, Up: yes}))
	if got := losses(p, t, "t0"); got != "" {
		t.Errorf("nobody has it open: %s", got)
	}
	f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ifr, err := unix.NewIfreq("t0")
	if err != nil {
		t.Fatal(err)
	}
	ifr.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(int(f.Fd()), unix.TUNSETIFF, ifr); err != nil {
		t.Skip(err) // opened with other flags than it was made
	}
	if got := losses(p, t, "t0"); got != "a program has its other end open" {
		t.Errorf("a program has it open: %q", got)
	}
}

func TestXDPLosses(t *testing.T) {
	p := verbtest.New(t)
	p.Sh("ip link add v0 type veth peer name v1")
	if got := losses(p, t, "v0"); got != "" {
		t.Errorf("without a program: %s", got)
	}
	fd := nstest.Program(t, unix.BPF_PROG_TYPE_XDP)
	p.Must(object.Set, ref(&link.Link{Name: "v0", XDP: &link.XDP{FD: opt.Of(int32(fd))}}))
	if got := losses(p, t, "v0"); got != "its XDP program goes if it is pinned nowhere" {
		t.Errorf("with a program: %q", got)
	}
}

// What other means than rtnetlink set of a kind is not read.
func TestKindLosses(t *testing.T) {
	for _, k := range []link.Kind{&link.WireGuard{}, &link.MACsec{}, &link.OVPN{}, &link.Team{}} {
		why := link.Type.Losses(ref(called("x", k)))
		if len(why) != 1 || !strings.Contains(why[0], "set by other means") {
			t.Errorf("%s: %q", k.KindName(), why)
		}
	}
	if why := link.Type.Losses(ref(called("x", &link.OtherKind{Name: "new", Data: []byte{1}}))); !slices.Equal(why, []string{`netlark does not know the options of the kind "new"`}) {
		t.Errorf("%q", why)
	}
}
