package export_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/tests/nstest"
)

// Keys are left out of what export writes, unless they are asked for.
func TestSecrets(t *testing.T) {
	nstest.Require(t, "xfrm:esp")
	ns := nstest.New(t)
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	key := bytes.Repeat([]byte{0x5a}, 20)
	err := xfrm.StateType.Add(t.Context(), s, &xfrm.State{
		Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2"), Proto: opt.Of(xfrm.ESP), SPI: opt.Of[uint32](0x100),
		Mode: opt.Of(xfrm.Tunnel), AEAD: &xfrm.AEAD{Name: opt.Of("rfc4106(gcm(aes))"), Key: key, ICV: opt.Of[uint32](128)},
	})
	if err != nil {
		t.Fatal(err)
	}
	const shown = "5a5a5a5a"
	for _, c := range []struct {
		options export.Options
		want    string
		shows   bool
	}{
		{export.Options{}, `secret.from_env("XFRM_STATE_`, false},
		{export.Options{Secrets: true}, `secret("0x5a5a5a5a`, true},
	} {
		text, err := export.Function(t.Context(), &state.Space{Scope: s}, all.Families(), c.options)
		if err != nil || !strings.Contains(text, c.want) || strings.Contains(text, shown) != c.shows {
			t.Errorf("%+v: want %s, got %v:\n%s", c.options, c.want, err, text)
		}
	}
}
