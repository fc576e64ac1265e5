package systrace

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// files knows which sockets of the program are netlink's.
type files struct {
	netlink map[string]int // their protocols, by what /proc/…/fd calls them
	opening map[int]int    // protocols, by threads that are about to have one
}

func (f *files) enter(c *Call) {
	if c.Number == unix.SYS_SOCKET && c.Args[0] == unix.AF_NETLINK {
		f.opening[c.tid] = int(c.Args[2])
	}
}

// opens reports whether a thread is about to have a socket.
func (f *files) opens(tid int) bool {
	_, is := f.opening[tid]
	return is
}

func (f *files) leave(tid int, result int64) {
	proto, opening := f.opening[tid]
	if !opening {
		return
	}
	delete(f.opening, tid)
	if name := link(tid, uint64(result)); result >= 0 && name != "" {
		f.netlink[name] = proto
	}
}

// link is what a descriptor of a thread stands for.
func link(tid int, fd uint64) string {
	name, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", tid, int32(fd)))
	return name
}

// memory reads n bytes of the program's at an address.
func (c *Call) memory(at, n uint64) []byte {
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", c.tid))
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, n)
	got, _ := f.ReadAt(b, int64(at)) // less at the end of a page
	return b[:got]
}

// path is the text at an address.
func (c *Call) path(at uint64) string {
	b, _, _ := bytes.Cut(c.memory(at, unix.PathMax), []byte{0})
	return string(b)
}

// A Change is what a call is about to change.
type Change struct {
	// Setting: a value below /proc/sys is written. Else it is a message, if
	// Message is not 0, or else a file, a mount or a namespace.
	Setting bool
	Message uint16 // type of a netlink message that does not only ask
	What    string // for messages
}

// Kernel reports whether what the kernel's network is like changes: by a message
// or by a setting.
func (c Change) Kernel() bool { return c.Setting || c.Message != 0 }

// Changes are what the call changes: none if it only reads. A call may send
// several messages.
func (c *Call) Changes() []Change {
	switch c.Number {
	case unix.SYS_OPENAT:
		return c.opens()
	case unix.SYS_WRITE, unix.SYS_SENDTO:
		if proto, ok := c.files.netlink[link(c.tid, c.Args[0])]; ok {
			return messages(proto, c.memory(c.Args[1], c.Args[2]))
		}
	case unix.SYS_SENDMSG:
		if proto, ok := c.files.netlink[link(c.tid, c.Args[0])]; ok {
			return messages(proto, c.gather(c.Args[1]))
		}
	case unix.SYS_SENDMMSG, unix.SYS_WRITEV:
		if _, ok := c.files.netlink[link(c.tid, c.Args[0])]; ok { // nobody does it so: it would go unseen
			return []Change{{Message: 1, What: "messages in pieces"}}
		}
	case unix.SYS_UNSHARE:
		return []Change{{What: "unshare"}}
	}
	if n, ok := pathCalls[c.Number]; ok {
		return []Change{{What: n.name + " " + c.path(c.Args[n.arg])}}
	}
	return nil
}

// gather reads what the struct msghdr at an address holds.
func (c *Call) gather(at uint64) (out []byte) {
	const head, piece, maxPieces = 56, 16, 1024 // bytes of a struct msghdr and of a struct iovec, UIO_MAXIOV
	h := c.memory(at, head)
	if len(h) < head {
		return nil
	}
	vec, n := binary.NativeEndian.Uint64(h[16:]), binary.NativeEndian.Uint64(h[24:])
	for v := c.memory(vec, min(n, maxPieces)*piece); len(v) >= piece; v = v[piece:] {
		out = append(out, c.memory(binary.NativeEndian.Uint64(v), binary.NativeEndian.Uint64(v[8:]))...)
	}
	return out
}

// pathCalls change what a path names; arg is the place of the path.
var pathCalls = map[uint64]struct {
	name string
	arg  int
}{
	unix.SYS_MOUNT: {"mount", 1}, unix.SYS_UMOUNT2: {"umount", 0}, unix.SYS_MKDIRAT: {"mkdir", 1}, unix.SYS_UNLINKAT: {"unlink", 1},
	unix.SYS_RENAMEAT: {"rename", 1}, unix.SYS_RENAMEAT2: {"rename", 1}, unix.SYS_FTRUNCATE: {"truncate", 0},
}

// opensToWrite are the flags of a call that opens a file to be written or made.
const opensToWrite = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT

// opens is a file that is opened so.
func (c *Call) opens() []Change {
	path := c.path(c.Args[1])
	if !filepath.IsAbs(path) {
		path = filepath.Join(link(c.tid, c.Args[0]), path) // or in the working directory
	}
	if c.Args[2]&opensToWrite == 0 || path == os.DevNull {
		return nil
	}
	return []Change{{Setting: strings.HasPrefix(path, "/proc/sys/"), What: "open " + path}}
}

// messages are those of a datagram that do more than ask.
func messages(proto int, b []byte) (out []Change) {
	for len(b) >= unix.SizeofNlMsghdr {
		n := binary.NativeEndian.Uint32(b)
		typ, flags := binary.NativeEndian.Uint16(b[4:]), binary.NativeEndian.Uint16(b[6:])
		if !asks(proto, typ) {
			out = append(out, Change{Message: typ, What: fmt.Sprintf("message %d, flags %#x", typ, flags)})
		}
		n = (n + 3) &^ 3
		if n < unix.SizeofNlMsghdr || int(n) > len(b) {
			break
		}
		b = b[n:]
	}
	return out
}

// asks reports whether messages of a type only read.
func asks(proto int, typ uint16) bool {
	switch {
	case typ < unix.NLMSG_MIN_TYPE:
		return true
	case proto == unix.NETLINK_ROUTE: // new, delete, get, set, new, …
		return (typ-unix.RTM_BASE)%4 == 2
	case proto == unix.NETLINK_XFRM:
		return slices.Contains(xfrmGets, typ)
	}
	return false
}

// xfrmGets are XFRM_MSG_GETSA, GETPOLICY, GETAE, GETSADINFO, GETSPDINFO and
// GETDEFAULT of linux/xfrm.h.
var xfrmGets = []uint16{0x12, 0x15, 0x1f, 0x23, 0x25, 0x28}
