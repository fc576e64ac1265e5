package link

import "github.com/netlark/netlark/netlinkcore/attr"

// WireGuard is a WireGuard tunnel (drivers/net/wireguard). Its keys and peers
// are not rtnetlink's.
type WireGuard struct{}

// KindName returns "wireguard".
func (*WireGuard) KindName() string { return "wireguard" }

var _ = kind("wireguard", "WireGuard tunnel; keys and peers are set by other means", func(*WireGuard) []attr.Field { return plainSaid() }).
	Lost("its keys and peers are set by other means")
