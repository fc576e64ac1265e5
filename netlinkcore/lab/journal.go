package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	// Record is what was known of the lab; one without sites: nothing was.
	Record *Record `json:"record"`
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
	j := journal{Claims: u.claims, Record: u.old, Begun: u.programs.begun, Undone: u.programs.undone, Mark: u.programs.mark, Until: u.until}
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
	data, err := json.Marshal(j)
	if err != nil {
		return err
	}
	return replaceFile(journalPath(u.change.Lab.Name), data)
}

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
	said, _, err := recoverHeld(ctx, name, families)
	return said, err
}

// recoverHeld is Recover for who has the lock, and returns what is known of the lab
// then.
func recoverHeld(ctx context.Context, name string, families []object.Family) (string, *Record, error) {
	path := journalPath(name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		r, err := readRecord(name)
		if err != nil {
			return "", nil, err
		}
		return "", r, r.sweep()
	}
	if err != nil {
		return "", nil, err
	}
	var j journal
	if err := json.Unmarshal(data, &j); err != nil || j.Record == nil {
		return "", nil, fmt.Errorf("journal of lab %q, %s: %w", name, path, err)
	}
	said, err := j.undo(ctx, families)
	if err == nil {
		err = j.Record.restore()
	}
	if err != nil {
		return said, nil, fmt.Errorf("journal of lab %q, %s: %w", name, path, err)
	}
	_ = os.Remove(socketPath(name)) // of a process that died
	return said, j.Record, os.Remove(path)
}

// sweep removes files that stand for no namespace any more, where one of the lab's was
// being deleted.
func (r *Record) sweep() (err error) {
	for _, s := range r.Sites {
		if s.Owned {
			err = errors.Join(err, netns.Sweep(s.NetNS))
		}
	}
	return err
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
	run := runner{lab: &Record{Lab: j.Record.Lab, Sites: slices.Concat(j.Made, j.Record.Sites)}, mark: j.Mark}
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
	run.lab = j.Record
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
