package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/object"
)

// A Pending Apply is done, and undone unless it is confirmed in time. Its journal
// stays until then, and so does its lock: with a process that waits, which has the
// files that are open here.
type Pending struct {
	Lab   string
	Until time.Time
	// Lock keeps others from the lab, Socket hears of the confirmation, and what Log
	// gets can be read after a lab that is undone is gone.
	Lock, Socket, Log *os.File
}

// socketPath is where a lab waits to be confirmed.
func socketPath(lab string) string { return filepath.Join(Dir, lab, "confirm") }

// LogPath is where what the process says that waits for a confirmation is kept.
func LogPath(lab string) string { return filepath.Join(Dir, lab+".log") }

// pend hands an Apply that is done to a process that waits.
func (u *undo) pend(l *lock, limit time.Duration, detach func(*Pending) (pid int, err error)) error {
	name := u.change.Lab.Name
	p := &Pending{Lab: name, Until: time.Now().Add(limit), Lock: l.f}
	u.until = p.Until
	if err := u.note(); err != nil {
		return err
	}
	path := socketPath(name)
	_ = os.Remove(path) // of a process that died
	var err error
	if p.Socket, err = listen(path); err != nil {
		return err
	}
	defer p.Socket.Close() // the other process has it
	if p.Log, err = os.OpenFile(LogPath(name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	defer p.Log.Close()
	pid, err := detach(p)
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	_ = l.says(fmt.Sprintf("%d %s", pid, p.Until.Format(time.RFC3339))) // what is said to others is all that it is for
	return nil
}

// Await is what the process does that waits: until the Apply is confirmed, or its
// time is over. It returns when the lab is free again.
func Await(ctx context.Context, p *Pending, families []object.Family) error {
	l := &lock{p.Lock, filepath.Join(Dir, p.Lab)}
	if !l.isOf(filepath.Join(l.dir, lockName)) {
		return fmt.Errorf("the lock of lab %q is not this process's", p.Lab)
	}
	defer l.release()
	defer os.Remove(socketPath(p.Lab))
	var err error
	if p.Until, err = readUntil(p.Lab); err != nil {
		return err
	}
	p.say("waits until %s to be confirmed", p.Until.Format(time.TimeOnly))
	conn, err := accept(p.Socket, p.Until)
	if conn != nil {
		err := confirmed(ctx, p.Lab)
		if err = errors.Join(err, answer(conn, err)); err != nil {
			p.say("confirmed, but %v", err)
			return err
		}
		p.say("confirmed")
		return nil
	}
	if err = errors.Join(err, p.Socket.Close()); err != nil { // who comes now is too late
		p.say("%v", err)
	}
	p.say("was not confirmed: undoing it")
	said, err := recoverHeld(ctx, p.Lab, families)
	if err != nil {
		p.say("failed: %v; netlark recover %s tries again", err, p.Lab)
		return err
	}
	p.say("%s", said)
	return nil
}

// say writes a line with the time. Nobody could be told that it failed.
func (p *Pending) say(format string, args ...any) {
	fmt.Fprintf(p.Log, "%s lab %s: %s\n", time.Now().Format(time.TimeOnly), p.Lab, fmt.Sprintf(format, args...))
}

const yes = "confirmed"

func answer(conn *os.File, err error) error {
	text := yes
	if err != nil {
		text = err.Error()
	}
	_, err = io.WriteString(conn, text)
	return errors.Join(err, conn.Close())
}

// readUntil is when a pending Apply is undone.
func readUntil(lab string) (time.Time, error) {
	data, err := os.ReadFile(journalPath(lab))
	if err != nil {
		return time.Time{}, err
	}
	var j struct {
		Until time.Time `json:"until"`
	}
	err = json.Unmarshal(data, &j)
	if err == nil && j.Until.IsZero() {
		err = fmt.Errorf("lab %q waits for no confirmation", lab)
	}
	return j.Until, err
}

// confirmed forgets what was before, and deletes the namespaces that waited for it.
func confirmed(ctx context.Context, lab string) error {
	r, err := readRecord(lab)
	if err != nil {
		return err
	}
	return errors.Join(forgetJournal(lab), r.drop(ctx))
}

// ErrNotPending says that no Apply of a lab waits to be confirmed.
var ErrNotPending = errors.New("nothing waits to be confirmed")

// Confirm keeps what an Apply did that is undone otherwise. ErrNotPending: nothing
// waits.
func Confirm(name string) error {
	if err := checkName("lab", name, maxLab); err != nil {
		return err
	}
	conn, err := dial(socketPath(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrNotPending
	case errors.Is(err, unix.ECONNREFUSED):
		if there(filepath.Join(Dir, name), journalName) {
			return fmt.Errorf("%w: the process that waited is gone; netlark recover %s undoes the apply", ErrNotPending, name)
		}
		return ErrNotPending
	case err != nil:
		return err
	}
	defer conn.Close()
	said, err := io.ReadAll(conn)
	switch {
	case string(said) == yes:
		return nil
	case len(said) > 0:
		return errors.New(string(said))
	}
	return errors.Join(fmt.Errorf("%w any more: its time was over, see %s", ErrNotPending, LogPath(name)), err)
}
