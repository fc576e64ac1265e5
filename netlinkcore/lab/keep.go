package lab

import (
	"errors"
	"os"
	"reflect"
	"slices"

	"github.com/netlark/netlark/netlinkcore/internal/cores"
)

// keep writes down, by write, what the lab is now.
func (c *Change) keep(write func(*Record) error) error {
	r, err := c.tell()
	if err != nil {
		return err
	}
	if err := write(r); err != nil {
		return err
	}
	c.record = r
	return nil
}

// tell is the record of what the lab is, once all its namespaces are there.
func (c *Change) tell() (*Record, error) {
	r := &Record{Lab: c.Lab.Name, Seed: c.Lab.Seed, DAD: c.Lab.DAD}
	sites := make([]*Site, len(c.sites))
	err := cores.Each(len(sites), func(i int) (err error) {
		sites[i], err = c.known(i)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, s := range sites {
		if s != nil {
			r.Sites = append(r.Sites, s)
		}
	}
	for _, s := range c.Drop {
		gone := *s
		gone.Drop = true
		r.Sites = append(r.Sites, &gone) // until it is
	}
	r.Once, err = c.ran()
	return r, err
}

// known is what the record says of a site; nil if there is nothing to say.
func (c *Change) known(i int) (*Site, error) {
	s := c.sites[i]
	if s.transit {
		return nil, nil
	}
	known, err := s.identify()
	if err != nil {
		return nil, err
	}
	known.now = c.Plan.Formers[i]
	for _, a := range c.Lab.adoptions {
		if a.node == s.node {
			known.Adopted = append(known.Adopted, c.adopted[a])
		}
	}
	if !s.declared && len(known.now) == 0 {
		return nil, nil
	}
	return known, nil
}

// A draft is a record that is written while what it tells of is being done: most of what
// it says is known before, and to write down very many objects takes a while.
type draft struct {
	record *Record
	done   chan struct{} // closed when it is written, or err says why not
	err    error
	used   bool // its file is no draft any more
}

// beginRecord begins to write what the lab will be; nil: it will have no record.
func (c *Change) beginRecord() (*draft, error) {
	r, err := c.tell()
	if err != nil || len(r.Sites) == 0 {
		return nil, err
	}
	f, err := beginFile(recordPath(r.Lab)) // here, as threads may see other files
	if err != nil {
		return nil, err
	}
	d := &draft{record: r, done: make(chan struct{})}
	go func() {
		defer close(d.done)
		d.err = errors.Join(r.writeTo(f), f.Close())
	}()
	return d, nil
}

// supersede makes a record the one that counts while a journal is there: by the draft's
// file, if that says the same.
func (d *draft) supersede(r *Record) error {
	if err := setAside(r.Lab); err != nil {
		return err
	}
	if d == nil {
		return r.restore()
	}
	if <-d.done; d.err != nil || !r.says(d.record) {
		return r.restore()
	}
	d.used = true
	return os.Rename(recordPath(r.Lab)+half, recordPath(r.Lab))
}

// drop ends a draft, of which nothing stays if it was not used.
func (d *draft) drop() {
	if d == nil || d.used {
		return
	}
	<-d.done
	_ = os.Remove(recordPath(d.record.Lab) + half) // which is not there if another one was written
}

// says reports whether two records of a lab say the same.
func (r *Record) says(other *Record) bool {
	return reflect.DeepEqual(r.Once, other.Once) && slices.EqualFunc(r.Sites, other.Sites, func(a, b *Site) bool {
		same := len(a.now) == len(b.now) && (len(a.now) == 0 || &a.now[0] == &b.now[0])
		plainA, plainB := *a, *b
		plainA.now, plainB.now = nil, nil
		return same && reflect.DeepEqual(plainA, plainB)
	})
}
