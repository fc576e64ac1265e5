package object_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// queue queues additions; the note of each is its place.
func queue(t *testing.T, b *object.Batch, refs ...object.Ref) {
	t.Helper()
	for i, r := range refs {
		if err := r.Family.Queue(t.Context(), b, object.Add, r, i); err != nil {
			t.Fatal(r, err)
		}
	}
}

func address(dev, prefix string) object.Ref {
	return addr.Type.Ref(&addr.Addr{Address: netip.MustParsePrefix(prefix), Dev: rt.DevName(dev)})
}

// What is added to devices of the batch waits for them, and they for nothing; what
// depends on what waits does, too.
func TestBatchHolds(t *testing.T) {
	ns, s := scope(t)
	b := s.Batch(func(note any, err error) { t.Error(note, err) })
	var all []object.Ref
	const many = 20
	for i := range many {
		a := veth(fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i))
		a.Up, a.Kind.(*link.Veth).Peer.Up = opt.Of(true), opt.Of(true)
		all = append(all, link.Type.Ref(a), address(a.Name, fmt.Sprintf("10.0.%d.1/24", i)),
			route.Type.Ref(&route.Route{Dst: netip.MustParsePrefix(fmt.Sprintf("10.1.%d.0/24", i)), Via: netip.MustParseAddr(fmt.Sprintf("10.0.%d.2", i))}))
	}
	queue(t, b, all...)
	if got := ns.Sh(t, "ip -br link | grep -c @ || true"); strings.TrimSpace(got) != "0" {
		t.Errorf("%s devices were made before anything had to be known of them", got)
	}
	if b.Waiting() != 4*many {
		t.Errorf("%d changes wait, want %d", b.Waiting(), 4*many)
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for look, want := range map[string]int{"ip -br link | grep -c 'UP.*LOWER_UP'": 2 * many, "ip -4 -br addr | grep -c 10.0": many, "ip route | grep -c 'via 10.0'": many} {
		if got := strings.TrimSpace(ns.Sh(t, look+" || true")); got != fmt.Sprint(want) {
			t.Errorf("%s: %s, want %d", look, got, want)
		}
	}
}

// What was held back fails with its own note, whoever says that it does.
func TestBatchHeldFails(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip link add there type bridge")
	failed := map[int]error{}
	b := s.Batch(func(note any, err error) { failed[note.(int)] = err })
	queue(t, b, link.Type.Ref(veth("a", "b")), address("a", "10.0.0.1/24"), address("nosuch", "10.0.1.1/24"), address("a", "10.0.0.1/24"),
		link.Type.Ref(veth("there", "c")), address("there", "10.0.2.1/24"), address("b", "10.0.3.1/24"))
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var which []int
	for note := range failed {
		which = append(which, note)
	}
	if slices.Sort(which); !slices.Equal(which, []int{2, 3, 4}) {
		t.Fatalf("failed are %v", failed)
	}
	if !errors.Is(failed[2], object.ErrNoDevice) || object.Code(failed[3]) != "exists" || object.Code(failed[4]) != "exists" {
		t.Errorf("failed are %v", failed)
	}
	if got := ns.Sh(t, "ip -4 -br addr"); strings.Count(got, "10.0.") != 3 {
		t.Errorf("there is\n%s", got)
	}
}

// What was held back is forgotten with the rest.
func TestBatchHeldDropped(t *testing.T) {
	ns, s := scope(t)
	b := s.Batch(func(note any, err error) { t.Error(note, err) })
	queue(t, b, link.Type.Ref(veth("a", "b")), address("a", "10.0.0.1/24"))
	if n, err := b.Drop(); n != 2 || err != nil {
		t.Errorf("%d were dropped, want 2: %v", n, err)
	}
	queue(t, b, link.Type.Ref(veth("c", "d")), address("c", "10.0.0.1/24"))
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ns.Sh(t, "ip -br addr"); strings.Contains(got, "a@") || !strings.Contains(got, "10.0.0.1") {
		t.Errorf("there is\n%s", got)
	}
}
