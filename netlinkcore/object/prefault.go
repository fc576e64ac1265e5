package object

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// prefault has the kernel provide the memory of a block that is about to be
// filled, in one call: page by page, when each is first written to, takes twice
// as long, which is longer than what is written. Kernels before 5.14 refuse.
func prefault(p unsafe.Pointer, bytes uintptr) {
	start := uintptr(p)
	end := start + bytes
	page := uintptr(unix.Getpagesize())
	start = (start + page - 1) &^ (page - 1)
	if end &^= page - 1; start < end {
		_, _, _ = unix.RawSyscall(unix.SYS_MADVISE, start, end-start, unix.MADV_POPULATE_WRITE)
	}
}
