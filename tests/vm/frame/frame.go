// Package frame is the protocol between a VM's host and its init: frames on
// one virtio-serial port, each a type, a length and a payload.
//
// Output travels in frames too, never over the console, so the end of a
// program's output and its exit status cannot be confused with anything that
// the kernel or the program prints.
package frame

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// The types of frames.
const (
	Hello  = 'H' // from the guest: init is up
	Run    = 'R' // from the host: a Program to start
	Signal = 'S' // from the host: a signal number for the running program
	Stdout = 'O' // from the guest: bytes
	Stderr = 'E' // from the guest: bytes
	Exit   = 'X' // from the guest: a Status; the program's last frame
	Fatal  = 'F' // from the guest: why init gives up, as text
	Quit   = 'Q' // from the host: shut down
)

// maxPayload bounds what Read accepts; Stream sends far smaller frames.
const maxPayload = 16 << 20

// A Boot is what init finds in the initramfs.
type Boot struct {
	Kernel  string   // the kernel's directory on the host
	Modules []string // files inside the initramfs, in load order
	Load    []string // modules to load once the root is in place
	Shares  []Share  // host directories to mount over the guest's own tmpfs
}

// A Share is a host directory under the same path in the guest.
type Share struct {
	Tag, Dir string
	Writable bool
}

// A Program is what a Run frame carries.
type Program struct {
	Args  []string // Args[0] is an absolute path
	Env   []string
	Dir   string
	Merge bool // stderr goes where stdout goes, in order
}

// A Status is what an Exit frame carries.
type Status struct {
	Code   int    // 127 could not start, 128+n killed by signal n
	Note   string `json:",omitempty"` // what the code does not say
	RunMS  int64
	PeakKB int64 // resident memory
}

// A Writer sends frames, from any number of goroutines.
type Writer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewWriter returns a Writer that sends on w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Send sends one frame.
func (w *Writer) Send(typ byte, payload []byte) error {
	b := make([]byte, 5, 5+len(payload))
	b[0] = typ
	binary.LittleEndian.PutUint32(b[1:], uint32(len(payload)))
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.w.Write(append(b, payload...))
	return err
}

// SendJSON sends one frame with v as its payload.
func (w *Writer) SendJSON(typ byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.Send(typ, b)
}

// Stream returns a writer whose bytes are sent in frames of one type.
func (w *Writer) Stream(typ byte) io.Writer { return stream{w, typ} }

type stream struct {
	w   *Writer
	typ byte
}

func (s stream) Write(p []byte) (int, error) {
	const most = 32 << 10
	for at := 0; at < len(p); at += most {
		if err := s.w.Send(s.typ, p[at:min(at+most, len(p))]); err != nil {
			return at, err
		}
	}
	return len(p), nil
}

// Read reads one frame.
func Read(r io.Reader) (typ byte, payload []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxPayload {
		return 0, nil, fmt.Errorf("frame %q of %d bytes", head[0], n)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return head[0], payload, err
}
