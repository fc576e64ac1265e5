package netns_test

import (
	"fmt"
	"testing"

	"github.com/netlark/netlark/netlinkcore/netns"
)

func BenchmarkDo(b *testing.B) {
	n, err := netns.CreateAnonymous()
	if err != nil {
		b.Skip(err)
	}
	defer n.Close()
	b.ReportAllocs()
	for b.Loop() {
		if err := n.Do(func() error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCreate(b *testing.B) {
	i := 0
	for b.Loop() {
		name := fmt.Sprintf("netlark-bench-%d", i)
		i++
		n, err := netns.Create(name)
		if err != nil {
			b.Fatal(err)
		}
		n.Close()
		if err := netns.Delete(name); err != nil {
			b.Fatal(err)
		}
	}
}
