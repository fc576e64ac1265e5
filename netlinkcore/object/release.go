package object

import (
	"sync"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// running is the release of the kernel. One that does not tell is taken for the
// newest.
var running = sync.OnceValue(func() attr.Release {
	newest := attr.Release{Major: 1 << 30}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return newest
	}
	r, err := attr.ParseRelease(unix.ByteSliceToString(u.Release[:]))
	if err != nil {
		return newest
	}
	return r
})
