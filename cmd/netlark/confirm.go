package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
)

func confirmCommand() *cobra.Command {
	return &cobra.Command{
		ValidArgsFunction: labNames,
		Use:               "confirm LAB…",
		Short:             "keep what apply --confirm would undo",
		Long: "confirm keeps what an apply with --confirm did. Without it, that is undone when its time is over, also if the\n" +
			"terminal is gone by then: /run/netlark/LAB.log says what was done.",
		Args: someLabs,
		RunE: func(c *cobra.Command, args []string) error {
			for _, name := range args {
				if err := lab.Confirm(name); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				fmt.Fprintf(c.OutOrStdout(), "%s: confirmed\n", name)
			}
			return nil
		},
	}
}

// Files that the waiting process has beyond the usual three.
const (
	lockFD = 3 + iota
	socketFD
)

// awaitName is the command of the process that waits: nobody types it.
const awaitName = "await-confirm"

// detach starts netlark again as the process that waits. It has a session of its
// own: the end of the terminal does not reach it.
func detach(p *lab.Pending) (pid int, err error) {
	cmd := exec.Command("/proc/self/exe", awaitName, p.Lab)
	cmd.ExtraFiles = []*os.File{lockFD - 3: p.Lock, socketFD - 3: p.Socket}
	cmd.Stdout, cmd.Stderr, cmd.Dir = p.Log, p.Log, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	fmt.Fprintf(os.Stderr, "lab %s: it is undone at %s, unless netlark confirm %s follows\n", p.Lab, p.Until.Format(time.TimeOnly), p.Lab)
	pid = cmd.Process.Pid
	return pid, cmd.Process.Release()
}

func awaitCommand() *cobra.Command {
	return &cobra.Command{
		Use:    awaitName + " LAB",
		Short:  "wait for netlark confirm; apply --confirm starts it",
		Hidden: true,
		Args:   someLabs,
		RunE: func(c *cobra.Command, args []string) error {
			p := &lab.Pending{Lab: args[0], Lock: os.NewFile(lockFD, "lock"), Socket: os.NewFile(socketFD, "socket"), Log: os.Stderr}
			return lab.Await(c.Context(), p, all.Families())
		},
	}
}
