package guest

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/netlark/netlark/tests/vm/frame"
	"golang.org/x/sys/unix"
)

type mountpoint struct {
	typ, dir, options string
	source            string // typ if empty
	flags             uintptr
	optional          bool // not every kernel has it
}

func (m mountpoint) mount(under string) error {
	source := m.source
	if source == "" {
		source = m.typ
	}
	dir := under + m.dir
	// Without a directory to mount on, mounting says so better.
	_ = os.MkdirAll(dir, 0o755)
	err := unix.Mount(source, dir, m.typ, m.flags, m.options)
	if err != nil && !m.optional {
		return fmt.Errorf("mount %s on %s: %w", source, dir, err)
	}
	return nil
}

// writable is what lies over the host's read-only root.
var writable = []mountpoint{
	{typ: "proc", dir: "/proc"},
	{typ: "sysfs", dir: "/sys"},
	{typ: "devtmpfs", dir: "/dev"},
	{typ: "devpts", dir: "/dev/pts", options: "ptmxmode=666"},
	{typ: "tmpfs", dir: "/dev/shm"},
	{typ: "tmpfs", dir: "/tmp", options: "mode=1777"},
	{typ: "tmpfs", dir: "/run", options: "mode=755"},
	{typ: "tmpfs", dir: "/var/tmp", options: "mode=1777"},
	{typ: "cgroup2", dir: "/sys/fs/cgroup"},
	{typ: "bpf", dir: "/sys/fs/bpf", optional: true},
	{typ: "debugfs", dir: "/sys/kernel/debug", optional: true},
	{typ: "tracefs", dir: "/sys/kernel/tracing", optional: true},
}

// Hidden lists the directories of the host that the guest covers with its
// own; what a program needs from below them has to be shared by name.
func Hidden() []string {
	var dirs []string
	for _, m := range writable {
		if m.typ == "tmpfs" {
			dirs = append(dirs, m.dir)
		}
	}
	return dirs
}

// mountRoot puts the guest's root together under newRoot.
func mountRoot(boot *frame.Boot) error {
	host := mountpoint{
		typ: "9p", source: HostTag, flags: unix.MS_RDONLY, options: rootMounts + "cache=loose",
	}
	if err := host.mount(newRoot); err != nil {
		return err
	}
	// Before /tmp is covered, as the kernel may lie below it.
	kernel := mountpoint{source: newRoot + boot.Kernel, dir: "/kernel", flags: unix.MS_BIND}
	if err := kernel.mount(""); err != nil {
		return err
	}
	for _, m := range writable {
		if err := m.mount(newRoot); err != nil {
			return err
		}
	}
	for _, s := range boot.Shares {
		m := mountpoint{typ: "9p", source: s.Tag, dir: s.Dir, flags: unix.MS_RDONLY, options: rootMounts + "cache=loose"}
		if s.Writable {
			m.flags, m.options = 0, rootMounts+"cache=mmap"
		}
		if err := m.mount(newRoot); err != nil {
			return err
		}
	}
	return nil
}

// nodes are the devices whose modules the kernel loads when they are opened.
// Elsewhere a tool of kmod's makes them at start.
var nodes = []struct {
	name         string
	major, minor uint32
}{
	{"net/tun", 10, 200}, {"ppp", 108, 0}, {"fuse", 10, 229},
	{"vhost-net", 10, 238}, {"vhost-vsock", 10, 241}, {"loop-control", 10, 237},
}

func makeNodes(dev string) error {
	for _, n := range nodes {
		file := filepath.Join(dev, n.name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		err := unix.Mknod(file, unix.S_IFCHR|0o666, int(unix.Mkdev(n.major, n.minor)))
		if err != nil && err != unix.EEXIST {
			return fmt.Errorf("make %s: %w", file, err)
		}
	}
	return nil
}

// makeHome takes the kernel's files and this program over into the new root.
func makeHome() error {
	kernel := mountpoint{source: "/kernel", dir: kernelDir, flags: unix.MS_BIND}
	if err := kernel.mount(newRoot); err != nil {
		return err
	}
	if err := os.WriteFile(newRoot+modprobe, nil, 0o755); err != nil {
		return err
	}
	return unix.Mount(initFile, newRoot+modprobe, "", unix.MS_BIND, "")
}
