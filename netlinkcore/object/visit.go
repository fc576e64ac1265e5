package object

import (
	"errors"

	"golang.org/x/sys/unix"
)

// A Visit is the stay of a thread in a namespace, for what is done there with
// files.
type Visit struct{ dirs map[string]int }

// Visit runs fn on a thread that is in the namespace.
func (s *Scope) Visit(fn func(v *Visit) error) error {
	return s.Do(func() error {
		v := &Visit{}
		return errors.Join(fn(v), v.close())
	})
}

// Dir returns the descriptor of a directory, which is open until the Visit ends. A
// directory that differs between namespaces, such as /proc/sys/net, takes the
// kernel the longer to find the more namespaces have theirs in its cache.
func (v *Visit) Dir(path string) (int, error) {
	if fd, ok := v.dirs[path]; ok {
		return fd, nil
	}
	fd, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if v.dirs == nil {
		v.dirs = map[string]int{}
	}
	v.dirs[path] = fd
	return fd, nil
}

func (v *Visit) close() (err error) {
	for _, fd := range v.dirs {
		err = errors.Join(err, unix.Close(fd))
	}
	return err
}
