package xfrm_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// A state whose keys the kernel shows as zeros cannot be made again.
func TestStateLosses(t *testing.T) {
	zeros := make([]byte, 20)
	for want, v := range map[string]*xfrm.State{
		"":                                  {AEAD: &xfrm.AEAD{Key: []byte{0, 1}}, Auth: &xfrm.Auth{Key: nil}},
		"the kernel does not show its keys": {Auth: &xfrm.Auth{Key: []byte{7}}, Enc: &xfrm.Enc{Key: zeros}},
	} {
		why := xfrm.StateType.Losses(xfrm.StateType.Ref(v))
		if want == "" && why != nil || want != "" && (len(why) != 1 || why[0] != want) {
			t.Errorf("%q, want %q", why, want)
		}
	}
}
