package attr

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// shaper has what a token bucket's struct has: rates of 64 bits in 32, buckets
// that depend on them, and members that stand twice.
type shaper struct {
	Rate, Peak, Delay, Packets, PacketRate opt.Value[uint64]
	Burst, PeakBurst                       opt.Value[uint32]
	Overhead                               opt.Value[uint16]
}

var shaperSchema = Define("shaper", "", 8, func(v *shaper) []Field {
	return []Field{
		HeadTicks(0, 9, "delay", &v.Delay, ""),
		Nested(1, 24,
			HeadWide(0, 4, "rate", &v.Rate, ""),
			HeadWide(4, 5, "peak", &v.Peak, ""),
			HeadBucket(8, "burst", &v.Burst, &v.Rate, ""),
			HeadBucket(12, "peakburst", &v.PeakBurst, &v.Peak, ""),
			Head16(16, "overhead", &v.Overhead, "").AndAt(20)),
		Uint64(6, "pps", &v.PacketRate, ""),
		Bucket(7, "packets", &v.Packets, &v.PacketRate, ""),
	}
})

func encoded(t *testing.T, table *Table, p Ptr) []byte {
	t.Helper()
	var w wire.Writer
	if err := table.Encode(&Enc{W: &w}, p); err != nil {
		t.Fatal(err)
	}
	b, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWideAndBuckets(t *testing.T) {
	for _, c := range []struct {
		name string
		v    shaper
		want string // little endian
	}{
		{"a rate that fits goes without its twin",
			shaper{Rate: opt.Of[uint64](1_250_000), Burst: opt.Of[uint32](1600), Overhead: opt.Of[uint16](7)},
			"0000000000000000" + "1c000100" + "d0121300" + "00000000" + "204e0000" + "00000000" + "0700000007000000"},
		{"a rate that does not fit",
			shaper{Rate: opt.Of[uint64](5 << 32), Burst: opt.Of[uint32](1 << 20)},
			"0000000000000000" + "0c000400" + "0000000005000000" + "1c000100" + "ffffffff" + "00000000" + "fb020000" + strings.Repeat("0", 24)},
		{"a delay goes both ways",
			shaper{Delay: opt.Of[uint64](1_000_001)},
			"093d000000000000" + "0c000900" + "41420f0000000000"},
		{"a bucket of packets", shaper{PacketRate: opt.Of[uint64](1000), Packets: opt.Of[uint64](3)},
			"0000000000000000" + "0c000600" + "e803000000000000" + "0c000700" + "1bb7000000000000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := encoded(t, shaperSchema.Table, To(&c.v))
			if got := hex.EncodeToString(b); got != c.want {
				t.Fatalf("got  %s\nwant %s", got, c.want)
			}
			var back shaper
			if err := shaperSchema.Decode(&Dec{}, &back, b); err != nil {
				t.Fatal(err)
			}
			if !shaperSchema.Covers(To(&back), To(&c.v)) {
				t.Errorf("read back as %+v, want %+v", back, c.v)
			}
		})
	}
}

// TestWideComesFirst: netem reports the whole number before the struct.
func TestWideComesFirst(t *testing.T) {
	b, _ := hex.DecodeString("0000000000000000" + "0c000400" + "0000000005000000" + "1c000100" + "ffffffff" + strings.Repeat("0", 40))
	var v shaper
	if err := shaperSchema.Decode(&Dec{}, &v, b); err != nil {
		t.Fatal(err)
	}
	if v.Rate.Or(0) != 5<<32 {
		t.Errorf("rate is %d, want %d", v.Rate.Or(0), uint64(5)<<32)
	}
}

func TestBucketWantsRate(t *testing.T) {
	var w wire.Writer
	v := shaper{Burst: opt.Of[uint32](1600)}
	err := shaperSchema.Encode(&Enc{W: &w}, &v)
	var path *PathError
	if !errors.As(err, &path) || path.Path != "burst" {
		t.Errorf("error is %v, want one about burst", err)
	}
}

// TestBucketSizes: what is read of a bucket is what was asked for, or goes back
// to the same ticks.
func TestBucketSizes(t *testing.T) {
	for _, rate := range []uint64{1, 125, 1000, 125_000, 1_250_000, 15_625_000, 125_000_000, 1_250_000_000, 12_500_000_000, 1 << 40} {
		for _, size := range []uint64{1, 64, 1500, 1600, 15_140, 65_536, 1 << 20, 1 << 31} {
			ticks := FillTime(size, rate)
			back := filled(ticks, rate)
			if FillTime(back, rate) != ticks {
				t.Errorf("rate %d: %d bytes are %d ticks, read as %d bytes, which are %d ticks", rate, size, ticks, back, FillTime(back, rate))
			}
			if rate <= ticksPerSecond && back != size {
				t.Errorf("rate %d: %d bytes are read as %d", rate, size, back)
			}
		}
	}
	if FillTime(math.MaxUint64, 1) != math.MaxUint64 || filled(math.MaxUint64, math.MaxUint64) != math.MaxUint64 {
		t.Error("what is too much does not saturate")
	}
}

func TestBucketsCompareByTicks(t *testing.T) {
	at := func(burst uint32) Ptr {
		return To(&shaper{Rate: opt.Of[uint64](1_250_000_000), Burst: opt.Of(burst)})
	}
	if !shaperSchema.Equal(at(1600), at(1590)) {
		t.Error("1600 and 1590 bytes are both 20 ticks of 80 bytes, and differ")
	}
	if shaperSchema.Equal(at(1600), at(1601)) {
		t.Error("1601 bytes are 21 ticks, and equal 20")
	}
}

func TestPercentGoesBack(t *testing.T) {
	for _, w := range []uint64{0, 1, 42949672, 4294967, 429496730, 1 << 31, math.MaxUint32 - 1, math.MaxUint32, 123456789} {
		v := Percent.value(w)
		if back, err := Percent.wire(v.Float()); err != nil || back != w {
			t.Errorf("%d is shown as %s, which is %d", w, v, back)
		}
	}
	if got := Percent.value(4294967).String(); got != "0.1" {
		t.Errorf("0.1 %% is shown as %s", got)
	}
}

// TestHooksSeeACopy: encoding changes nothing that others may read.
// TestRangesInUnits: an error gives the range as the number was given.
func TestRangesInUnits(t *testing.T) {
	var x opt.Value[uint32]
	for _, c := range []struct {
		unit  *Unit
		given Value
		want  string
	}{
		{Percent, FloatValue(101), "want 0 to 100 %"},
		{Rate, UintValue(1 << 40), "want 0 to 34359738360 bit/s"},
		{Seconds, UintValue(1 << 40), "want 0 to 4294967295 s"},
		{nil, UintValue(1 << 40), "want 0 to 4294967295"},
	} {
		f := Uint32(1, "x", &x, "")
		f.Unit = c.unit
		if _, err := f.parseNumber(c.given, 4, false); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("error is %v, want one that ends in %q", err, c.want)
		}
	}
}

func TestHooksSeeACopy(t *testing.T) {
	s := Define("hooked", "", 4, func(v *shaper) []Field {
		return []Field{HeadWide(0, 4, "rate", &v.Rate, "")}
	}).Hooks(func(v *shaper) { v.Rate.Set(7) }, nil)
	var v shaper
	b := encoded(t, s.Table, To(&v))
	if !bytes.Equal(b, []byte{7, 0, 0, 0}) {
		t.Errorf("encoded %x, want what the hook computed", b)
	}
	if v.Rate.IsSet() {
		t.Error("the hook has changed the caller's struct")
	}
}

func writer() *wire.Writer { return new(wire.Writer) }
