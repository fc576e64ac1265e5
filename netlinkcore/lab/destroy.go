package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// Destroy takes away all that a lab made, by its record: the script is not
// needed. It returns how many namespaces went. A lab that is not there is
// ErrNoLab.
func Destroy(_ context.Context, name string) (int, error) {
	if err := checkName("lab", name, maxLab); err != nil {
		return 0, err
	}
	if _, err := os.Stat(filepath.Join(Dir, name)); err != nil {
		return 0, ErrNoLab
	}
	lock, err := hold(name)
	if err != nil {
		return 0, err
	}
	defer lock.release()
	r, err := readRecord(name)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, p := range r.Pins {
		if e := p.delete(); e != nil {
			err = errors.Join(err, e)
			continue
		}
		n++
	}
	if err != nil {
		return n, err
	}
	return n, os.RemoveAll(filepath.Join(Dir, name))
}

// ErrNoLab says that no lab with a name is there.
var ErrNoLab = errors.New("no such lab is there")

// Pins returns the namespaces of a lab that was applied; ErrNoLab if none was.
func Pins(name string) ([]Pin, error) {
	if err := checkName("lab", name, maxLab); err != nil {
		return nil, err
	}
	r, err := readRecord(name)
	if err == nil && len(r.Pins) == 0 {
		err = ErrNoLab
	}
	return r.Pins, err
}
