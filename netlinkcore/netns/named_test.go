package netns_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/netlark/netlark/netlinkcore/netns"
)

func TestCheckName(t *testing.T) {
	for _, name := range []string{"a", "r1", "-x", "with space", "ünïcode", "...", strings.Repeat("x", 255)} {
		if err := netns.CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", ".", "..", "a/b", "/", "a\n", "\x00", "\x7f", strings.Repeat("x", 256)} {
		if netns.CheckName(name) == nil {
			t.Errorf("%q passes", name)
		}
		for verb, err := range map[string]error{"Create": second(netns.Create(name)), "Open": second(netns.Open(name)), "Delete": netns.Delete(name)} {
			if err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s(%q): %v", verb, name, err)
			}
		}
	}
}

func second(_ *netns.NS, err error) error { return err }

// Without names, and before the directory is made, the list is empty.
func TestListEmpty(t *testing.T) {
	if names, err := netns.List(); err != nil || len(names) != 0 {
		t.Errorf("List = %q, %v", names, err)
	}
}

// create makes a namespace that is deleted with the test.
func create(t *testing.T, name string) *netns.NS {
	t.Helper()
	n, err := netns.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.Close()
		if err := netns.Delete(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	})
	return n
}

func TestNamed(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home := here(t)
	b, a := create(t, "b"), create(t, "a")
	if here(t) != home {
		t.Fatal("Create moved the thread")
	}
	if names, err := netns.List(); err != nil || !slices.Equal(names, []string{"a", "b"}) {
		t.Errorf("List = %q, %v", names, err)
	}
	again, err := netns.Open("a")
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if same, err := again.Equal(a); !same || err != nil {
		t.Errorf("Open found another namespace than Create made (%v)", err)
	}
	if same, _ := again.Equal(b); same || again.Name() != "a" {
		t.Errorf("Open(a) is b, or has the name %q", again.Name())
	}
	if _, err := netns.Create("a"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second Create: %v", err)
	}
	if err := netns.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if err := again.Do(func() error { return nil }); err != nil {
		t.Errorf("an open namespace does not outlive its name: %v", err)
	}
}

// A new name has no quotes. One that somebody gave can be used all the same.
func TestQuotes(t *testing.T) {
	for _, name := range []string{`a"b`, "a'b", "a`b"} {
		if _, err := netns.Create(name); err == nil || !strings.Contains(err.Error(), "quote") {
			t.Errorf("Create(%q): %v", name, err)
		}
		if _, err := netns.Open(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q): %v", name, err)
		}
	}
}

func TestNotExist(t *testing.T) {
	if _, err := netns.Open("nix"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), `"nix"`) {
		t.Errorf("Open: %v", err)
	}
	if err := netns.Delete("nix"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Delete: %v", err)
	}
}

func TestLeftover(t *testing.T) {
	create(t, "first") // makes the directory
	file := filepath.Join(netns.Dir, "crashed")
	if err := os.WriteFile(file, nil, 0); err != nil {
		t.Fatal(err)
	}
	_, err := netns.Create("crashed")
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("Create: %v", err)
	}
	if _, err := netns.Open("crashed"); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("Open: %v", err)
	}
	if err := netns.Delete("crashed"); err != nil {
		t.Errorf("Delete: %v", err)
	}
	create(t, "crashed")
}

// Container engines leave symbolic links to /proc/PID/ns/net there.
func TestSymlink(t *testing.T) {
	create(t, "first")
	if err := os.Symlink("/proc/self/ns/net", filepath.Join(netns.Dir, "link")); err != nil {
		t.Fatal(err)
	}
	n, err := netns.Open("link")
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if mustID(t, n) != here(t) {
		t.Error("the link leads elsewhere")
	}
	if err := netns.Delete("link"); err != nil {
		t.Errorf("Delete: %v", err)
	}
}

func TestDeleteForeign(t *testing.T) {
	create(t, "first")
	dir := filepath.Join(netns.Dir, "dir")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(dir)
	if err := netns.Delete("dir"); err == nil {
		t.Error("a directory was deleted")
	}
}

// mounts returns what is mounted on netns.Dir, the topmost last.
func mounts(t *testing.T) []string {
	t.Helper()
	info, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	var on []string
	for line := range strings.Lines(string(info)) {
		if strings.Fields(line)[4] == netns.Dir {
			on = append(on, line)
		}
	}
	return on
}

// The directory is a shared mount of itself, so that names go and come in all
// mount namespaces, and only one.
func TestDir(t *testing.T) {
	create(t, "first")
	before := mounts(t)
	create(t, "second")
	if after := mounts(t); !slices.Equal(before, after) {
		t.Errorf("the second name changed the mounts from %q to %q", before, after)
	}
	top := before[len(before)-1]
	if f := strings.Fields(top); f[3] != "/netns" || !strings.HasPrefix(f[6], "shared:") {
		t.Errorf("not a shared mount of itself: %s", top)
	}
	if st, err := os.Stat(netns.Dir); err != nil || st.Mode().Perm() != 0o755 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

func ip(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("ip(8) is not installed")
	}
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("ip %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestInterop(t *testing.T) {
	ours := create(t, "ours")
	ip(t, "netns", "add", "theirs")
	list := strings.Fields(ip(t, "netns", "list"))
	slices.Sort(list)
	if names, err := netns.List(); err != nil || !slices.Equal(names, list) || len(names) != 2 {
		t.Errorf("List = %q, %v; ip netns list = %q", names, err, list)
	}
	theirs, err := netns.Open("theirs")
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	if same, err := ours.Equal(theirs); same || err != nil {
		t.Errorf("ours is theirs (%v)", err)
	}
	if err := theirs.Do(func() error { return exec.Command("ip", "link", "set", "lo", "up").Run() }); err != nil {
		t.Error(err)
	}
	if out := ip(t, "netns", "exec", "theirs", "ip", "link", "show", "lo"); !strings.Contains(out, ",UP") {
		t.Errorf("what Do changed is not seen by ip:\n%s", out)
	}
	if out := ip(t, "-n", "ours", "link", "show", "lo"); strings.Contains(out, ",UP") {
		t.Errorf("ours was changed:\n%s", out)
	}
	ip(t, "netns", "delete", "ours")
	if err := netns.Delete("theirs"); err != nil {
		t.Error(err)
	}
	if names, err := netns.List(); err != nil || len(names) != 0 {
		t.Errorf("List after removal = %q, %v", names, err)
	}
	if out := ip(t, "netns", "list"); out != "" {
		t.Errorf("ip netns list after removal = %q", out)
	}
}

// All tests of names again as root of a user namespace, made by root and by
// nobody.
func TestRootless(t *testing.T) {
	if os.Getenv(nestedVar) != "" {
		t.Skip("is itself within the user namespace")
	}
	if max, err := os.ReadFile("/proc/sys/user/max_user_namespaces"); err != nil || strings.TrimSpace(string(max)) == "0" {
		t.Skipf("user namespaces are off: max_user_namespaces is %q, %v", max, err)
	}
	args := []string{"-test.run=^Test(ListEmpty|Named|NotExist|Leftover|Symlink|Dir|Interop|Identity|Do)$", "-test.count=1"}
	nobody := self(stageNobody, args...)
	nobody.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	for name, cmd := range map[string]*exec.Cmd{"root": userCommand(args...), "nobody": nobody} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Run(); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
		})
	}
}
