package attr

import (
	"testing"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestOptFlag: an encoder looks for the flag of an opt.Value by its place.
func TestOptFlag(t *testing.T) {
	flagOf(t, opt.Of(false))
	flagOf(t, opt.Of(uint8(0)))
	flagOf(t, opt.Of(uint16(0)))
	flagOf(t, opt.Of(uint32(0)))
	flagOf(t, opt.Of(uint64(0)))
}

func flagOf[T any](t *testing.T, v opt.Value[T]) {
	t.Helper()
	flag := (*bool)(unsafe.Add(unsafe.Pointer(&v), optFlag[T]()))
	if !*flag {
		t.Errorf("%T: the flag is not where it is looked for", v)
	}
	if v.Unset(); *flag {
		t.Errorf("%T: unset, but the flag is there", v)
	}
}
