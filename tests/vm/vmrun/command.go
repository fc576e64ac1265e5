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
	if o.machine.Kernel, err = findKernel(o.kernel); err != nil {
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

// findKernel returns the kernel's directory.
func findKernel(name string) (string, error) {
	if kernel.Prepared(name) {
		return name, nil
	}
	root, err := kernel.Root()
	if err != nil {
		return "", err
	}
	rows, err := kernel.Table(root)
	if err != nil {
		return "", err
	}
	if _, err := kernel.Choose(rows, name); err != nil {
		return "", err
	}
	return kernel.Fetched(root, name)
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
