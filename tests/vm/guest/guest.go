// Package guest is what runs inside the VM besides the tests: init, which
// starts programs on the host's orders, and modprobe.
//
// The host's root directory becomes the guest's, read-only, so that test
// binaries, their test data, ip and tc are there under the same paths. What
// has to be writable is tmpfs.
package guest

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Names that the host's side and init share.
const (
	BootFile = "/boot.json" // in the initramfs: frame.Boot
	PortName = "vmrun"      // the virtio-serial port
	HostTag  = "host"       // the 9p mount that becomes the root
	InitEnv  = "VMRUN_INIT" // on the kernel's command line, so in init's environment
)

// Home holds what init itself needs in the guest's root. It is below /dev
// because tests cover /run and /tmp with file systems of their own.
const (
	Home       = "/dev/vmrun"
	kernelDir  = Home + "/kernel"
	modprobe   = Home + "/modprobe"
	initFile   = "/init"
	newRoot    = "/newroot"
	rootMounts = "trans=virtio,version=9p2000.L,msize=512000,"
)

// TakeOver plays init or modprobe, and does not return, if that is what the
// process was started as. Every program that starts VMs calls it first, since
// the guest runs the same executable.
func TakeOver() {
	switch {
	case os.Getpid() == 1 && os.Getenv(InitEnv) != "":
		runInit()
		restart()
	case os.Args[0] == modprobe:
		os.Exit(runModprobe(os.Args[1:]))
	}
}

// restart ends the VM: the host starts QEMU such that a restart is an exit.
func restart() {
	unix.Sync()
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
	select {}
}

// ConfigPath returns where programs in the guest find the kernel's file of
// that name.
func ConfigPath(name string) string { return filepath.Join(kernelDir, name) }
