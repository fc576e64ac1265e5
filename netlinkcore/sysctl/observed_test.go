package sysctl_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/sysctl"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func setting(path, value string) object.Ref {
	return object.Of(sysctl.Type, attr.To(&sysctl.Setting{Path: opt.Of(path), Value: opt.Of(value)}))
}

func named(path string) object.Ref {
	return object.Of(sysctl.Type, attr.To(&sysctl.Setting{Path: opt.Of(path)}))
}

// A setting is the namespace's, not the test's.
func TestSettings(t *testing.T) {
	ns := nstest.New(t)
	other := ns.Another(t)
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	ctx := t.Context()
	if _, err := sysctl.Type.Do(ctx, s, object.Set, setting("net.ipv4.ip_forward", "1")); err != nil {
		t.Fatal(err)
	}
	if out := ns.Sh(t, "cat /proc/sys/net/ipv4/ip_forward"); strings.TrimSpace(out) != "1" {
		t.Errorf("the namespace has %q", out)
	}
	if out := other.Sh(t, "cat /proc/sys/net/ipv4/ip_forward"); strings.TrimSpace(out) != "0" {
		t.Errorf("another namespace has %q", out)
	}
	r, err := sysctl.Type.One(ctx, s, named("net/ipv4/ip_forward"))
	if err != nil || attr.From[sysctl.Setting](r.Ptr()).Value.Or("") != "1" {
		t.Errorf("read back %v, %v", r, err)
	}
	// White space counts as one blank; a dot in a name wants slashes.
	ns.Sh(t, "ip link add name v0.5 type veth peer name v1; echo 4096 8192 16384 > /proc/sys/net/ipv4/tcp_rmem")
	r, err = sysctl.Type.One(ctx, s, named("net.ipv4.tcp_rmem"))
	if err != nil || attr.From[sysctl.Setting](r.Ptr()).Value.Or("") != "4096 8192 16384" {
		t.Errorf("tcp_rmem is %v, %v", r, err)
	}
	if _, err := sysctl.Type.Do(ctx, s, object.Set, setting("net/ipv4/conf/v0.5/forwarding", "0")); err != nil {
		t.Error(err)
	}
	all, err := sysctl.Type.All(ctx, s, named("net.ipv4.conf.lo"))
	if err != nil || len(all) < 20 {
		t.Errorf("%d settings of lo, %v", len(all), err)
	}
}

func TestErrors(t *testing.T) {
	ns := nstest.New(t)
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	_, err := sysctl.Type.Do(t.Context(), s, object.Set, setting("net.ipv4.nope", "1"))
	if object.Code(err) != "not_found" {
		t.Errorf("a setting that is not there: %v", err)
	}
	_, err = sysctl.Type.Do(t.Context(), s, object.Set, setting("net.ipv4.ip_forward", "words"))
	var wrong *object.AttributeError
	if !errors.As(err, &wrong) || wrong.Path != "value" || wrong.Code != "invalid" {
		t.Errorf("a value that the kernel refuses: %v", err)
	}
	if _, err := sysctl.Type.One(t.Context(), s, named("net.ipv4.nope")); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("reading what is not there: %v", err)
	}
	table, path := sysctl.Type.Table(), sysctl.Type.Table().Lookup("path")
	for _, bad := range []string{"", "kernel.hostname", "net", "net/../kernel/hostname", "net//ipv4", "net/ipv4/", "/proc/sys/net/ipv4/ip_forward", "net/./x", "net/a\x00b"} {
		if err := table.Put(&attr.Put{}, table.New(), path, attr.TextValue(bad)); err == nil {
			t.Errorf("%q is taken for a path", bad)
		}
	}
}

// The settings of very many namespaces are looked at by mounts of a few namespaces each: each
// has its own values, also when others' Scopes are closed meanwhile, and no mount is left.
func TestManyNamespaces(t *testing.T) {
	ns := nstest.New(t)
	const path = "net/ipv4/ip_default_ttl"
	ttl := func(i int) string { return strconv.Itoa(40 + i) }
	var others []*nstest.NS
	var scopes []*object.Scope
	for i := range 50 {
		other := ns.Another(t)
		s := object.NewScope(object.Config{Enter: other.Do})
		defer s.Close()
		others, scopes = append(others, other), append(scopes, s)
		if _, err := sysctl.Type.Do(t.Context(), s, object.Set, setting(path, ttl(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range scopes {
		if i%2 == 1 { // it opens again what it needs
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	for i, s := range scopes {
		have, err := sysctl.Type.One(t.Context(), s, named(path))
		if err != nil {
			t.Fatal(err)
		}
		if v := attr.From[sysctl.Setting](have.Ptr()).Value.Or(""); v != ttl(i) {
			t.Errorf("namespace %d has %s, want %s", i, v, ttl(i))
		}
		if out := others[i].Sh(t, "cat /proc/sys/"+path); strings.TrimSpace(out) != ttl(i) {
			t.Errorf("namespace %d has %q, want %s", i, out, ttl(i))
		}
	}
	before := mounts(t)
	for _, s := range scopes {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if after := mounts(t); before < 2 || after > 1 {
		t.Errorf("%d descriptors of mounts of /proc, and %d when all is closed; want some, and one for those to come at most", before, after)
	}
}

// mounts counts this process's descriptors of mounts that are in no directory.
func mounts(t *testing.T) (n int) {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		var fs unix.Statfs_t
		number, _ := strconv.Atoi(fd.Name())
		to, _ := os.Readlink("/proc/self/fd/" + fd.Name())
		if unix.Fstatfs(number, &fs) == nil && fs.Type == unix.PROC_SUPER_MAGIC && to == "/" {
			n++
		}
	}
	return n
}
