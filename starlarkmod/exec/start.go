package exec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"github.com/netlark/netlark/starlarkmod/script"
)

// notStarted explains why the program did not start. The kernel says only
// which errno, and that of several things.
func (c *command) notStarted(err error) error {
	p := c.badFolder()
	if p == nil {
		p = c.badUser(err)
	}
	if p == nil {
		p = c.badProgram(err)
	}
	p.Err = err
	return p
}

// badFolder returns what is wrong with cwd, or nil.
func (c *command) badFolder() *script.Problem {
	if c.cwd == "" {
		return nil
	}
	info, err := os.Stat(c.cwd)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p := invalid("cwd", fmt.Sprintf("there is no folder %q", c.cwd))
		p.Class = "not_found"
		return p
	case err != nil:
		p := invalid("cwd", fmt.Sprintf("%q cannot be entered: %v", c.cwd, plainly(err)))
		p.Class = "permission"
		return p
	case !info.IsDir():
		return invalid("cwd", fmt.Sprintf("%q is no folder", c.cwd))
	}
	return nil
}

// badUser returns why the program cannot run as another user, or nil if that is
// not the reason.
func (c *command) badUser(err error) *script.Problem {
	if c.user == "" {
		return nil
	}
	var p *script.Problem
	switch {
	case errors.Is(err, syscall.EPERM):
		p = invalid("user", fmt.Sprintf("netlark may not run a program as %q", c.user))
		p.Advice = "only root may choose another user; in a sandbox there is none but you"
	case errors.Is(err, syscall.EINVAL):
		p = invalid("user", fmt.Sprintf("there is no user %q in this namespace of users", c.user))
	case errors.Is(err, fs.ErrPermission):
		p = invalid("user", fmt.Sprintf("%q may not run %s here", c.user, c.argv[0]))
		p.Advice = "it needs access to the program and to the folder it runs in"
	default:
		return nil
	}
	p.Class = "permission"
	return p
}

// badProgram returns what is wrong with the program.
func (c *command) badProgram(err error) *script.Problem {
	name := c.argv[0]
	why := fmt.Sprintf("%s cannot be started: %v", name, plainly(err))
	_, statErr := os.Stat(name)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		why = fmt.Sprintf("there is no program %q in $PATH", name)
	case errors.Is(err, exec.ErrDot):
		why = fmt.Sprintf("%q is only in the current folder; write \"./%s\"", name, name)
	case errors.Is(err, fs.ErrNotExist) && statErr == nil && strings.HasPrefix(name, "/"):
		why = fmt.Sprintf("%s: the interpreter or loader that it names is not there", name)
	case errors.Is(err, fs.ErrNotExist):
		why = fmt.Sprintf("there is no program %q", name)
	case errors.Is(err, fs.ErrPermission):
		why = fmt.Sprintf("%s is not a file that may be run", name)
	case errors.Is(err, syscall.ENOEXEC):
		why = fmt.Sprintf("%s is neither a program for this machine nor a script that begins with #!", name)
	case errors.Is(err, syscall.E2BIG):
		why = "arguments and environment are longer than the kernel takes"
	}
	return &script.Problem{Class: "command", Index: 1, Path: "cmd", Message: "exec: " + why}
}

// plainly returns the reason without the system call's name.
func plainly(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// as makes the program run as another user.
func (c *command) as(attr *syscall.SysProcAttr) error {
	if c.user == "" {
		return nil
	}
	u, err := user.Lookup(c.user)
	if err != nil {
		u, err = user.LookupId(c.user)
	}
	if err != nil {
		p := invalid("user", fmt.Sprintf("there is no user %q", c.user))
		p.Class = "not_found"
		return p
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err1 != nil || err2 != nil {
		return invalid("user", fmt.Sprintf("%q has no numbers", c.user))
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}
