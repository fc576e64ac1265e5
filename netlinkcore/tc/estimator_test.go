package tc

import (
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/attr"
)

func TestEstimatorText(t *testing.T) {
	for _, c := range []struct {
		text string
		want Estimator // what tc(8) sends
		back string
	}{
		{"1s 8s", Estimator{0, 3}, "1s 7.489s"}, {"250ms 1s", Estimator{-2, 2}, "250ms 870ms"}, {"8s 1m4s", Estimator{3, 3}, "8s 59.912s"}, {"300ms 10s", Estimator{-1, 5}, "500ms 15.749s"},
	} {
		e, err := parseEstimator(c.text)
		if err != nil || e != c.want || e.String() != c.back {
			t.Errorf("%q is %d %d %q, %v; want %d %d %q", c.text, e.interval, e.weight, e, err, c.want.interval, c.want.weight, c.back)
		}
	}
	for interval := int8(minInterval); interval <= maxInterval; interval++ {
		for weight := int8(1); weight <= maxWeight; weight++ {
			e := Estimator{interval, weight}
			if again, err := parseEstimator(e.String()); err != nil || again != e {
				t.Errorf("%d %d, written as %q, comes back as %v, %v", interval, weight, e, again, err)
			}
		}
	}
	for _, bad := range []string{"", "1s", "1 8", "9s 20s", "1s 1s", "1s 2s 3s", "250ms 200000h", "0s 8s", "-1s 8s"} {
		if e, err := parseEstimator(bad); err == nil {
			t.Errorf("%q is %s, want an error", bad, e)
		}
	}
}

// TestEstimators: with an estimator there are estimates.
func TestEstimators(t *testing.T) {
	b := htbBench(t)
	ctx := t.Context()
	every, err := NewEstimator(time.Second, 8*time.Second)
	b.must(err)
	if s := only(b, ClassType, &Class{Dev: v0, ID: of(NewHandle(1, 1))}).Stats; s.Rate.IsSet() {
		t.Fatal("there is an estimate without an estimator")
	}
	b.must(ClassType.Set(ctx, b.s, &Class{Dev: v0, ID: of(NewHandle(1, 1)), Kind: &HTBClass{Rate: of[uint64](12_500_000)}, Estimator: of(every)}))
	if s := only(b, ClassType, &Class{Dev: v0, ID: of(NewHandle(1, 1))}).Stats; !s.Rate.IsSet() || !s.PacketRate.IsSet() {
		t.Errorf("no estimate of the class: %+v", s)
	}
	b.must(QdiscType.Replace(ctx, b.s, &Qdisc{Dev: v0, Parent: of(NewHandle(1, 1)), Kind: &PFIFO{Limit: of[uint32](7)}, Estimator: of(every)}))
	estimated := func() bool { return only(b, QdiscType, &Qdisc{Dev: v0, Kind: &PFIFO{}}).Stats.Rate.IsSet() }
	seen := func() bool { return b.tc("-s", "qdisc", "show", "dev", "v0", "parent", "1:1")[0]["rate"] != nil }
	if !estimated() || !seen() {
		t.Errorf("of the discipline there is an estimate: %t, for tc %t", estimated(), seen())
	}
	// The other way round, and gone with a discipline without.
	b.sh("tc qdisc del dev v0 parent 1:1 && tc qdisc add dev v0 parent 1:1 pfifo")
	if estimated() || seen() {
		t.Error("tc asked for no estimate, and there is one")
	}
	b.sh("tc qdisc replace dev v0 parent 1:1 estimator 1s 8s pfifo")
	if !estimated() || !seen() {
		t.Errorf("of tc's discipline there is an estimate: %t, for tc %t", estimated(), seen())
	}
}

// TestAverageRate: a policer takes an average rate with an estimator.
func TestAverageRate(t *testing.T) {
	b := ingressBench(t, "filter:u32", "action:police")
	every, err := NewEstimator(time.Second, 8*time.Second)
	b.must(err)
	f := &Filter{Dev: v0, Parent: of(AtIngress), Kind: &U32{Match: matches("u32 0 0 at 0")}, Actions: []Action{&Police{AverageRate: of[uint32](125_000)}}}
	if err := FilterType.Add(t.Context(), b.s, f); err == nil {
		t.Error("an average rate without an estimator was taken")
	}
	f.Estimator.Set(every)
	b.must(FilterType.Add(t.Context(), b.s, f))
	f.Estimator.Unset()
	covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0}), f)
	if s := only(b, FilterType, &Filter{Dev: v0}).Actions[0].(*Police).Stats; !s.Rate.IsSet() {
		t.Errorf("no estimate of the action: %s", show(attr.ObjectValue(stats.Table, attr.To(s))))
	}
}
