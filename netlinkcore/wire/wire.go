// Package wire reads and writes netlink attributes without allocating.
//
// Every length that comes from outside is checked here and nowhere else.
package wire

import (
	"encoding/binary"
	"errors"
	"math"
)

// HeaderLen is the size of struct nlattr.
const HeaderLen = 4

// Nested is NLA_F_NESTED, set on attributes that hold attributes.
const Nested = 1 << 15

const typeMask = 0x3fff // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

// Errors returned by Reader and Writer.
var (
	ErrTruncated = errors.New("truncated attribute")
	ErrTooLong   = errors.New("attribute longer than 65535 bytes")
)

// Align rounds n up to the 4 bytes that netlink pads to.
func Align(n int) int { return (n + 3) &^ 3 }

// A Reader walks a sequence of attributes. Payloads alias the input.
type Reader struct {
	b   []byte
	pos int // where the payload that Next returned last begins
	at  int // where the next attribute begins
	err error
}

// NewReader returns a Reader over b.
func NewReader(b []byte) Reader { return Reader{b: b} }

// Next returns the number and payload of the next attribute, and false at the
// end or on an error, which Err tells.
func (r *Reader) Next() (typ uint16, data []byte, ok bool) {
	b := r.b[r.at:]
	if len(b) < HeaderLen {
		return r.end(len(b))
	}
	n := int(binary.NativeEndian.Uint16(b))
	if n < HeaderLen || n > len(b) {
		return r.end(len(b))
	}
	r.pos = r.at + HeaderLen
	r.at += min(Align(n), len(b))
	return binary.NativeEndian.Uint16(b[2:]) & typeMask, b[HeaderLen:n:n], true
}

func (r *Reader) end(left int) (typ uint16, data []byte, ok bool) {
	if left > 0 {
		r.err = ErrTruncated
	}
	return 0, nil, false
}

// Err returns the error that stopped Next, if any.
func (r *Reader) Err() error { return r.err }

// Offset returns where the payload that Next returned last begins in the
// input, in bytes.
func (r *Reader) Offset() int { return r.pos }

// A Writer appends attributes to a buffer. The zero Writer is ready; the first
// error sticks and is told by Bytes.
type Writer struct {
	buf []byte
	err error
}

// Reset makes w append to buf and forgets its error.
func (w *Writer) Reset(buf []byte) { w.buf, w.err = buf, nil }

// Bytes returns what was written.
func (w *Writer) Bytes() ([]byte, error) { return w.buf, w.err }

// Len returns the number of bytes in the buffer.
func (w *Writer) Len() int { return len(w.buf) }

// Fail makes Bytes return err unless it has an error already.
func (w *Writer) Fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// At returns n bytes that were written before, to be changed in place. It is
// valid until the next write.
func (w *Writer) At(off, n int) []byte { return w.buf[off : off+n] }

// Raw appends b as it is (the fixed head of a message).
func (w *Writer) Raw(b []byte) { w.buf = append(w.buf, b...) }

// Zero appends n zero bytes and returns where they begin.
func (w *Writer) Zero(n int) int {
	at := len(w.buf)
	for n > len(zeros) {
		w.buf = append(w.buf, zeros[:]...)
		n -= len(zeros)
	}
	w.buf = append(w.buf, zeros[:n]...)
	return at
}

var zeros [256]byte

func (w *Writer) header(typ uint16, n int) {
	if n > math.MaxUint16-HeaderLen {
		w.Fail(ErrTooLong)
		n = 0
	}
	w.buf = binary.NativeEndian.AppendUint16(w.buf, uint16(n+HeaderLen))
	w.buf = binary.NativeEndian.AppendUint16(w.buf, typ)
}

// Open appends an attribute of n zero bytes and returns its payload, valid
// until the next write.
func (w *Writer) Open(typ uint16, n int) []byte {
	at := w.Reserve(typ, n)
	return w.buf[at : at+n]
}

// Reserve is Open that returns the payload's offset, which stays valid.
func (w *Writer) Reserve(typ uint16, n int) int {
	w.header(typ, n)
	return w.Zero(Align(n))
}

// Uint32 appends a host order 32 bit attribute.
func (w *Writer) Uint32(typ uint16, v uint32) {
	w.header(typ, 4)
	w.buf = binary.NativeEndian.AppendUint32(w.buf, v)
}

// Blob appends raw bytes.
func (w *Writer) Blob(typ uint16, b []byte) {
	w.header(typ, len(b))
	w.buf = append(w.buf, b...)
	w.Zero(Align(len(b)) - len(b))
}

// String appends a NUL-terminated string.
func (w *Writer) String(typ uint16, s string) {
	w.header(typ, len(s)+1)
	w.buf = append(w.buf, s...)
	w.Zero(Align(len(s)+1) - len(s))
}

// Begin opens a nested attribute; its result goes to End.
func (w *Writer) Begin(typ uint16) int {
	mark := len(w.buf)
	w.header(typ|Nested, 0)
	return mark
}

// End closes the attribute that Begin opened. An empty one is dropped unless
// keep is true.
func (w *Writer) End(mark int, keep bool) {
	n := len(w.buf) - mark
	switch {
	case n == HeaderLen && !keep:
		w.buf = w.buf[:mark]
	case n > math.MaxUint16:
		w.Fail(ErrTooLong)
	default:
		binary.NativeEndian.PutUint16(w.buf[mark:], uint16(n))
		w.Zero(Align(n) - n) // what ends in raw bytes
	}
}
