package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// ErrNoLab says that no lab with a name is there.
var ErrNoLab = errors.New("no such lab is there")

// Destroy takes away all that a lab made, and gives back what it changed in
// namespaces of others, by its record: the script is not needed. A lab that is not
// there is ErrNoLab. What was taken away does not come back if it fails midway; it
// can be called again.
func Destroy(ctx context.Context, name string, families []object.Family) (*Destroyed, error) {
	l, err := New(name, families)
	if err != nil {
		return nil, err
	}
	lock, err := hold(name)
	if err != nil {
		return nil, err
	}
	defer lock.release()
	_ = os.Remove(LogPath(name))
	recovered, err := recoverHeld(ctx, name, families)
	if err != nil {
		return nil, err
	}
	known, err := openRecord(name, recordPath(name), false)
	if err != nil {
		return nil, err
	}
	if len(known.Sites) == 0 {
		if recovered == "" {
			return nil, ErrNoLab
		}
		return &Destroyed{Recovered: recovered}, nil // it was never whole
	}
	c, err := l.compare(ctx, known) // with a lab that has nothing
	if err != nil {
		return nil, err
	}
	defer c.Close()
	d, err := c.destroy(ctx)
	if err != nil {
		return nil, err
	}
	d.Recovered = recovered
	return d, os.Remove(recordPath(name))
}

// destroy carries out what it takes to be a lab that has nothing.
func (c *Change) destroy(ctx context.Context) (*Destroyed, error) {
	d := &Destroyed{Left: c.Plan.Left, Lost: c.Lost}
	doomed, err := condemn(c.Drop)
	if err != nil {
		return nil, err
	}
	defer doomed.close()
	if d.Ended, err = doomed.endPrograms(ctx); err != nil {
		return nil, err
	}
	var programs []*Ran
	for _, t := range c.Turns {
		programs = append(programs, t.Was)
	}
	run := runner{lab: c.record}
	d.Programs, d.Failed = run.takeBack(ctx, programs)
	v := state.Converger{Families: c.Lab.families}
	if d.Steps, err = v.Converge(ctx, c.goals(), c.Plan); err != nil {
		return nil, err
	}
	d.Namespaces, err = doomed.delete()
	return d, err
}

// Status compares a lab with what was declared when it was applied; its script is
// not needed. Close what it returns after use.
func Status(ctx context.Context, name string, families []object.Family) (*Change, error) {
	l, err := New(name, families)
	if err != nil {
		return nil, err
	}
	r, err := readRecord(name)
	if err != nil {
		return nil, err
	}
	if len(r.Sites) == 0 {
		return nil, absent(name)
	}
	l.Seed, l.DAD = r.Seed, r.DAD
	for _, s := range r.Sites {
		if err := l.recall(s); err != nil {
			return nil, fmt.Errorf("record of lab %q, node %q: %w", name, s.Node, err)
		}
	}
	for _, s := range r.Sites {
		l.recallAdopted(s)
	}
	for _, p := range r.Once {
		if i := slices.IndexFunc(l.nodes, func(n *Node) bool { return n.NetNS == p.NetNS }); i >= 0 {
			l.onces = append(l.onces, &Once{Cmd: p.Cmd, Undo: p.Undo, node: l.nodes[i], key: p.Key})
		}
	}
	l.rejoin()
	return l.compare(ctx, r)
}

// recallAdopted declares the devices that a node took in.
func (l *Lab) recallAdopted(s *Site) {
	for _, a := range s.Adopted {
		from := l.in(a.NetNS)
		if from == nil {
			from = l.add(&Node{Name: a.From, NetNS: a.NetNS})
		}
		l.adoptions = append(l.adoptions, &Adoption{Device: a.Device, From: from, Name: a.Name, node: l.in(s.NetNS)})
	}
}

// recall declares a node as it was declared.
func (l *Lab) recall(s *Site) error {
	n := l.add(&Node{Name: s.Node, NetNS: s.NetNS, Owned: s.Owned, Ignore: s.Ignore})
	formers, err := s.formers(l.families)
	if err != nil {
		return err
	}
	for _, f := range formers {
		if err := n.want(state.Want{Object: f.Declared, Along: f.Along, Absent: f.Absent}); err != nil {
			return err
		}
	}
	return nil
}
