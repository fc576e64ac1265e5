package lab

import (
	"context"
	"errors"
	"os"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// ErrNoLab says that no lab with a name is there.
var ErrNoLab = errors.New("no such lab is there")

// Destroyed is what became of a lab.
type Destroyed struct {
	Namespaces int // that went
	Steps      int // in namespaces of others
	// Left is what the lab changed there and others changed since.
	Left []state.Left
}

// Destroy takes away all that a lab made, and gives back what it changed in
// namespaces of others, by its record: the script is not needed. A lab that is not
// there is ErrNoLab. What was taken away does not come back if it fails midway; it
// can be called again.
func Destroy(ctx context.Context, name string, families []object.Family) (*Destroyed, error) {
	l, err := New(name, families)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(recordPath(name)); err != nil {
		return nil, ErrNoLab
	}
	lock, err := hold(name)
	if err != nil {
		return nil, err
	}
	defer lock.release()
	c, err := l.Compare(ctx) // with a lab that has nothing
	if err != nil {
		return nil, err
	}
	defer c.Close()
	d := &Destroyed{Left: c.Plan.Left}
	v := state.Converger{Families: families}
	if d.Steps, err = v.Converge(ctx, c.goals(), c.Plan); err != nil {
		return nil, err
	}
	for _, s := range c.Drop {
		if err := s.delete(); err != nil {
			return nil, err
		}
		d.Namespaces++
	}
	return d, os.Remove(recordPath(name))
}
