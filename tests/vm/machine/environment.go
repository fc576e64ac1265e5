package machine

import (
	"slices"
	"strings"

	"github.com/netlark/netlark/tests/vm/guest"
	"github.com/netlark/netlark/tests/vm/kernel"
	"github.com/netlark/netlark/tests/vm/vmenv"
)

// Environment returns what a program in the guest finds: the host's
// environment, without what does not hold there.
func Environment(host []string) []string {
	env := slices.DeleteFunc(slices.Clone(host), func(kv string) bool {
		return strings.HasPrefix(kv, "TMPDIR=") || strings.HasPrefix(kv, "VMRUN_")
	})
	path := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, kv := range host {
		if p, ok := strings.CutPrefix(kv, "PATH="); ok {
			path = p + ":/usr/sbin:/sbin" // a user's own lacks root's
		}
	}
	return append(env, "PATH="+path, vmenv.Guest+"=1", vmenv.Config+"="+guest.ConfigPath(kernel.ConfigFile))
}
