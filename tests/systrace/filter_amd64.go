package systrace

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// A program makes ten times as many calls as may change something, and a stop at each
// costs more than the call. So the kernel is told, by a filter of seccomp(2), to stop the
// program at the others only. The program is made to set it itself: it is stopped at
// its first instruction.

// looked are the calls that Call.Changes or files look at, but for those in filterProgram
// that depend on an argument.
func looked() (calls []uint64) {
	for n := range pathCalls {
		calls = append(calls, n)
	}
	calls = append(calls, unix.SYS_WRITE, unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_SENDMMSG, unix.SYS_WRITEV, unix.SYS_UNSHARE)
	slices.Sort(calls)
	return calls
}

// Offsets in struct seccomp_data.
const (
	dataCall = 0
	dataArgs = 16
)

// Places in the program, counted from its end: what is done with the call.
const (
	toTrace = 1
	toAllow = 2
)

// filterProgram is an array of struct sock_filter.
func filterProgram() []unix.SockFilter {
	const load, equal, set, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	p := []unix.SockFilter{{Code: load, K: dataCall}}
	// test leads to trace or allow; the jumps are filled in when the length is known.
	type jump struct {
		at        int
		otherwise bool // allow it, too
	}
	var jumps []jump
	test := func(code uint16, k uint32, otherwise bool) {
		jumps = append(jumps, jump{len(p), otherwise})
		p = append(p, unix.SockFilter{Code: code, K: k})
	}
	for _, n := range looked() {
		test(equal, uint32(n), false)
	}
	p = append(p, unix.SockFilter{Code: equal, Jf: 2, K: unix.SYS_OPENAT}, unix.SockFilter{Code: load, K: dataArgs + 2*8})
	test(set, opensToWrite, true)
	p = append(p, unix.SockFilter{Code: equal, Jf: 2, K: unix.SYS_SOCKET}, unix.SockFilter{Code: load, K: dataArgs})
	test(equal, unix.AF_NETLINK, true)
	p = append(p, unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW}, unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_TRACE})
	for _, j := range jumps {
		p[j.at].Jt = uint8(len(p) - toTrace - j.at - 1)
		if j.otherwise {
			p[j.at].Jf = uint8(len(p) - toAllow - j.at - 1)
		}
	}
	return p
}

// filter has a program that is stopped at its first instruction set the filter. It returns
// how to let it go on: until the next call that is looked at.
func filter(pid int) (resume int, err error) {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
		return 0, err
	}
	var at bytes.Buffer
	p := filterProgram()
	const head = 16 // bytes of a struct sock_fprog
	base := (regs.Rsp - 4096) &^ 15
	_ = binary.Write(&at, binary.NativeEndian, [2]uint64{uint64(len(p)), base + head})
	_ = binary.Write(&at, binary.NativeEndian, p)
	if _, err := syscall.PtracePokeData(pid, uintptr(base), at.Bytes()); err != nil {
		return 0, err
	}
	if err := inject(pid, &regs, unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0); err != nil { // else only root may
		return 0, err
	}
	return syscall.PTRACE_CONT, inject(pid, &regs, unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, base)
}

// inject has a stopped program make a system call, and puts its registers and its code
// back.
func inject(pid int, regs *syscall.PtraceRegs, call, a, b, c uint64) error {
	code := []byte{0x0f, 0x05} // syscall
	was := make([]byte, len(code))
	if _, err := syscall.PtracePeekText(pid, uintptr(regs.Rip), was); err != nil {
		return err
	}
	if _, err := syscall.PtracePokeText(pid, uintptr(regs.Rip), code); err != nil {
		return err
	}
	now := *regs
	now.Rax, now.Orig_rax, now.Rdi, now.Rsi, now.Rdx, now.R10, now.R8 = call, ^uint64(0), a, b, c, 0, 0
	if err := syscall.PtraceSetRegs(pid, &now); err != nil {
		return err
	}
	if err := syscall.PtraceSingleStep(pid); err != nil {
		return err
	}
	var state syscall.WaitStatus
	if _, err := wait(pid, &state); err != nil {
		return err
	}
	if err := syscall.PtraceGetRegs(pid, &now); err != nil {
		return err
	}
	if errno := syscall.Errno(-int64(now.Rax)); errno != 0 {
		return fmt.Errorf("system call %d in the program: %w (it is %v)", call, errno, state)
	}
	if _, err := syscall.PtracePokeText(pid, uintptr(regs.Rip), was); err != nil {
		return err
	}
	return syscall.PtraceSetRegs(pid, regs)
}
