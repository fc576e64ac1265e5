package lab

import (
	"context"
	"path"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/sysctl"
)

// confs are where devices have settings: a device that comes into a namespace begins
// with the default ones.
var confs = []string{"net/ipv4/conf/", "net/ipv6/conf/"}

// settingsOf are the settings of a device that are not as if it had just come. Its
// IPv6 MTU follows that of the device.
func settingsOf(ctx context.Context, s *object.Scope, device string) (out []object.Ref, err error) {
	for _, below := range confs {
		defaults, err := sysctl.Collect(ctx, s, below+"default")
		if err != nil {
			return nil, err
		}
		usual := make(map[string]string, len(defaults))
		for _, v := range defaults {
			usual[path.Base(v.Path.Or(""))] = v.Value.Or("")
		}
		own, err := sysctl.Collect(ctx, s, below+device)
		if err != nil {
			return nil, err
		}
		for _, v := range own {
			if name := path.Base(v.Path.Or("")); name != "mtu" && usual[name] != v.Value.Or("") {
				out = append(out, sysctl.Ref(v))
			}
		}
	}
	return out, nil
}
