package netlinkcore_test

import (
	"net/netip"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/tests/nstest"
)

// other is an open namespace beside the test's.
func other(t *testing.T) *netns.NS {
	t.Helper()
	ns, err := netns.CreateAnonymous()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ns.Close() })
	return ns
}

// Here is where the thread was, also when it has gone elsewhere before the first
// call opens a socket.
func TestHereStays(t *testing.T) {
	nstest.New(t)
	conn, err := netlinkcore.Here()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	elsewhere := other(t)
	err = elsewhere.Do(func() error {
		return link.Add(t.Context(), conn, &link.Link{Name: "br0", Kind: &link.Bridge{}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.Get(t.Context(), conn, &link.Link{Name: "br0"}); err != nil {
		t.Error(err)
	}
	there := netlinkcore.In(elsewhere)
	defer there.Close()
	if links, err := link.Collect(t.Context(), there, nil); err != nil || len(links) != 1 {
		t.Errorf("the namespace that the thread was in has %d links, %v", len(links), err)
	}
}

// Each protocol's socket is opened in the Scope's namespace.
func TestProtocolsElsewhere(t *testing.T) {
	nstest.New(t)
	conn := netlinkcore.In(other(t))
	defer conn.Close()
	here := netlinkcore.In(nil)
	defer here.Close()
	policy := xfrm.Policy{Dir: opt.Of(xfrm.Out), Action: opt.Of[uint8](1), Selector: xfrm.Selector{Dst: netip.MustParsePrefix("10.0.0.0/8")}}
	if err := xfrm.AddPolicy(t.Context(), conn, &policy); err != nil {
		t.Fatal(err)
	}
	if list, err := xfrm.CollectPolicies(t.Context(), conn, nil); err != nil || len(list) != 1 {
		t.Errorf("there are %d policies, %v", len(list), err)
	}
	if list, err := xfrm.CollectPolicies(t.Context(), here, nil); err != nil || len(list) != 0 {
		t.Errorf("here are %d policies, %v", len(list), err)
	}
	generic := nl.Request{Proto: unix.NETLINK_GENERIC, Type: unix.GENL_ID_CTRL, Body: []byte{unix.CTRL_CMD_GETFAMILY, 1, 0, 0}}
	for _, err := range conn.Conn().Dump(t.Context(), &generic) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A Scope serves goroutines on whatever threads they run.
func TestManyGoroutines(t *testing.T) {
	nstest.New(t)
	conn := netlinkcore.In(other(t))
	defer conn.Close()
	if err := link.Set(t.Context(), conn, &link.Link{Name: "lo", Up: opt.Of(true)}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			dst := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i), 0}), 24)
			if err := route.Add(t.Context(), conn, &route.Route{Dst: dst, Type: opt.Of(route.Blackhole)}); err != nil {
				t.Error(err)
			}
			if _, err := route.Get(t.Context(), conn, &route.Route{Dst: dst}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestCloseTwice(t *testing.T) {
	nstest.New(t)
	conn, err := netlinkcore.Here()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.Get(t.Context(), conn, &link.Link{Name: "lo"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := link.Get(t.Context(), conn, &link.Link{Name: "lo"}); err == nil {
		t.Error("a closed Scope answers")
	}
}

// Another namespace has no number here until it is given one, which stays.
func TestNamespaceNumbers(t *testing.T) {
	ns := nstest.New(t)
	conn := netlinkcore.In(nil)
	defer conn.Close()
	there := attr.NSFD("", other(t).FD())
	if id, err := conn.NSID(t.Context(), there, false); err != nil || id != -1 {
		t.Errorf("before: %d, %v", id, err)
	}
	given, err := conn.NSID(t.Context(), there, true)
	if err != nil || given < 0 {
		t.Errorf("given %d, %v", given, err)
	}
	if id, err := conn.NSID(t.Context(), there, false); err != nil || id != given {
		t.Errorf("after: %d, %v, want %d", id, err, given)
	}
	if list := ns.IP(t, "netns", "list-id"); len(list) != 1 || list[0]["nsid"] != int(given) {
		t.Errorf("ip shows %v", list)
	}
}
