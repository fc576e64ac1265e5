package rt

import "github.com/netlark/netlark/netlinkcore/attr"

// BridgePortStates are the states that the spanning tree protocol gives the ports
// of a bridge, and VLANs of such a port.
var BridgePortStates = attr.Enum{{0, "disabled"}, {1, "listening"}, {2, "learning"}, {3, "forwarding"}, {4, "blocking"}}

// MulticastRouters say whether a multicast router is behind a bridge's port. A
// bridge itself takes the first three.
var MulticastRouters = attr.Enum{{0, "never"}, {1, "auto"}, {2, "always"}, {3, "temp"}}
