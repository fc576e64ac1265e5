package capture_test

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/tc"
)

// filters match what the tc command of an older release has no words for.
func filters() (refs []object.Ref) {
	on := opt.Of(true)
	add := func(protocol rt.EtherType, kind tc.FilterKind, actions ...tc.Action) {
		refs = append(refs, tc.FilterType.Ref(&tc.Filter{Dev: rt.DevName("f0"), Parent: opt.Of(tc.AtIngress), Protocol: opt.Of(protocol),
			Priority: opt.Of(uint16(100 + len(refs))), Kind: kind, Actions: actions}))
	}
	add(rt.EtherIPv4, &tc.Flower{Hash: opt.Of(attr.Masked[uint32]{Value: 5, Mask: 0xff})})
	add(rt.EtherIPv4, &tc.Flower{L2Miss: on})
	add(unix.ETH_P_CFM, &tc.Flower{CFMLevel: opt.Of[uint8](5), CFMOpcode: opt.Of[uint8](1)})
	add(rt.EtherIPv4, &tc.Flower{IPProto: opt.Of[uint8](unix.IPPROTO_L2TP), Other: &tc.OtherMatch{L2TPSession: opt.Of[uint32](7)}})
	add(rt.EtherIPv4, &tc.Flower{IPProto: opt.Of[uint8](unix.IPPROTO_ESP), Other: &tc.OtherMatch{SPI: opt.Of(attr.Masked[uint32]{Value: 0x300, Mask: 0xfff})}})
	add(rt.EtherIPv4, &tc.Flower{Tunnel: &tc.TunnelMatch{KeyID: opt.Of[uint32](77), SrcPort: opt.Of(attr.Masked[uint16]{Value: 0x1000, Mask: 0xf000})}})
	add(rt.EtherIPv4, &tc.Flower{Tunnel: &tc.TunnelMatch{KeyID: opt.Of[uint32](77), Checksum: on, DontFragment: opt.Of(false), OAM: on, Critical: opt.Of(false)}})
	add(rt.EtherAll, &tc.MatchAll{}, &tc.Mirred{Operation: opt.Of(tc.Mirror), Block: opt.Of[uint32](5)})
	return refs
}
