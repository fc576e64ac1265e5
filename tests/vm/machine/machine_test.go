package machine

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netlark/netlark/tests/vm/frame"
	"github.com/netlark/netlark/tests/vm/guest"
	"github.com/netlark/netlark/tests/vm/kernel"
)

func TestMain(m *testing.M) {
	guest.TakeOver() // the guest runs this very binary
	os.Exit(m.Run())
}

func TestComplaints(t *testing.T) {
	text := "[ 1.0] tsc: Unable to calibrate\n" +
		"[ 2.0] WARNING: CPU: 0 PID: 7 at net/core/dev.c:1 f+0x1/0x2\r\n" +
		"[ 2.1] WARNING: CPU: 0 PID: 7 at net/sched/cls_u32.c:871 u32_change+0x46f/0xe90 [cls_u32]\r\n" +
		"[ 2.1] Modules linked in: x\n" +
		"[ 3.0] BUG: kernel NULL pointer dereference, address: 0000000000000000\n" +
		"[ 4.0] unregister_netdevice: waiting for lo to become free. Usage count = 2\n"
	got := complaints(text)
	if len(got) != 3 || !strings.HasPrefix(got[0], "[ 2.0] WARNING") || !strings.HasPrefix(got[2], "[ 4.0]") {
		t.Errorf("got %q, want the three of WARNING, BUG and waiting", got)
	}
}

func TestTroubleIsToldOnce(t *testing.T) {
	c := &console{file: filepath.Join(t.TempDir(), "console")}
	write := func(text string) {
		if err := os.WriteFile(c.file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("WARNING: one\nWARN")
	if got := c.trouble(); len(got) != 1 {
		t.Errorf("got %q, want one", got)
	}
	write("WARNING: one\nWARNING: two\n")
	if got := c.trouble(); len(got) != 1 || got[0] != "WARNING: two" {
		t.Errorf("got %q, want two alone", got)
	}
}

func TestEnvironment(t *testing.T) {
	got := strings.Join(Environment([]string{"PATH=/a", "TMPDIR=/t", "VMRUN_X=1", "HOME=/h"}), " ")
	if got != "PATH=/a HOME=/h PATH=/a:/usr/sbin:/sbin VMRUN_GUEST=1 VMRUN_CONFIG=/dev/vmrun/kernel/config" {
		t.Errorf("got %s", got)
	}
}

func TestSharesAreWhatTheGuestHides(t *testing.T) {
	got := sharesOf(Config{Visible: []string{"/usr/x", "/tmp/x", "/run/y", "/tmpx"}, Writable: []string{"/home/z"}})
	var dirs []string
	for _, s := range got {
		dirs = append(dirs, s.Dir)
	}
	if strings.Join(dirs, " ") != "/home/z /tmp/x /run/y" || !got[0].Writable || got[1].Writable {
		t.Errorf("got %+v", got)
	}
}

// start starts a VM, for the tests that need a real one.
func start(t *testing.T, cfg Config) *Machine {
	t.Helper()
	root, err := kernel.Root()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := kernel.Table(root)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Kernel = filepath.Join(kernel.Cache(root), rows[0].Name)
	if _, err := exec.LookPath("qemu-system-x86_64"); err != nil || !kernel.Prepared(cfg.Kernel) {
		t.Skip("no QEMU or no kernel: tests/vm/deps.sh gets them")
	}
	if _, err := executable(); err != nil {
		t.Skip(err)
	}
	m, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// shell runs a script in a VM.
func shell(ctx context.Context, m *Machine, script string) (stdout, stderr string, st frame.Status, err error) {
	var out, errs strings.Builder
	st, err = m.Run(ctx, Command{
		Program: frame.Program{Args: []string{"/bin/sh", "-c", script}, Env: Environment(os.Environ()), Dir: "/"},
		Stdout:  &out, Stderr: &errs,
	})
	return out.String(), errs.String(), st, err
}

// TestMachine goes through a machine's life in one, as a start takes seconds.
func TestMachine(t *testing.T) {
	shared := t.TempDir()
	m := start(t, Config{Writable: []string{shared}})
	testPrograms(t, m)
	testFiles(t, m, shared)
	testLeftovers(t, m)
	if got := m.Trouble(); got != nil {
		t.Errorf("trouble without reason: %q", got)
	}
	testTrouble(t, m)
}

func testPrograms(t *testing.T, m *Machine) {
	out, errs, st, err := shell(t.Context(), m, "echo out; echo err >&2; id -u; exit 7")
	if out != "out\n0\n" || errs != "err\n" || st.Code != 7 || err != nil {
		t.Errorf("got %q, %q, %+v, %v; want out, root, err and status 7", out, errs, st, err)
	}
	if _, _, st, err = shell(t.Context(), m, "kill -TERM $$"); st.Code != 128+15 || err != nil {
		t.Errorf("status %+v, %v; want 143 for SIGTERM", st, err)
	}
	if _, _, st, err = shell(t.Context(), m, "ip link add type wireguard"); st.Code != 0 || err != nil {
		t.Errorf("status %+v, %v; want a module that loads on demand", st, err)
	}
}

func testFiles(t *testing.T, m *Machine, shared string) {
	_, _, st, err := shell(t.Context(), m, "touch /usr/x && exit 1; touch /tmp/x && echo kept >"+shared+"/file")
	if st.Code != 0 || err != nil {
		t.Errorf("status %+v, %v; want a root that is read-only, but for /tmp", st, err)
	}
	if b, _ := os.ReadFile(shared + "/file"); string(b) != "kept\n" {
		t.Errorf("the host has %q of what was written to a shared directory", b)
	}
}

func testLeftovers(t *testing.T, m *Machine) {
	_, _, st, _ := shell(t.Context(), m, "sleep 100 &")
	if !strings.Contains(st.Note, "left a process behind") {
		t.Errorf("status %+v, want a note on the process left behind", st)
	}
	if out, _, _, _ := shell(t.Context(), m, "grep -l sleep /proc/[0-9]*/comm"); out != "" {
		t.Errorf("processes are left: %q", out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, _, st, err := shell(ctx, m, "trap '' TERM; sleep 100")
	if !errors.Is(err, context.DeadlineExceeded) || st.Code != 128+9 {
		t.Errorf("status %+v, %v; want 137 and the context's error", st, err)
	}
}

func testTrouble(t *testing.T, m *Machine) {
	if _, _, _, err := shell(t.Context(), m, "echo '<4>WARNING: test' >/dev/kmsg"); err != nil {
		t.Error(err)
	}
	if got := m.Trouble(); len(got) != 1 {
		t.Errorf("trouble is %q, want the warning", got)
	}
	_, _, _, err := shell(t.Context(), m, "echo c >/proc/sysrq-trigger; sleep 100")
	if !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), "sysrq triggered crash") {
		t.Errorf("got %v, want the death with the console's last words", err)
	}
}
