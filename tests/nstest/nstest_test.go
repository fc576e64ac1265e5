package nstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/netlark/netlark/tests/vm/vmenv"
)

func TestMain(m *testing.M) { Main(m) }

// netns returns the network namespace that the calling goroutine is in.
func netns(t *testing.T) string {
	t.Helper()
	name, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func (n *NS) name(t *testing.T) string {
	t.Helper()
	name, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", n.FD()))
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func TestNewEnters(t *testing.T) {
	before := netns(t)
	ns := New(t)
	if now := netns(t); now == before || now != ns.name(t) {
		t.Errorf("in %s, which was %s and is to be %s", now, before, ns.name(t))
	}
	links := ns.IP(t, "link", "show")
	if links[0]["ifname"] != "lo" || links[0]["operstate"] != "DOWN" || here().guest && len(links) > 1 {
		t.Errorf("a fresh namespace has %v, want lo alone", links)
	}
}

func TestNamesAreTheTestsOwn(t *testing.T) {
	for range 2 { // the second would meet the first's name
		t.Run("", func(t *testing.T) {
			ns := New(t)
			ns.Sh(t, "ip netns add blue && ip -n blue link set lo up")
			if got := ns.Sh(t, "ip netns list"); got != "blue" {
				t.Errorf("names are %q, want blue alone", got)
			}
		})
	}
	if _, err := os.Stat("/run/netns/blue"); err == nil {
		t.Error("the name is visible outside")
	}
}

func TestSubtestsAreOutsideUntilTheyEnter(t *testing.T) {
	ns := New(t)
	t.Run("outside", func(t *testing.T) {
		if netns(t) == ns.name(t) {
			t.Error("a subtest is inside without having entered")
		}
	})
	t.Run("inside", func(t *testing.T) {
		ns.Sh(t, "mkdir /run/mark")
		ns.Enter(t)
		if netns(t) != ns.name(t) {
			t.Error("outside after Enter")
		}
		if _, err := os.Stat("/run/mark"); err != nil {
			t.Error("the mounts are not those of the namespace:", err)
		}
		if _, err := os.Stat("nstest_test.go"); err != nil {
			t.Error("Enter has moved the working directory:", err)
		}
	})
	t.Run("parallel", func(t *testing.T) {
		for range 4 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				if own := New(t); netns(t) != own.name(t) || netns(t) == ns.name(t) {
					t.Error("not in a namespace of its own")
				}
			})
		}
	})
}

func TestDo(t *testing.T) {
	ns := New(t)
	t.Run("from outside", func(t *testing.T) {
		before, inside, want := netns(t), "", errors.New("as it came")
		err := ns.Do(func() error {
			inside = netns(t)
			return want
		})
		if err != want {
			t.Errorf("got error %v, want that of the function", err)
		}
		if inside != ns.name(t) {
			t.Errorf("the function ran in %s, want %s", inside, ns.name(t))
		}
		if after := netns(t); after != before {
			t.Errorf("in %s after Do, want %s as before", after, before)
		}
	})
}

func TestAnother(t *testing.T) {
	Require(t, "kind:veth")
	ns := New(t)
	other := ns.Another(t)
	if netns(t) != ns.name(t) || other.name(t) == ns.name(t) {
		t.Fatal("Another moved the test, or is no other")
	}
	ns.Sh(t, "ip link add v0 type veth peer name v1")
	ns.Sh(t, "ip link set v1 netns "+other.Path())
	if got := other.IP(t, "link", "show", "dev", "v1"); len(got) != 1 || got[0]["ifname"] != "v1" {
		t.Errorf("the other namespace shows %v, want v1", got)
	}
}

