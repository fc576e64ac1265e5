// Package procfs opens the settings of network namespaces, /proc/sys/net, of
// which each namespace has its own.
//
// The kernel looks names up in a cache, where those of all namespaces that were
// looked into by way of one mount of /proc are in one chain: with 1000
// namespaces, to open seven files for the first time takes 0.8 ms, and with 10
// of them 0.06. So a program that looks into many uses mounts of its own,
// which nobody else sees, with a few namespaces each.
package procfs

import (
	"sync"

	"golang.org/x/sys/unix"
)

const (
	dir   = "/proc/sys/net"
	share = 16 // users of a Tree
)

// A Tree is a mount of /proc, for a few namespaces.
type Tree struct {
	mount int // descriptor; -1: what is mounted at /proc
	users int
}

var (
	mu     sync.Mutex
	newest = &Tree{mount: -1} // most programs look into few namespaces
	places = share            // for users that newest has left
	cannot bool               // make mounts: it was refused
)

// Join returns a Tree for one more namespace. Leave has to follow.
func Join() *Tree {
	mu.Lock()
	defer mu.Unlock()
	if places == 0 {
		newest.drop()
		newest, places = &Tree{mount: own()}, share
	}
	places--
	newest.users++
	return newest
}

// own is the descriptor of a new mount; -1 if that cannot be, or must not: where
// the settings are read-only, somebody wants them so.
func own() int {
	if cannot || !writable() {
		return -1
	}
	fd, err := mount()
	cannot = err != nil
	return fd
}

// writable reports whether what is mounted at /proc lets settings be changed.
func writable() bool {
	var fs unix.Statfs_t
	err := unix.Statfs(dir, &fs)
	return err == nil && fs.Type == unix.PROC_SUPER_MAGIC && fs.Flags&unix.ST_RDONLY == 0
}

// mount makes a mount that is in no directory, and goes with its descriptor.
func mount() (int, error) {
	fs, err := unix.Fsopen("proc", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return -1, err
	}
	defer unix.Close(fs)
	if err := unix.FsconfigCreate(fs); err != nil {
		return -1, err
	}
	return unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC)
}

// Leave says that a namespace needs no settings any more.
func (t *Tree) Leave() {
	mu.Lock()
	defer mu.Unlock()
	t.users--
	if t != newest {
		t.drop()
	}
}

// drop closes the mount if nobody uses it. It is called with mu held.
func (t *Tree) drop() {
	if t.users == 0 && t.mount >= 0 {
		_ = unix.Close(t.mount) // nothing was written to it
		t.mount = -1
	}
}

// Net opens the settings of the namespace that the thread is in.
func (t *Tree) Net() (int, error) {
	const flags = unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	mu.Lock()
	defer mu.Unlock()
	if t.mount >= 0 {
		return unix.Openat(t.mount, "sys/net", flags, 0)
	}
	return unix.Open(dir, flags, 0)
}
