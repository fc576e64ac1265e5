package verbtest

import (
	"fmt"
	"log"

	"github.com/netlark/netlark/netlinkcore"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
)

// Sandbox returns a new namespace, for examples: Close ends it.
func Sandbox() *object.Scope {
	ns, err := netns.CreateAnonymous()
	Check(err)
	defer ns.Close()
	s, err := netlinkcore.Open(fmt.Sprintf("/proc/self/fd/%d", ns.FD()))
	Check(err)
	return s
}

// Check ends an example that went wrong.
func Check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
