package state_test

import (
	"bytes"
	"io"
	"strconv"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// BenchmarkSnapshot takes a Snapshot of a namespace with many routes, saves it
// and loads it.
func BenchmarkSnapshot(b *testing.B) {
	const routes = 100_000
	nstest.Require(b, "kind:ifb")
	ns := nstest.New(b)
	ns.Sh(b, "ip link add d0 type ifb; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0; seq "+strconv.Itoa(routes)+
		` | awk '{printf "route add 10.%d.%d.%d/32 via 192.0.2.2 dev d0 proto static metric %d\n", $1/65536, $1/256%256, $1%256, $1%7}' | ip -batch -`)
	scope := object.NewScope(object.Config{Enter: ns.Do})
	defer scope.Close()
	sp := &state.Space{Scope: scope}
	each := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/routes, "ns/route")
	}
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
			taken(b, sp)
		}
		each(b)
	})
	sn := taken(b, sp)
	b.Run("save", func(b *testing.B) {
		for b.Loop() {
			if err := sn.Save(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
		each(b)
	})
	var text bytes.Buffer
	if err := sn.Save(&text); err != nil {
		b.Fatal(err)
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			_, _, err := state.LoadSnapshot(bytes.NewReader(text.Bytes()), all.Families(), func(string, netns.ID) (*state.Space, error) { return sp, nil })
			if err != nil {
				b.Fatal(err)
			}
		}
		each(b)
		b.ReportMetric(float64(text.Len())/routes, "B/route")
	})
}

// taken is a Snapshot of a namespace.
func taken(b *testing.B, sp *state.Space) *state.Snapshot {
	b.Helper()
	sn := state.NewSnapshot(all.Families())
	if err := sn.Touch(b.Context(), sp, object.Delete, link.Type.Ref(&link.Link{Name: "d0"})); err != nil {
		b.Fatal(err)
	}
	return sn
}
