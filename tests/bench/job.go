package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// A job is one piece of work that several peers do.
type job struct {
	name  string
	peers []peer
	// run prepares the namespace that it is called in, lets peers run and
	// returns the table's rows.
	run func(s *stage) ([]row, error)
}

// A peer is one way to do a job.
type peer struct {
	name string
	// run does the work in a process of its own. nil: argv is the work.
	run  func(m *meter) error
	argv func() []string
	// alone: in a new namespace, which run has to furnish.
	alone bool
	// lab: the same, with a /run of its own.
	lab bool
	// warm: run once before it is measured.
	warm bool
}

// jobs in the order of the table.
var jobs []*job

func init() {
	jobs = []*job{batchJob, callJob, scanJob, linksJob, pairsJob, policiesJob, rulesJob, memoryJob, tableJob, scriptJob, startJob, ringJob, largeRingJob, crowdedJob, ruledJob, hostedJob}
}

func (j *job) peer(name string) *peer {
	for i := range j.peers {
		if j.peers[i].name == name {
			return &j.peers[i]
		}
	}
	panic("no peer is called " + name)
}

func jobNamed(name string) (*job, error) {
	for _, j := range jobs {
		if j.name == name {
			return j, nil
		}
	}
	return nil, fmt.Errorf("no job is called %s", name)
}

// A stage is the process that owns a job's namespace.
type stage struct {
	job    *job
	rounds int
}

// stageMark names the job in the environment of a stage.
const stageMark = "NETLARK_BENCH_STAGE"

// stageProcess runs a job in a new network namespace.
func stageProcess(name string) ([]row, error) {
	c := self(stageMark + "=" + name)
	isolate(c)
	out, err := c.Output()
	if err != nil {
		return nil, err
	}
	var rows []row
	return rows, json.Unmarshal(out, &rows)
}

// self is this program with more in its environment.
func self(env ...string) *exec.Cmd {
	c := exec.Command("/proc/self/exe")
	c.Env = append(os.Environ(), env...)
	c.Stderr = os.Stderr
	return c
}

// isolate gives a process a network namespace, and rights in it to who has none.
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		c.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
}

func runStage(name string) error {
	j, err := jobNamed(name)
	if err != nil {
		return err
	}
	// Peers inherit it. Where it is not allowed they all go without.
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, -10)
	rows, err := j.run(&stage{job: j, rounds: number(roundsVar)})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(rows)
}

// A check looks at the namespace after a run, before the next.
type check func(p *peer, got *sample) error

// alternate lets the named peers run in turn, round after round, and begins
// each round with another one. before and after may be nil.
func (s *stage) alternate(names []string, before, after check) (series, error) {
	out := series{}
	for round := range s.rounds {
		for i := range names {
			name := names[(round+i)%len(names)]
			p := s.job.peer(name)
			got, err := s.measure(p, before, after)
			if err != nil {
				return nil, fmt.Errorf("%s, round %d: %w", name, round+1, err)
			}
			if out[name] == nil {
				out[name] = make([]sample, s.rounds)
			}
			out[name][round] = got
		}
	}
	return out, nil
}

func (s *stage) measure(p *peer, before, after check) (sample, error) {
	if before != nil {
		if err := before(p, nil); err != nil {
			return sample{}, err
		}
	}
	got, err := runProcess(s.job, p)
	if err == nil && after != nil {
		err = after(p, &got)
	}
	return got, err
}
