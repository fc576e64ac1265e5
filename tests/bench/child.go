package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A sample is what one run of a peer took.
type sample struct {
	Wall, CPU time.Duration
	Objects   int    // that the peer saw; 0: it does not tell
	Mallocs   uint64 // between start and stop
	Live      uint64 // bytes of heap that what it returned takes
	Peak      uint64 // largest resident set of the process, bytes
}

// A meter measures what stands between start and stop.
type meter struct {
	sample
	profile *os.File // what the profile is written to; nil: there is none
	wall    time.Time
	cpu     time.Duration
	before  runtime.MemStats
}

func (m *meter) start() {
	runtime.GC()
	runtime.ReadMemStats(&m.before)
	if m.profile != nil {
		_ = pprof.StartCPUProfile(m.profile) // fails only if one runs
	}
	m.cpu, m.wall = cpuTime(), time.Now()
}

func (m *meter) stop() {
	m.Wall, m.CPU = time.Since(m.wall), cpuTime()-m.cpu
	pprof.StopCPUProfile()
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	m.Mallocs = after.Mallocs - m.before.Mallocs
}

// keeps measures what is alive since start and because of v.
func (m *meter) keeps(v any) {
	var after runtime.MemStats
	runtime.GC()
	runtime.GC() // finalizers and pools of the first
	runtime.ReadMemStats(&after)
	m.Live = after.HeapAlloc - m.before.HeapAlloc
	runtime.KeepAlive(v)
}

// cpuTime is what all threads of this process have used.
func cpuTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		panic(err) // there is no reason for it to fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is VmHWM of this process, in bytes.
func peak() (uint64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	var kib uint64
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	_, err = fmt.Sscan(rest, &kib)
	return kib << 10, err
}

// peerMark names the job and the peer in the environment of a peer's process.
const peerMark = "NETLARK_BENCH_PEER"

func runPeer(mark string) error {
	jobName, name, _ := strings.Cut(mark, "/")
	j, err := jobNamed(jobName)
	if err != nil {
		return err
	}
	var m meter
	if dir := os.Getenv(profileVar); dir != "" {
		f, err := os.Create(filepath.Join(dir, jobName+"."+name+".pprof"))
		if err != nil {
			return err
		}
		defer f.Close()
		m.profile = f
	}
	p := j.peer(name)
	if p.lab {
		if err := ownRun(); err != nil {
			return err
		}
	}
	if p.warm {
		if err := p.run(&meter{}); err != nil {
			return err
		}
	}
	if err := p.run(&m); err != nil {
		return err
	}
	if m.Peak, err = peak(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(m.sample)
}

// runProcess runs a peer in a process of its own, in the caller's namespace.
func runProcess(j *job, p *peer) (sample, error) {
	if p.run == nil {
		return runProgram(p.argv())
	}
	c := self(peerMark + "=" + j.name + "/" + p.name)
	if p.alone || p.lab {
		isolate(c)
	}
	if p.lab {
		c.SysProcAttr.Cloneflags |= unix.CLONE_NEWNS
	}
	var got sample
	out, err := c.Output()
	if err != nil {
		return got, err
	}
	return got, json.Unmarshal(out, &got)
}

// runProgram measures a whole program from outside. What it prints is dropped.
func runProgram(argv []string) (sample, error) {
	c := exec.Command(argv[0], argv[1:]...)
	var errors strings.Builder
	c.Stderr = &errors
	began := time.Now()
	err := c.Run()
	wall := time.Since(began)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w: %s", argv[0], err, errors.String())
	}
	usage := c.ProcessState.SysUsage().(*unixRusage)
	return sample{Wall: wall, CPU: c.ProcessState.UserTime() + c.ProcessState.SystemTime(), Peak: uint64(usage.Maxrss) << 10}, nil
}
