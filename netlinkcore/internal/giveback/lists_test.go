package giveback_test

import "github.com/netlark/netlark/netlinkcore/attr"

// unmakeable are kinds that no test makes, and why.
var unmakeable = map[string]string{
	"dsa": "takes a switch chip", "lowpan": "takes a radio", "netdevsim": "is made by other means",
	"virt_wifi": "takes a radio", "pfcp": "no kernel here has it", "rmnet": "no kernel here has it",
}

// A more is another attribute that one means something with only.
type more struct {
	name  string
	value any
}

// contexts are what attributes are declared with, whether they are or not.
var contexts = map[string][]more{}

// suitable are values of attributes of which the table lets one draw few that mean
// something on a bed.
var suitable = map[string][]attr.Value{
	"addr.peer":   texts("192.0.91.153/24", "2001:db8::5/64"),
	"neigh.state": texts("noarp", "stale"),
}

func texts(all ...string) (out []attr.Value) {
	for _, s := range all {
		out = append(out, attr.TextValue(s))
	}
	return out
}

// loads are commands that load what the kernel does not load for a site by itself.
var loads = map[string]string{"route ila": "ip ila list"}

// unsaid are attributes whose default the kernel does not report on the bed: a size
// table of which nobody asked for.
var unsaid = map[string]bool{"tc.qdisc stab.mtu": true, "tc.qdisc stab.tsize": true}

// excluded are attributes that do not go back, and why. One that does is to be
// taken out.
var excluded = map[string]string{
	"neigh.managed":     "the kernel asks for the neighbour at once, and the answer's state stays",
	"neigh.table.queue": "is kept in bytes, of which a number of packets is not all",

	"link vlan.loose_binding": "one that is loose does not come up with its parent, and is down still when it is loose no longer",
}
