package sysctl_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/sysctl"
)

func TestPaths(t *testing.T) {
	table := sysctl.Type.Table()
	for path, good := range map[string]bool{"net.ipv4.ip_forward": true, "net/ipv4/conf/a.b/forwarding": true, "kernel.hostname": false,
		"net/../kernel/hostname": false, "net//ipv4": false, "/net/ipv4": false, "net/": false, "net": false, "net/./ipv4/ip_forward": false} {
		err := table.Put(&attr.Put{}, table.New(), table.Lookup("path"), attr.TextValue(path))
		if (err == nil) != good {
			t.Errorf("%s: %v", path, err)
		}
	}
}
