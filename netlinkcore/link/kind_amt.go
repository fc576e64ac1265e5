package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// AMT is a gateway or relay of automatic multicast tunneling (RFC 7450).
type AMT struct {
	attr.Extra
	Mode, MaxTunnels         opt.Value[uint32]
	RelayPort, GatewayPort   opt.Value[uint16]
	Parent                   rt.Dev
	Local, Remote, Discovery netip.Addr
}

// KindName returns "amt".
func (*AMT) KindName() string { return "amt" }

var amtModes = attr.Enum{{0, "gateway"}, {1, "relay"}}

var _ = kind("amt", "automatic multicast tunneling (RFC 7450)", func(v *AMT) []attr.Field {
	ip := func(id uint16, name string, p *netip.Addr, doc string) attr.Field {
		return attr.Addr(id, name, p, doc).Holding(unix.AF_INET)
	}
	return []attr.Field{
		attr.Uint32(uapi.IFLA_AMT_MODE, "mode", &v.Mode, "role").Words(amtModes).Range(0, 1).CreateOnly(),
		attr.BE16(uapi.IFLA_AMT_RELAY_PORT, "relay_port", &v.RelayPort, "UDP port of the relay").CreateOnly().Default(2268),
		attr.BE16(uapi.IFLA_AMT_GATEWAY_PORT, "gateway_port", &v.GatewayPort, "UDP port of the gateway").CreateOnly().Default(2268),
		attr.Device(uapi.IFLA_AMT_LINK, "parent", &v.Parent, "device underneath").CreateOnly(),
		ip(uapi.IFLA_AMT_LOCAL_IP, "local", &v.Local, "outer source address").CreateOnly(),
		ip(uapi.IFLA_AMT_DISCOVERY_IP, "discovery", &v.Discovery, "where a gateway asks for relays").CreateOnly(),
		ip(uapi.IFLA_AMT_REMOTE_IP, "remote", &v.Remote, "relay that was found").Counter(),
		attr.Uint32(uapi.IFLA_AMT_MAX_TUNNELS, "max_tunnels", &v.MaxTunnels, "most tunnels of a relay").Default(128),
		attr.Unknown(&v.Extra),
	}
})
