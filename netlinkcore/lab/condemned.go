package lab

import (
	"context"
	"errors"
	"io/fs"

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
	var err error
	for i, s := range sites {
		var e error
		if opened[i], e = netns.Open(s.NetNS); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	err = errors.Join(err, cores.Each(len(sites), func(i int) (err error) {
		opened[i], err = sites[i].same(opened[i])
		return err
	}))
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

// same returns a namespace if it is still the one that the lab made, and else
// closes it and returns nil, as for nil.
func (s *Site) same(ns *netns.NS) (*netns.NS, error) {
	if ns == nil {
		return nil, nil
	}
	if id, err := ns.ID(); err != nil || !s.is(id) {
		return nil, errors.Join(err, ns.Close())
	}
	return ns, nil
}

// delete takes the names away, and returns how many there were.
func (c *condemned) delete() (int, error) {
	for i, name := range c.names {
		if err := netns.Delete(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return i, err
		}
	}
	return len(c.names), nil
}

func (c *condemned) close() {
	for _, ns := range c.spaces {
		_ = ns.Close() // only read from
	}
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
