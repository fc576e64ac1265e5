package attr

import "golang.org/x/sys/unix"

// Prefault has the kernel provide the memory of n structs that lie back to back,
// from p on, and are about to be filled, in one call: page by page, when each is
// first written to, takes twice as long, which is longer than what is written.
// Kernels before 5.14 refuse.
func (t *Table) Prefault(p Ptr, n int) {
	page := uintptr(unix.Getpagesize())
	start := uintptr(p.p)
	end := (start + uintptr(n)*t.size) &^ (page - 1)
	start = (start + page - 1) &^ (page - 1)
	if start < end {
		_, _, _ = unix.RawSyscall(unix.SYS_MADVISE, start, end-start, unix.MADV_POPULATE_WRITE)
	}
}
