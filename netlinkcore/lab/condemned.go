package lab

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/cores"
	"github.com/netlark/netlark/netlinkcore/netns"
)

// condemned are namespaces that are about to go. They are held open until all
// their names are gone: the kernel cleans up from the first one on that nobody
// holds, and every name would have to wait for that.
type condemned struct {
	names  []string
	spaces []*netns.NS
	files  map[nsfile]bool
}

// condemn opens those of a lab's namespaces that are still the ones that it made.
func condemn(sites []*Site) (*condemned, error) {
	c := &condemned{files: map[nsfile]bool{}}
	opened := make([]*netns.NS, len(sites))
	err := cores.EachHere(len(sites), func(i int) (err error) {
		ns, err := netns.Open(sites[i].NetNS)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, netns.ErrLeftover): // of one that was being deleted
			return netns.Sweep(sites[i].NetNS)
		case err != nil:
			return err
		}
		opened[i] = ns
		return nil
	})
	err = errors.Join(err, identify(opened))
	for i, ns := range opened {
		if ns != nil {
			var e error
			opened[i], e = sites[i].same(ns)
			err = errors.Join(err, e)
		}
	}
	for i, ns := range opened {
		if ns == nil {
			continue
		}
		c.names, c.spaces = append(c.names, sites[i].NetNS), append(c.spaces, ns)
		var st unix.Stat_t
		err = errors.Join(err, unix.Fstat(ns.FD(), &st))
		c.files[nsfileOf(&st)] = true
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// identify asks for what identifies namespaces, but for those that are nil.
func identify(list []*netns.NS) error {
	const each = 32
	list = slices.DeleteFunc(slices.Clone(list), func(n *netns.NS) bool { return n == nil })
	chunks := slices.Collect(slices.Chunk(list, each))
	return cores.Each(len(chunks), func(i int) error { return netns.Identify(chunks[i]) })
}

// same returns a namespace if it is still the one that the lab made, and else
// closes it and returns nil.
func (s *Site) same(ns *netns.NS) (*netns.NS, error) {
	if id, err := ns.ID(); err != nil || !s.is(id) {
		return nil, errors.Join(err, ns.Close())
	}
	return ns, nil
}

// delete takes the names away, and returns how many there were.
func (c *condemned) delete() (int, error) {
	var gone atomic.Int64
	err := cores.EachHere(len(c.names), func(i int) error {
		if err := netns.Delete(c.names[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		gone.Add(1)
		return nil
	})
	return int(gone.Load()), err
}

func (c *condemned) close() {
	_ = cores.Each(len(c.spaces), func(i int) error { return c.spaces[i].Close() }) // only read from
}

// remove ends what runs in namespaces of a lab, and deletes them.
func remove(ctx context.Context, sites []*Site) error {
	if len(sites) == 0 {
		return nil
	}
	c, err := condemn(sites)
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := c.endPrograms(ctx); err != nil {
		return err
	}
	_, err = c.delete()
	return err
}
