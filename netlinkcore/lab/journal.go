package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A journal is what an Apply leaves behind if it dies: how to make all as it was
// before. It is written before each change, into the run directory, and lives as
// long as the kernel's state does.
type journal struct {
	// Made are the namespaces that the Apply makes. One without a cookie was not
	// made yet when it was written down: it may be there or not.
	Made []*Site `json:"made"`
	// Before are the namespaces that were there, as a state.Snapshot.
	Before json.RawMessage `json:"before,omitempty"`
	// Begun are programs that the Apply started or is about to, Undone those whose
	// effect it took back or is about to.
	Begun  []*Ran `json:"begun,omitempty"`
	Undone []*Ran `json:"undone,omitempty"`
	// Mark is what the programs have that it started.
	Mark mark `json:"mark,omitempty"`
	// Claims is what the Apply declares in namespaces of others: no other lab may.
	Claims []*Site `json:"claims,omitempty"`
	// Until is when it is undone unless it is confirmed; zero: it was not done yet.
	Until time.Time `json:"until,omitzero"`
	// Lab is the name of the lab, and Known says whether it had a record.
	Lab   string `json:"lab"`
	Known bool   `json:"known"`
}

const journalName = "journal.json"

func journalPath(lab string) string { return filepath.Join(Dir, lab, journalName) }

// note writes down what an undo knows.
func (u *undo) note() (err error) {
	if u.claims == nil {
		if u.claims, err = u.change.own(); err != nil {
			return err
		}
	}
	j := journal{Lab: u.old.Lab, Known: u.known(), Claims: u.claims, Begun: u.programs.begun, Undone: u.programs.undone, Mark: u.programs.mark, Until: u.until}
	for _, s := range u.change.sites {
		if s.known == nil && s.node.Owned {
			site, err := s.identify()
			if err != nil {
				return err
			}
			j.Made = append(j.Made, site)
		}
	}
	var b bytes.Buffer
	if err := u.snapshot.Save(&b); err != nil {
		return err
	}
	j.Before = b.Bytes()
	return replaceFile(journalPath(j.Lab), func(w io.Writer) error { return json.NewEncoder(w).Encode(j) })
}

// known reports whether the lab had a record before.
func (u *undo) known() bool { return len(u.old.Sites) > 0 }

// identify says which namespace a node is, as far as it is there.
func (s *site) identify() (*Site, error) {
	known := &Site{Node: s.node.Name, NetNS: s.node.NetNS, Owned: s.node.Owned, Ignore: s.node.Ignore, Bare: s.node.Bare, Address: s.node.Address()}
	if s.ns == nil {
		return known, nil
	}
	id, err := s.ns.ID()
	known.Boot, known.Cookie = id.Boot, id.Cookie
	return known, err
}

// Recover undoes what an Apply left that died. It returns what it did, "" if there
// was nothing to do. Apply and Destroy begin with it.
func Recover(ctx context.Context, name string, families []object.Family) (string, error) {
	if err := checkName("lab", name, maxLab); err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(Dir, name)); errors.Is(err, fs.ErrNotExist) {
		return "", ErrNoLab
	}
	lock, err := hold(name)
	if err != nil {
		return "", err
	}
	defer lock.release()
	return recoverHeld(ctx, name, families)
}

// recoverHeld is Recover for who has the lock.
func recoverHeld(ctx context.Context, name string, families []object.Family) (said string, err error) {
	path := journalPath(name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var j journal
	err = json.Unmarshal(data, &j)
	if err == nil && j.Lab != name {
		err = fmt.Errorf("it is of lab %q", j.Lab)
	}
	if err == nil {
		said, err = j.undo(ctx, families)
	}
	if err == nil {
		err = putBack(name, j.Known)
	}
	if err != nil {
		return said, fmt.Errorf("journal of lab %q, %s: %w", name, path, err)
	}
	_ = os.Remove(socketPath(name)) // of a process that died
	return said, forgetJournal(name)
}

// undo makes all as it was before. It may be interrupted, and done again.
func (j *journal) undo(ctx context.Context, families []object.Family) (string, error) {
	sn, lost, err := state.LoadSnapshot(bytes.NewReader(j.Before), families, reopen)
	if err != nil {
		return "", err
	}
	defer sn.Close()
	ended, err := j.endPrograms(ctx)
	if err != nil {
		return "", err
	}
	old := &Record{Lab: j.Lab}
	if j.Known {
		if old, err = earlierRecord(j.Lab); err != nil {
			return "", err
		}
	}
	run := runner{lab: &Record{Lab: j.Lab, Sites: slices.Concat(j.Made, old.Sites)}, mark: j.Mark}
	programs, failed := run.takeBack(ctx, j.Begun)
	back, leftThere := sn.SendBack(ctx) // before what they are in goes
	gone := 0
	for _, s := range j.Made {
		deleted, err := s.unmake()
		if err != nil {
			return "", err
		}
		if deleted {
			gone++
		}
	}
	done, left, err := sn.Restore(ctx)
	run.lab = old
	again, failedAgain := run.runAgain(ctx, j.Undone)
	r := report{namespaces: gone, steps: done + back + programs + again, ended: ended, left: append(leftThere, left...), more: append(failed, failedAgain...), err: err}
	for _, g := range lost {
		if !slices.ContainsFunc(j.Made, func(s *Site) bool { return s.NetNS == g.Name }) {
			r.more = append(r.more, g.Error())
		}
	}
	if err != nil {
		return "", err
	}
	return r.String(), nil
}

// endPrograms ends what the programs of the Apply left running, of which one may be at
// work still, and what runs in the namespaces that go.
func (j *journal) endPrograms(ctx context.Context) (int, error) {
	for _, s := range j.Made {
		if err := netns.Sweep(s.NetNS); err != nil {
			return 0, err
		}
	}
	c, err := condemn(j.Made)
	if err != nil {
		return 0, err
	}
	defer c.close()
	n, err := c.endPrograms(ctx)
	if err != nil || len(j.Begun)+len(j.Undone) == 0 {
		return n, err
	}
	more, err := j.Mark.end(ctx)
	return n + more, err
}

// unmake deletes a namespace that an Apply made.
func (s *Site) unmake() (deleted bool, err error) {
	if err := netns.Sweep(s.NetNS); err != nil {
		return false, err
	}
	if s.Cookie != 0 {
		ns, err := netns.Open(s.NetNS)
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		if err == nil {
			err = ns.Close()
		}
		if err == nil {
			err = s.delete()
		}
		return err == nil, err
	}
	// The name was free before the Apply, which died while it made namespaces.
	err = netns.Delete(s.NetNS)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// reopen opens a namespace of a snapshot.
func reopen(name string, id netns.ID) (*state.Space, error) {
	ns, err := openNetNS(name)
	if err != nil {
		return nil, err
	}
	cfg := object.Config{Enter: ns.Do, Owned: ns, Namespace: func(name string) (object.Namespace, error) { return openNetNS(name) }}
	return &state.Space{Name: name, Scope: object.NewScope(cfg)}, nil
}

// openNetNS opens the namespace that a node is.
func openNetNS(name string) (*netns.NS, error) {
	if name == HostNetNS {
		return netns.Current()
	}
	return netns.Open(name)
}
