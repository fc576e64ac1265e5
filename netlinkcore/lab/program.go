package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Start calls start, which starts a program, on a thread that is in the node for
// good; what start starts in goroutines runs elsewhere. See Enter.
func (s *Site) Start(start func() error) error {
	d, err := s.door()
	if err != nil {
		return err
	}
	defer d.ns.Close()
	if d.mounts, err = openMounts(); err != nil {
		return err
	}
	defer d.mounts.close()
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its namespaces
		err := d.enter()
		if err == nil {
			err = start()
		}
		done <- err
	}()
	return <-done
}

// Enter puts the calling thread into the node for good; the caller has locked it.
// Programs that it starts, or becomes, have the node's name as host name, in
// /etc/hosts the nodes of the lab, and in /sys the devices of the node. In a bare
// node only the network namespace is another.
func (s *Site) Enter() error {
	d, err := s.door()
	if err != nil {
		return err
	}
	defer d.ns.Close()
	return d.enter()
}

// A door is how a thread gets into a node: what is named by paths is found before, as
// the caller's thread sees them.
type door struct {
	site   *Site
	ns     *netns.NS
	hosts  string  // the file
	mounts *mounts // of the caller; nil: the thread has them
}

func (s *Site) door() (*door, error) {
	ns, err := netns.Open(s.NetNS)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("node %q is gone: %w", s.Node, err)
	}
	if err != nil {
		return nil, err
	}
	d := &door{site: s, ns: ns}
	id, err := ns.ID()
	if err == nil && !s.is(id) {
		err = fmt.Errorf("namespace %q is not the one that the lab made", s.NetNS)
	}
	if err == nil && !s.Bare {
		d.hosts, err = s.hosts()
	}
	if err != nil {
		return nil, errors.Join(err, ns.Close())
	}
	return d, nil
}

// enter puts the calling thread into the node.
func (d *door) enter() error {
	if err := d.mounts.enter(); err != nil {
		return err
	}
	if err := unix.Setns(d.ns.FD(), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter node %q: %w", d.site.Node, err)
	}
	if d.site.Bare {
		return nil
	}
	return d.site.furnish(d.hosts)
}

// furnish gives the thread a host name and mounts of its own.
func (s *Site) furnish(hosts string) error {
	if err := unix.Unshare(unix.CLONE_NEWUTS | unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("node %q: host name and mounts of its own: %w", s.Node, err)
	}
	if err := unix.Sethostname([]byte(s.Node)); err != nil {
		return fmt.Errorf("node %q: host name: %w", s.Node, err)
	}
	// What is mounted later on the machine shows in the node, and not the other
	// way round.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
		return fmt.Errorf("node %q: mounts of its own: %w", s.Node, err)
	}
	// A user namespace may not be allowed to: then /sys shows the devices that
	// it showed before.
	_ = unix.Mount(s.NetNS, "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	err := unix.Mount(hosts, etcHosts, "", unix.MS_BIND, "")
	if err != nil && !errors.Is(err, unix.ENOENT) { // a machine may have no such file
		return fmt.Errorf("node %q: %s: %w", s.Node, etcHosts, err)
	}
	return nil
}

const etcHosts = "/etc/hosts"

// hosts is the file of the lab that stands for /etc/hosts, which it writes if it
// is not as it should be. It is written in place: programs that run have it open.
func (s *Site) hosts() (path string, err error) {
	path = filepath.Join(Dir, s.lab.Lab, "hosts")
	text := s.lab.hostsText()
	if have, err := os.ReadFile(path); err == nil && string(have) == text {
		return path, nil
	}
	return path, os.WriteFile(path, []byte(text), 0o644)
}

// hostsText lists the nodes by their main addresses.
func (r *Record) hostsText() string {
	var b strings.Builder
	b.WriteString("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n")
	for _, s := range r.Sites {
		if s.Address.IsValid() {
			fmt.Fprintf(&b, "%s %s\n", s.Address, s.Node)
		}
	}
	return b.String()
}

// Address is the one by which other nodes know the node: the first global one on
// lo, or else the first; none if none is declared.
func (n *Node) Address() (first netip.Addr) {
	for i := range n.wants {
		a, ok := addr.Type.As(n.wants[i].Object)
		if !ok || n.wants[i].Absent || a.Scope.Or(rt.ScopeGlobal) != rt.ScopeGlobal {
			continue
		}
		own := a.Address.Addr()
		switch {
		case own.IsLoopback() || own.IsLinkLocalUnicast():
		case a.Dev.Name() == "lo":
			return own
		case !first.IsValid():
			first = own
		}
	}
	return first
}
