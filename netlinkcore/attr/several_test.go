package attr_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/wire"
)

type one struct {
	Port opt.Value[uint32]
	N    opt.Value[uint32]
	Name opt.Value[string]
}

// Each object lies in an attribute 3, and those of a group in an attribute 2.
var ones = attr.Define("one", "one of several", 4, func(v *one) []attr.Field {
	return []attr.Field{
		attr.Head32(0, "port", &v.Port, "port").IsKey(),
		attr.Nested(2, 0, attr.Nested(3, 0, attr.Uint32(1, "n", &v.N, "number"), attr.String(2, "name", &v.Name, "name"))),
	}
}).Several(2, 3)

func TestEach(t *testing.T) {
	var w wire.Writer
	w.Raw([]byte{7, 0, 0, 0})
	add := func(n uint32, name string) {
		m := w.Begin(3)
		w.Uint32(1, n)
		w.String(2, name)
		w.End(m, true)
	}
	group := w.Begin(2)
	add(1, "a")
	w.Uint32(9, 9) // something of a newer kernel
	add(2, "four")
	w.End(group, true)
	w.Uint32(5, 5)
	group = w.Begin(2)
	add(3, "")
	w.End(group, true)
	body, _ := w.Bytes()
	before := hex.EncodeToString(body)

	var got []string
	each := func(b []byte) error {
		var v one
		if err := ones.Decode(&attr.Dec{}, &v, b); err != nil {
			return err
		}
		var again wire.Writer
		if err := ones.Encode(&attr.Enc{W: &again}, &v); err != nil {
			return err
		}
		if out, _ := again.Bytes(); hex.EncodeToString(out) != hex.EncodeToString(b) {
			t.Errorf("%x is sent as %x", b, out)
		}
		got = append(got, ones.KeyText(attr.To(&v))+" "+string(rune('0'+v.N.Or(0)))+v.Name.Or(""))
		return nil
	}
	if err := ones.Each(body, each); err != nil || strings.Join(got, ",") != "7 1a,7 2four,7 3" {
		t.Errorf("%q, %v", got, err)
	}
	if hex.EncodeToString(body) != before {
		t.Error("the message was changed")
	}

	stop := errors.New("stop")
	n := 0
	if err := ones.Each(body, func([]byte) error { n++; return stop }); err != stop || n != 1 {
		t.Errorf("called %d times: %v", n, err)
	}
	for cut := 1; cut < len(body); cut++ { // no panic, whatever is missing
		_ = ones.Each(body[:cut], func(b []byte) error { return ones.Decode(&attr.Dec{}, new(one), b) })
	}
	if err := ones.Each(body[:3], func(b []byte) error { return ones.Decode(&attr.Dec{}, new(one), b) }); err == nil {
		t.Error("a head cut short is no error")
	}
	if err := ones.Each(body[:len(body)-9], func([]byte) error { return nil }); !errors.Is(err, wire.ErrTruncated) {
		t.Errorf("a message cut short: %v", err)
	}
}
