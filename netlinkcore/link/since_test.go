package link_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestNewerThanKernel: the kernel ignores attributes of links that it does not
// know, so they are refused.
func TestNewerThanKernel(t *testing.T) {
	p := verbtest.New(t, "kind:bridge")
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		t.Fatal(err)
	}
	running, err := attr.ParseRelease(unix.ByteSliceToString(u.Release[:]))
	if err != nil {
		t.Fatal(err)
	}
	b := called("b0", &link.Bridge{STPMode: opt.Of[uint32](1)})
	if running.Before(attr.Release{Major: 7, Minor: 1}) {
		p.Refused(object.Add, ref(b), "unsupported", "kind.stp_mode")
		if _, err := link.Type.Get(t.Context(), p.Scope, called("b0", nil)); object.Code(err) != "not_found" {
			t.Errorf("the bridge was made: %v", err)
		}
		return
	}
	p.Must(object.Add, ref(b))
}
