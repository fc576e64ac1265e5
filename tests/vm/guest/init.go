package guest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/netlark/netlark/tests/vm/frame"
	"golang.org/x/sys/unix"
)

// runInit is the life of pid 1. It returns when the VM is to end.
func runInit() {
	boot, port, err := reachHost()
	if err != nil {
		fmt.Println("init:", err) // on the console, which the host shows if the VM dies
		return
	}
	out := frame.NewWriter(port)
	if err := settle(boot); err != nil {
		_ = out.Send(frame.Fatal, []byte(err.Error()))
		time.Sleep(time.Second) // for the host to read it
		return
	}
	if err := out.Send(frame.Hello, nil); err != nil {
		return
	}
	serve(port, out)
}

// reachHost does what it takes to talk with the host.
func reachHost() (*frame.Boot, *os.File, error) {
	text, err := os.ReadFile(BootFile)
	if err != nil {
		return nil, nil, err
	}
	var boot frame.Boot
	if err := json.Unmarshal(text, &boot); err != nil {
		return nil, nil, err
	}
	for _, m := range []mountpoint{
		{typ: "proc", dir: "/proc"}, {typ: "sysfs", dir: "/sys"}, {typ: "devtmpfs", dir: "/dev"},
	} {
		if err := m.mount(""); err != nil {
			return nil, nil, err
		}
	}
	for _, file := range boot.Modules {
		if err := insert("/" + file); err != nil {
			return nil, nil, err
		}
	}
	port, err := openPort()
	return &boot, port, err
}

// openPort waits for the port to the host: drivers probe in their own time.
func openPort() (*os.File, error) {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		names, _ := filepath.Glob("/sys/class/virtio-ports/*/name")
		for _, file := range names {
			name, _ := os.ReadFile(file)
			if strings.TrimSpace(string(name)) != PortName {
				continue
			}
			if port, err := os.OpenFile("/dev/"+filepath.Base(filepath.Dir(file)), os.O_RDWR, 0); err == nil {
				return port, nil
			}
		}
	}
	return nil, fmt.Errorf("no virtio port %q", PortName)
}

// settle turns the initramfs into the system that programs see.
func settle(boot *frame.Boot) error {
	if err := mountRoot(boot); err != nil {
		return err
	}
	if err := makeNodes(newRoot + "/dev"); err != nil {
		return err
	}
	if err := makeHome(); err != nil {
		return err
	}
	if err := switchRoot(); err != nil {
		return err
	}
	for file, value := range settings {
		if err := os.WriteFile("/proc/sys/"+file, []byte(value), 0); err != nil {
			return err
		}
	}
	if err := unix.Sethostname([]byte("vmrun")); err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return fmt.Errorf("set lo up: %w", err)
	}
	if len(boot.Load) > 0 && runModprobe(boot.Load) != 0 {
		return fmt.Errorf("load %s: see the console", strings.Join(boot.Load, ", "))
	}
	return nil
}

// settings are what differs from the kernel's own defaults.
var settings = map[string]string{
	"kernel/modprobe": modprobe,
	// A loaded tunnel module would put its fall-back device (gre0, sit0, …)
	// into every fresh namespace, and tests could not tell their own links.
	"net/core/fb_tunnels_only_for_init_net": "1",
}

func switchRoot() error {
	if err := os.Chdir(newRoot); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move the root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return fmt.Errorf("chroot: %w", err)
	}
	return os.Chdir("/")
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req)
}
