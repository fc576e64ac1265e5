package nstest

import (
	"fmt"
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Program loads a BPF program that does nothing, of a type such as
// unix.BPF_PROG_TYPE_LWT_XMIT, and returns its descriptor for as long as the
// test runs.
func Program(t testing.TB, typ uint32) int {
	t.Helper()
	// r0 = 0; exit
	instructions := [...]uint64{0xb7, 0x95}
	license := [...]byte{'G', 'P', 'L', 0}
	request := struct { // of union bpf_attr, for BPF_PROG_LOAD
		typ, count            uint32
		instructions, license uint64
		logLevel, logSize     uint32
		log                   uint64
		version, flags        uint32
	}{typ: typ, count: uint32(len(instructions)),
		instructions: uint64(uintptr(unsafe.Pointer(&instructions))), license: uint64(uintptr(unsafe.Pointer(&license)))}
	fd, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_PROG_LOAD, uintptr(unsafe.Pointer(&request)), unsafe.Sizeof(request))
	if errno != 0 {
		Skip(t, fmt.Sprintf("no BPF program can be loaded: %v", errno))
	}
	f := os.NewFile(fd, "program")
	t.Cleanup(func() { f.Close() })
	return int(fd)
}

// Pin pins a program under a path of a BPF file system.
func Pin(t testing.TB, fd int, path string) {
	t.Helper()
	name, err := unix.BytePtrFromString(path)
	if err != nil {
		t.Fatal(err)
	}
	request := struct { // of union bpf_attr, for BPF_OBJ_PIN
		path  uint64
		fd    uint32
		flags uint32
	}{path: uint64(uintptr(unsafe.Pointer(name))), fd: uint32(fd)}
	if _, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_OBJ_PIN, uintptr(unsafe.Pointer(&request)), unsafe.Sizeof(request)); errno != 0 {
		t.Fatalf("pin %s: %v", path, errno)
	}
}
