package opt_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

func TestUnsetIsNotZero(t *testing.T) {
	var v opt.Value[uint16]
	if v.IsSet() || v == opt.Of[uint16](0) {
		t.Fatal("the zero Value must be unset, and unset must differ from a set zero")
	}
	if got := v.Or(7); got != 7 {
		t.Errorf("Or on unset = %d, want the default 7", got)
	}
	if s := v.String(); s != "unset" {
		t.Errorf("String on unset = %q", s)
	}
	v.Set(0)
	if got := v.Or(7); got != 0 {
		t.Errorf("Or on a set zero = %d, want 0", got)
	}
	*v.Ref() = 5
	if got, ok := v.Get(); got != 5 || !ok {
		t.Errorf("after Ref: %d, %t", got, ok)
	}
	v.Unset()
	if v.IsSet() || v != (opt.Value[uint16]{}) {
		t.Error("Unset must leave no trace of the old value")
	}
}
