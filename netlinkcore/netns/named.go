package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"unicode"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Dir is where names of namespaces lie, as for `ip netns`.
const Dir = "/run/netns"

func path(name string) string { return Dir + "/" + name }

// ErrLeftover says that under a name stands what an interrupted Create or Delete left:
// Delete and Sweep remove it.
var ErrLeftover = errors.New("empty file, left by a creation that was interrupted: delete it first")

// CheckName returns an error that says what is wrong with name as the name of
// a namespace.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("a namespace's name is empty")
	case name == "." || name == "..":
		return fmt.Errorf("%q cannot be the name of a namespace", name)
	case len(name) > unix.NAME_MAX:
		return fmt.Errorf("name of a namespace has %d bytes, at most %d are possible", len(name), unix.NAME_MAX)
	}
	for _, r := range name {
		if r == '/' {
			return fmt.Errorf("name of namespace %q has a slash", name)
		}
		if unicode.IsControl(r) {
			return fmt.Errorf("name of namespace %q has a control character", name)
		}
	}
	return nil
}

// List returns the names of all namespaces, sorted, as `ip netns list` does:
// files that are no namespace (any more) are among them.
func List() ([]string, error) {
	entries, err := os.ReadDir(Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// CreateAnonymous makes a namespace without a name. It lives as long as
// something uses it: the NS, a process, a socket.
func CreateAnonymous() (*NS, error) {
	n, err := unshare()
	if err != nil {
		return nil, fmt.Errorf("make namespace: %w", err)
	}
	return n, nil
}

// unshare makes a namespace on the calling goroutine's thread, which comes back.
func unshare() (*NS, error) {
	runtime.LockOSThread()
	home, err := current()
	if err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	defer home.Close()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	h, err := current()
	n := &NS{h: h}
	if err == nil {
		n.id, _ = identify() // or else when somebody asks
	}
	if lost := comeBack(home); lost != nil {
		err = errors.Join(err, lost)
	}
	if err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

// Create makes a namespace called name, which lives until Delete. If the name
// is taken, errors.Is finds fs.ErrExist.
func Create(name string) (*NS, error) {
	if err := free(name); err != nil {
		return nil, err
	}
	// The namespace first, its file last: little time passes between the file
	// and the mount, in which a crash would leave the file alone.
	n, err := unshare()
	if err != nil {
		return nil, fmt.Errorf("make namespace %q: %w", name, err)
	}
	if err := n.Pin(name); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

// Pin gives a namespace without a name one: it lives until Delete of that. If
// the name is taken, errors.Is finds fs.ErrExist.
func (n *NS) Pin(name string) error {
	if err := free(name); err != nil {
		return err
	}
	if err := prepareDir(); err != nil {
		return fmt.Errorf("make %s: %w", Dir, err)
	}
	if err := pin(n.h, name); err != nil {
		return err
	}
	n.name = name
	return nil
}

// free refuses what cannot be the name of a new namespace.
func free(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if strings.ContainsAny(name, "\"'`") { // one that is there can be opened and deleted
		return fmt.Errorf("name of namespace %q has a quote", name)
	}
	if _, err := os.Lstat(path(name)); err == nil {
		return taken(name)
	}
	return nil
}

func taken(name string) error {
	if isLeftover(path(name)) {
		return fmt.Errorf("namespace %q: %w (%w)", name, fs.ErrExist, ErrLeftover)
	}
	return fmt.Errorf("namespace %q: %w", name, fs.ErrExist)
}

// pin gives an open namespace its name.
func pin(h netns.NsHandle, name string) error {
	fd, err := unix.Open(path(name), unix.O_RDONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0)
	if err == unix.EEXIST {
		return taken(name)
	}
	if err != nil {
		return fmt.Errorf("name namespace %q: %w", name, err)
	}
	unix.Close(fd)
	source := "/proc/self/fd/" + strconv.Itoa(int(h))
	if err := unix.Mount(source, path(name), "", unix.MS_BIND, ""); err != nil {
		os.Remove(path(name))
		return fmt.Errorf("mount namespace %q: %w", name, err)
	}
	return nil
}

// prepareDir makes Dir as `ip netns` does (ip/ipnetns.c, netns_add): a shared
// mount of itself, so that names that are made or deleted in one mount
// namespace are in all. The lock is ip's, too: two makers would mount it twice.
func prepareDir() error {
	if err := os.MkdirAll(Dir, 0o755); err != nil {
		return err
	}
	dir, err := os.Open(Dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := unix.Flock(int(dir.Fd()), unix.LOCK_EX); err != nil {
		return err
	}
	if err := unix.Mount("", Dir, "", unix.MS_SHARED, ""); err != unix.EINVAL {
		return err
	}
	// EINVAL: it is no mount point yet.
	if err := unix.Mount(Dir, Dir, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	return unix.Mount("", Dir, "", unix.MS_SHARED|unix.MS_REC, "")
}

// Delete takes the name from a namespace, which dies if nothing else uses it.
// It also removes what an interrupted Create left. If there is no such name,
// errors.Is finds fs.ErrNotExist.
func Delete(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	// EINVAL: nothing is mounted there, the file or link may go.
	err := unix.Unmount(path(name), unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
	if err == nil || err == unix.EINVAL {
		err = unix.Unlink(path(name))
	}
	if err == unix.ENOENT {
		return fmt.Errorf("no namespace is called %q: %w", name, fs.ErrNotExist)
	}
	if err != nil {
		return fmt.Errorf("delete namespace %q: %w", name, err)
	}
	return nil
}

// Sweep removes what an interrupted Create or Delete left under a name: a file
// without a namespace. Anything else stays.
func Sweep(name string) error {
	if err := CheckName(name); err != nil || !isLeftover(path(name)) {
		return err
	}
	return Delete(name)
}

// isLeftover reports whether a file is what stands between the two steps of
// Create: empty, and no mount.
func isLeftover(path string) bool {
	var st unix.Stat_t
	if unix.Lstat(path, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || st.Size != 0 {
		return false
	}
	var sfs unix.Statfs_t
	return unix.Statfs(path, &sfs) == nil && sfs.Type != unix.NSFS_MAGIC
}
