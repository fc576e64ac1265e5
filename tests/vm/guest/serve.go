package guest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/netlark/netlark/tests/vm/frame"
	"golang.org/x/sys/unix"
)

// serve does what the host asks for until it asks to quit or is gone. The
// host sends the next program when it has seen the last one's status.
func serve(port io.Reader, out *frame.Writer) {
	var pid atomic.Int64 // of the running program, 0 between programs
	for {
		typ, payload, err := frame.Read(port)
		if err != nil || typ == frame.Quit {
			return
		}
		switch typ {
		case frame.Run:
			go runProgram(payload, out, &pid)
		case frame.Signal:
			signal(int(pid.Load()), payload)
		}
	}
}

// signal passes a signal on: SIGKILL to all there is, since a program that
// has to be killed may have left others behind, and the rest to the program.
func signal(pid int, payload []byte) {
	if pid == 0 || len(payload) != 1 {
		return
	}
	sig := syscall.Signal(payload[0])
	if sig == unix.SIGKILL {
		pid = -1
	}
	_ = unix.Kill(pid, sig)
}

func runProgram(payload []byte, out *frame.Writer, pid *atomic.Int64) {
	var p frame.Program
	if err := json.Unmarshal(payload, &p); err != nil || len(p.Args) == 0 {
		_ = out.SendJSON(frame.Exit, frame.Status{Code: 127, Note: "no program in the order"})
		return
	}
	cmd := exec.Command(p.Args[0], p.Args[1:]...)
	cmd.Env, cmd.Dir = p.Env, p.Dir
	cmd.Stdout, cmd.Stderr = out.Stream(frame.Stdout), out.Stream(frame.Stderr)
	if p.Merge {
		cmd.Stderr = cmd.Stdout
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.WaitDelay = time.Second // for output that an orphan holds open
	start := time.Now()
	if err := cmd.Start(); err != nil {
		_ = out.SendJSON(frame.Exit, frame.Status{Code: 127, Note: err.Error()})
		return
	}
	pid.Store(int64(cmd.Process.Pid))
	st := status(cmd, cmd.Wait())
	pid.Store(0)
	st.RunMS = time.Since(start).Milliseconds()
	killRest()
	_ = out.SendJSON(frame.Exit, st)
}

func status(cmd *exec.Cmd, err error) frame.Status {
	st := frame.Status{Code: cmd.ProcessState.ExitCode()}
	if errors.Is(err, exec.ErrWaitDelay) {
		st.Note = "left a process behind that holds its output open"
	}
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		st.Code = 128 + int(ws.Signal())
		st.Note = "killed by signal: " + ws.Signal().String()
	}
	if ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		st.PeakKB = ru.Maxrss
	}
	return st
}

// killRest ends and reaps what a program left running, so that the next one
// starts alone.
func killRest() {
	if unix.Kill(-1, unix.SIGKILL) != nil {
		return // nobody is left
	}
	for {
		if _, err := unix.Wait4(-1, nil, 0, nil); err != nil && err != unix.EINTR {
			return
		}
	}
}
