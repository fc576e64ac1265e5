package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/netlark/netlark/tests/vm/frame"
	"github.com/netlark/netlark/tests/vm/kernel"
	"github.com/netlark/netlark/tests/vm/machine"
)

// command works out what to run, and completes the machine's configuration
// with what the program needs to see.
func (o *options) command() (machine.Command, error) {
	program, err := exec.LookPath(o.program[0])
	if err != nil {
		return machine.Command{}, err
	}
	if program, err = filepath.Abs(program); err != nil {
		return machine.Command{}, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return machine.Command{}, err
	}
	if err := o.findKernel(); err != nil {
		return machine.Command{}, err
	}
	if o.load != "" {
		o.machine.Load = strings.Split(o.load, ",")
	}
	o.machine.Visible = []string{filepath.Dir(program), dir}
	for _, w := range append(o.writable, outputs(o.program[1:])...) {
		if w, err = filepath.Abs(w); err != nil {
			return machine.Command{}, err
		}
		o.machine.Writable = append(o.machine.Writable, w)
	}
	return machine.Command{
		Program: frame.Program{
			Args: append([]string{program}, o.program[1:]...),
			Env:  machine.Environment(os.Environ()),
			Dir:  dir,
		},
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}, nil
}

// findKernel sets the kernel's directory.
func (o *options) findKernel() (err error) {
	dir := o.kernel
	if !kernel.Prepared(dir) {
		root, err := kernel.Root()
		if err != nil {
			return err
		}
		rows, err := kernel.Table(root)
		if err != nil {
			return err
		}
		if _, err := kernel.Choose(rows, o.kernel); err != nil {
			return err
		}
		if dir, err = kernel.Fetched(root, o.kernel); err != nil {
			return err
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	o.machine.Kernel, err = filepath.EvalSymlinks(dir)
	return err
}

// outputs returns the directories that a test binary's flags have it write
// to: coverage, profiles and the like are to end up on the host.
func outputs(args []string) []string {
	var dirs []string
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || !filepath.IsAbs(value) {
			continue
		}
		switch strings.TrimPrefix(name, "-test.") {
		case "gocoverdir", "outputdir":
			dirs = append(dirs, value)
		case "coverprofile", "testlogfile", "cpuprofile", "memprofile", "trace":
			dirs = append(dirs, filepath.Dir(value))
		}
	}
	return dirs
}
