package sysctl_test

import (
	"errors"
	"strings"
	"testing"

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
