package exec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"github.com/netlark/netlark/netlinkcore/program"
	"github.com/netlark/netlark/starlarkmod/script"
)

// notStarted explains why the program did not start.
func (c *command) notStarted(err *program.StartError) error {
	p := c.badFolder()
	if p == nil {
		p = c.badUser(err)
	}
	if p == nil {
		p = &script.Problem{Class: "command", Index: 1, Path: "cmd", Message: "exec: " + err.Error()}
	}
	p.Err = err
	return p
}

// badFolder returns what is wrong with cwd, or nil.
func (c *command) badFolder() *script.Problem {
	if c.Dir == "" {
		return nil
	}
	info, err := os.Stat(c.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p := invalid("cwd", fmt.Sprintf("there is no folder %q", c.Dir))
		p.Class = "not_found"
		return p
	case err != nil:
		p := invalid("cwd", fmt.Sprintf("%q cannot be entered: %v", c.Dir, program.Plainly(err)))
		p.Class = "permission"
		return p
	case !info.IsDir():
		return invalid("cwd", fmt.Sprintf("%q is no folder", c.Dir))
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
		p = invalid("user", fmt.Sprintf("%q may not run %s here", c.user, c.Argv[0]))
		p.Advice = "it needs access to the program and to the folder it runs in"
	default:
		return nil
	}
	p.Class = "permission"
	return p
}

// as makes the program run as another user.
func (c *command) as() error {
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
	c.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}
