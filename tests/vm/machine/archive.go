package machine

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// An archive is an initramfs in the making: cpio's "newc" format, see
// Documentation/driver-api/early-userspace/buffer-format.rst.
type archive struct {
	buf   bytes.Buffer
	count int
	dirs  map[string]bool
}

// Bits of a file's mode.
const (
	modeDir  = 0o040000
	modeChar = 0o020000
	modeFile = 0o100000
)

// entry adds an entry of whatever kind; major and minor are a device's.
func (a *archive) entry(name string, mode, major, minor int, data []byte) {
	a.count++
	const none = 0
	fmt.Fprintf(&a.buf, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
		a.count, mode, none, none, 1, none, len(data), none, none, major, minor, len(name)+1, none, name)
	a.pad()
	a.buf.Write(data)
	a.pad()
}

func (a *archive) pad() {
	for a.buf.Len()%4 != 0 {
		a.buf.WriteByte(0)
	}
}

// dir adds a directory and those above it, once.
func (a *archive) dir(name string) {
	if a.dirs == nil {
		a.dirs = map[string]bool{".": true}
	}
	if a.dirs[name] {
		return
	}
	a.dir(path.Dir(name))
	a.dirs[name] = true
	a.entry(name, modeDir|0o755, 0, 0, nil)
}

// file adds a file and the directories above it; perm are permission bits.
func (a *archive) file(name string, perm int, data []byte) {
	name = strings.TrimPrefix(name, "/")
	a.dir(path.Dir(name))
	a.entry(name, modeFile|perm, 0, 0, data)
}

// device adds a character device.
func (a *archive) device(name string, major, minor int) {
	name = strings.TrimPrefix(name, "/")
	a.dir(path.Dir(name))
	a.entry(name, modeChar|0o600, major, minor, nil)
}

func (a *archive) bytes() []byte {
	a.entry("TRAILER!!!", 0, 0, 0, nil)
	return a.buf.Bytes()
}
