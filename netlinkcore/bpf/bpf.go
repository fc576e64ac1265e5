// Package bpf opens programs that somebody has loaded: bpf(2).
package bpf

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Open opens the program that is pinned at a path of a BPF file system.
func Open(path string) (*os.File, error) {
	name, err := unix.BytePtrFromString(path)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	request := struct { // of union bpf_attr, for BPF_OBJ_*
		path  uint64
		fd    uint32
		flags uint32
	}{path: uint64(uintptr(unsafe.Pointer(name)))}
	f, err := call(unix.BPF_OBJ_GET, unsafe.Pointer(&request), unsafe.Sizeof(request), path)
	// The request holds the address as a number, which keeps nothing alive.
	runtime.KeepAlive(name)
	return f, err
}

// OpenID opens the program with an id, as `bpftool prog` shows it. That takes
// CAP_SYS_ADMIN.
func OpenID(id uint32) (*os.File, error) {
	request := struct{ id, next, flags uint32 }{id: id} // of union bpf_attr, for BPF_*_GET_*_ID
	return call(unix.BPF_PROG_GET_FD_BY_ID, unsafe.Pointer(&request), unsafe.Sizeof(request), fmt.Sprintf("program %d", id))
}

func call(command uintptr, request unsafe.Pointer, size uintptr, what string) (*os.File, error) {
	fd, _, errno := unix.Syscall(unix.SYS_BPF, command, uintptr(request), size)
	if errno != 0 {
		return nil, fmt.Errorf("%s: %w", what, errno)
	}
	return os.NewFile(fd, what), nil
}