// TestObservers also is the proof that the usual kinds are there.
func TestObservers(t *testing.T) {
	Require(t, "kind:dummy", "kind:vlan", "kind:vrf", "kind:bond", "kind:wireguard", "kind:gre",
		"bridge:vlan", "qdisc:netem", "qdisc:clsact", "filter:flower", "xfrm:esp")
	ns := New(t)
	out := ns.Sh(t, `
		ip link add d0 mtu 1400 type dummy
		ip link add link d0 name v0 type vlan id 5
		ip link add r0 type vrf table 10
		ip link add b0 type bond
		ip link add w0 type wireguard
		ip link add g0 type gre local 192.0.2.1 remote 192.0.2.2
		ip link add br0 type bridge vlan_filtering 1
		ip link set d0 master br0
		tc qdisc add dev d0 root netem delay 10ms
		tc qdisc add dev d0 clsact
		tc filter add dev d0 ingress protocol ip flower dst_ip 192.0.2.7 action drop
		ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 7 \
			auth 'hmac(sha256)' 0x0011 enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff
		ip xfrm state count`)
	if !strings.Contains(out, "1") {
		t.Errorf("ip xfrm state count says %q", out)
	}
	v0 := ns.IP(t, "link", "show", "dev", "v0")[0]
	if v0["mtu"] != 1400 || v0["link"] != "d0" {
		t.Errorf("v0 is %v, want mtu 1400 on d0", v0)
	}
	info := v0["linkinfo"].(map[string]any)
	if data := info["info_data"].(map[string]any); info["info_kind"] != "vlan" || data["id"] != 5 {
		t.Errorf("v0 is %v, want a vlan with id 5", info)
	}
	if got := ns.TC(t, "qdisc", "show", "dev", "d0", "root"); len(got) != 1 || got[0]["kind"] != "netem" {
		t.Errorf("qdiscs are %v, want netem", got)
	}
	if got := ns.TC(t, "filter", "show", "dev", "d0", "ingress"); len(got) == 0 || got[0]["kind"] != "flower" {
		t.Errorf("filters are %v, want flower", got)
	}
	if got := ns.Bridge(t, "vlan", "show", "dev", "d0"); len(got) != 1 || got[0]["ifname"] != "d0" {
		t.Errorf("VLANs are %v, want those of d0", got)
	}
}

func TestDecode(t *testing.T) {
	list, err := decode(`[{},{"mtu":1500,"bytes":18446744073709551615,"loss":0.5,"flags":["UP"],"in":{"n":-1}}]`)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v; want the one object that is not empty", list, err)
	}
	got := list[0]
	if got["mtu"] != 1500 || got["bytes"] != uint64(1<<64-1) || got["loss"] != 0.5 ||
		got["in"].(map[string]any)["n"] != -1 || got["flags"].([]any)[0] != "UP" {
		t.Errorf("got %#v", got)
	}
	if list, err := decode("\n"); list != nil || err != nil {
		t.Errorf("nothing printed gives %v, %v", list, err)
	}
	if _, err := decode("Usage: ip …"); err == nil {
		t.Error("text is taken for JSON")
	}
}

func TestShFailsWithTheOutput(t *testing.T) {
	ns := New(t)
	got := attempt(func(tb testing.TB) { ns.Sh(tb, "echo first\nip link show dev nonesuch\necho last") })
	if !strings.Contains(got.fatal, "first") || !strings.Contains(got.fatal, "nonesuch") || strings.Contains(got.fatal, "\nlast") {
		t.Errorf("failed with %q", got.fatal)
	}
	if got := attempt(func(tb testing.TB) { ns.IP(tb, "link", "show", "dev", "nonesuch") }); got.fatal == "" {
		t.Error("IP does not fail for a device that is not there")
	}
}

// TestMainWithoutRoot runs this binary as a user with no rights whatsoever.
func TestMainWithoutRoot(t *testing.T) {
	const nobody = 65534
	cmd := exec.Command("/proc/self/exe", "-test.run=^(TestNewEnters|TestNamesAreTheTestsOwn)$", "-test.v")
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, againEnv+"=") && !strings.HasPrefix(kv, vmenv.Guest+"=") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL) {
		Skip(t, "cannot become another user: "+err.Error()) // not root, so all tests show the same
	}
	if err != nil || strings.Contains(string(out), "SKIP") {
		t.Errorf("%v\n%s", err, out)
	}
}
