package object

import (
	"sync"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/procfs"
)

// A Visit is the stay of a thread in a namespace, for what is done there with
// files.
type Visit struct {
	s    *Scope
	open bool
	dir  int
}

// Visit runs fn on a thread that is in the namespace.
func (s *Scope) Visit(fn func(v *Visit) error) error {
	return s.Do(func() error {
		v := &Visit{s: s}
		defer v.close()
		return fn(v)
	})
}

// Settings returns the descriptor of the namespace's /proc/sys/net, which is open
// until the Visit ends.
func (v *Visit) Settings() (dir int, err error) {
	if !v.open {
		if v.dir, err = v.s.settings.tree().Net(); err != nil {
			return -1, err
		}
		v.open = true
	}
	return v.dir, nil
}

func (v *Visit) close() {
	if v.open {
		_ = unix.Close(v.dir) // a path
	}
}

// settings is by which way a Scope comes to its namespace's settings.
type settings struct {
	mu sync.Mutex
	by *procfs.Tree // nil: nobody asked
}

func (s *settings) tree() *procfs.Tree {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil {
		s.by = procfs.Join()
	}
	return s.by
}

func (s *settings) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by != nil {
		s.by.Leave()
		s.by = nil
	}
}
