package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/netlark/netlark/tests/vm/frame"
	"github.com/netlark/netlark/tests/vm/guest"
	"github.com/netlark/netlark/tests/vm/kernel"
)

// commandLine makes the kernel end at the first oops, report itself to the
// console only from warnings on, and leave out what costs time under
// emulation. audit=0 would save more but take NETLINK_AUDIT away.
const commandLine = "console=ttyS0 loglevel=5 panic=-1 oops=panic reboot=t " +
	"mitigations=off nokaslr no_timer_check tsc=reliable rcupdate.rcu_expedited=1 cryptomgr.notests lsm= " +
	guest.InitEnv + "=1 "

// arguments returns QEMU's. The link to the guest is descriptor 3.
func arguments(cfg Config, accel, initrd, console string, shares []frame.Share) []string {
	cpu := "max"
	if accel == "kvm" {
		cpu = "host"
	}
	args := []string{
		"-accel", accel, "-cpu", cpu, "-M", "q35", "-m", or(cfg.Memory, "512M"), "-smp", or(cfg.CPUs, "1"),
		"-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "file:" + console,
		"-kernel", kernel.Image(cfg.Kernel), "-initrd", initrd, "-append", commandLine + cfg.Append,
		"-device", "virtio-serial-pci", "-chardev", "socket,id=link,fd=3",
		"-device", "virtserialport,chardev=link,name=" + guest.PortName,
	}
	args = append(args, fs(frame.Share{Tag: guest.HostTag, Dir: "/"})...)
	for _, s := range shares {
		args = append(args, fs(s)...)
	}
	return args
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// fs returns QEMU's arguments for one directory that the guest mounts by 9p.
func fs(s frame.Share) []string {
	readonly := ",readonly=on"
	if s.Writable {
		readonly = ""
	}
	return []string{
		// multidevs: the files of several host file systems keep apart.
		"-fsdev", fmt.Sprintf("local,id=%s,path=%s,security_model=none,multidevs=remap%s", s.Tag, s.Dir, readonly),
		"-device", fmt.Sprintf("virtio-9p-pci,fsdev=%[1]s,mount_tag=%[1]s", s.Tag),
	}
}

// sharesOf returns the directories that need a mount of their own: the
// writable ones, and the visible ones that the guest covers.
func sharesOf(cfg Config) []frame.Share {
	var shares []frame.Share
	seen := map[string]bool{}
	add := func(dir string, writable bool) {
		if !seen[dir] {
			seen[dir] = true
			shares = append(shares, frame.Share{Tag: fmt.Sprint("share", len(shares)), Dir: dir, Writable: writable})
		}
	}
	for _, dir := range cfg.Writable {
		add(dir, true)
	}
	for _, dir := range cfg.Visible {
		for _, hidden := range guest.Hidden() {
			if dir == hidden || strings.HasPrefix(dir, hidden+"/") {
				add(dir, false)
			}
		}
	}
	return shares
}

// hasKVM reports whether KVM is worth a try. A /dev/kvm whose back end is not
// the CPU's own virtualization accepts machines but never boots a stock
// kernel, so that the device opens proves nothing.
func hasKVM() bool {
	f, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	f.Close()
	drivers, _ := filepath.Glob("/sys/module/kvm_[ia]*") // kvm_intel, kvm_amd
	return len(drivers) > 0
}
