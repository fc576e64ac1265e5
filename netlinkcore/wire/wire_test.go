package wire_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// attributes as `ip link add` sends them: captured with strace on a
// little-endian machine.
var captured = []byte{
	0x08, 0x00, 0x03, 0x00, 'v', '0', 0, 0, // IFLA_IFNAME "v0", not NUL-counted to 4
	0x05, 0x00, 0x1d, 0x00, 7, 0, 0, 0, // one byte and its padding
	0x08, 0x00, 0x12, 0x80, 4, 0, 1, 0, // nested, one empty attribute inside
}

func TestReader(t *testing.T) {
	r := wire.NewReader(captured)
	want := []struct {
		typ  uint16
		data []byte
		off  int
	}{{3, []byte{'v', '0', 0, 0}, 4}, {29, []byte{7}, 12}, {18, []byte{4, 0, 1, 0}, 20}}
	for _, w := range want {
		typ, data, ok := r.Next()
		if !ok || typ != w.typ || !bytes.Equal(data, w.data) || r.Offset() != w.off {
			t.Fatalf("Next = %d %x %t at %d, want %d %x at %d", typ, data, ok, r.Offset(), w.typ, w.data, w.off)
		}
	}
	if _, _, ok := r.Next(); ok || r.Err() != nil {
		t.Fatalf("at the end: %t, %v", ok, r.Err())
	}
}

func TestReaderTruncated(t *testing.T) {
	for n := range len(captured) {
		r := wire.NewReader(captured[:n])
		for {
			if _, _, ok := r.Next(); !ok {
				break
			}
		}
		// Cut at an attribute's border is a shorter, valid message; inside the
		// padding of the last one too, since the kernel leaves that out.
		whole := n == 0 || n == 8 || n >= 13 && n <= 16
		if got := r.Err(); whole != (got == nil) {
			t.Errorf("cut after %d bytes: error %v", n, got)
		}
	}
	for _, b := range [][]byte{{3, 0, 1, 0}, {0, 0, 1, 0}, {255, 255, 1, 0}} {
		r := wire.NewReader(b)
		if _, _, ok := r.Next(); ok || !errors.Is(r.Err(), wire.ErrTruncated) {
			t.Errorf("% x: ok %t, error %v", b, ok, r.Err())
		}
	}
}

func TestWriter(t *testing.T) {
	var w wire.Writer
	w.Blob(3, []byte("v0\x00\x00"))
	w.Open(29, 1)[0] = 7
	m := w.Begin(18)
	w.Blob(1, nil)
	w.End(m, false)
	got, err := w.Bytes()
	if err != nil || !bytes.Equal(got, captured) {
		t.Fatalf("got % x, %v\nwant % x", got, err, captured)
	}
	m = w.Begin(9)
	w.End(m, false)
	if after, _ := w.Bytes(); len(after) != len(got) {
		t.Error("an empty nest was kept")
	}
}

func TestWriterTooLong(t *testing.T) {
	var w wire.Writer
	w.Blob(1, make([]byte, 1<<16))
	if _, err := w.Bytes(); !errors.Is(err, wire.ErrTooLong) {
		t.Errorf("payload of 65536 bytes: %v", err)
	}
	w.Reset(nil)
	m := w.Begin(1)
	for range 20 {
		w.Blob(2, make([]byte, 4000))
	}
	w.End(m, false)
	if _, err := w.Bytes(); !errors.Is(err, wire.ErrTooLong) {
		t.Errorf("nest of 80000 bytes: %v", err)
	}
}
