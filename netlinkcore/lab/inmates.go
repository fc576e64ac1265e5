package lab

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long programs may take to end after they were asked to.
const patience = 2 * time.Second

// rounds bounds how often what runs is looked for and killed.
const rounds = 50

// A nsfile tells a namespace among those of a moment.
type nsfile struct{ dev, ino uint64 }

func nsfileOf(st *unix.Stat_t) nsfile { return nsfile{st.Dev, st.Ino} }

// endPrograms ends what still runs in the namespaces, and returns how many there were.
func (c *condemned) endPrograms(ctx context.Context) (int, error) {
	if len(c.files) == 0 {
		return 0, nil
	}
	return endAll(ctx, func(pid int) bool { return livesIn(pid, c.files) })
}

// endAll ends processes: they are asked to, and killed if they do not. It returns how
// many there were.
func endAll(ctx context.Context, which func(pid int) bool) (int, error) {
	n, err := endRound(ctx, which, unix.SIGTERM)
	for range rounds { // what is killed may have started others just before
		if err != nil {
			return 0, err
		}
		var left int
		if left, err = endRound(ctx, which, unix.SIGKILL); left == 0 && err == nil {
			return n, nil
		}
	}
	return 0, errors.New("the lab's programs start new ones faster than they can be ended")
}

// endRound sends a signal to processes, and waits for them.
func endRound(ctx context.Context, which func(pid int) bool, sig unix.Signal) (int, error) {
	programs, err := running(which)
	if err != nil {
		return 0, err
	}
	err = end(ctx, programs, sig)
	for _, fd := range programs {
		unix.Close(fd)
	}
	return len(programs), err
}

// running opens the processes that are meant, but for this one and those that it
// descends from: a shell in a node may destroy the lab.
func running(which func(pid int) bool) (pidfds []int, err error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	mine := ancestors()
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || mine[pid] || !which(pid) {
			continue
		}
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue // it has ended
		}
		if !which(pid) { // or else the number is another's by now
			unix.Close(fd)
			continue
		}
		pidfds = append(pidfds, fd)
	}
	return pidfds, nil
}

// livesIn reports whether all threads of a process are in one of the namespaces. A
// program of which one thread is, such as netlark, is there on a visit.
func livesIn(pid int, in map[nsfile]bool) bool {
	if !in[netOf(filepath.Join("/proc", strconv.Itoa(pid)))] { // most are elsewhere
		return false
	}
	tasks := filepath.Join("/proc", strconv.Itoa(pid), "task")
	threads, err := os.ReadDir(tasks)
	for _, t := range threads {
		if !in[netOf(filepath.Join(tasks, t.Name()))] {
			return false
		}
	}
	return err == nil
}

// netOf tells the network namespace of a folder of /proc; that of a process of
// others cannot be told.
func netOf(dir string) nsfile {
	var st unix.Stat_t
	if unix.Stat(filepath.Join(dir, "ns/net"), &st) != nil {
		return nsfile{}
	}
	return nsfileOf(&st)
}

// ancestors are this process and those that it descends from.
func ancestors() map[int]bool {
	all := map[int]bool{}
	for pid := os.Getpid(); pid > 0 && !all[pid]; pid = parent(pid) {
		all[pid] = true
	}
	return all
}

// end sends a signal to processes and waits until they have ended, though not for
// ever.
func end(ctx context.Context, pidfds []int, sig unix.Signal) error {
	for _, fd := range pidfds {
		if err := unix.PidfdSendSignal(fd, sig, nil, 0); err != nil && err != unix.ESRCH {
			return os.NewSyscallError("pidfd_send_signal", err)
		}
	}
	deadline := time.Now().Add(patience)
	for _, fd := range pidfds {
		for !ended(fd) && time.Now().Before(deadline) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return nil
}

// ended waits a moment for a process to end, and reports whether it has.
func ended(pidfd int) bool {
	const moment = 50 // milliseconds
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, moment)
	return n > 0 && err == nil
}

// parent is the process that a process descends from; 0 if there is none.
func parent(pid int) int {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0
	}
	// The name, in brackets, may hold anything.
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	if len(fields) < 2 {
		return 0
	}
	n, _ := strconv.Atoi(string(fields[1]))
	return n
}
