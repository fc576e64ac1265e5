package object_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

var families = []object.Family{link.Type, route.Type}

// An object is kept with its family, and found again among others.
func TestRefAsJSON(t *testing.T) {
	dst := netip.MustParsePrefix("10.0.0.0/8")
	for want, r := range map[string]object.Ref{
		`{"family":"link","object":{"name":"v0","kind":{"name":"veth","peer":{"name":"v1"}},"up":false}}`: link.Type.Ref(&link.Link{
			Name: "v0", Up: opt.Of(false), Kind: &link.Veth{Peer: named("v1")}}),
		`{"family":"route","object":{"dst":"10.0.0.0/8","dev":"v0"}}`: route.Type.Ref(&route.Route{Dst: dst, Dev: rt.DevName("v0")}),
	} {
		text, err := json.Marshal(r)
		if err != nil || string(text) != want {
			t.Errorf("%s is %s, %v; want %s", r, text, err, want)
		}
		back, err := object.ReadRef(families, text)
		if err != nil || back.Family != r.Family || !r.Table().Equal(back.Ptr(), r.Ptr()) {
			t.Errorf("%s became %v, %v", r, back, err)
		}
	}
	if text, err := json.Marshal(object.Ref{}); err != nil || string(text) != "null" {
		t.Errorf("no object is %s, %v", text, err)
	}
}

func TestReadRefRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                                       "offset 0: the text ends where an object should be",
		`{"family":"`:                            "offset 11: the text ends where the end of a string should be",
		`{"famly":"x"}`:                          `"famly" where an object has its family`,
		`{"object":{},"family":"link"}`:          `"object" where an object has its family`,
		`{"family":"link","family":"link"}`:      `"family" where an object has its family`,
		`{}`:                                     "an object without its family",
		`{"family":"link"}`:                      "or without itself",
		`{"family":"rule","object":{}}`:          `no family is called "rule"`,
		`{"family":"link","object":{"mtu":-1}}`:  "link.mtu: -1 is out of range",
		`{"family":"link","object":{"nope":1}}`:  `link."nope": link has no such attribute`,
		`{"family":"link","object":{"kind":{}}}`: `link.kind: has no member "name"`,
		`{"family":"link","object":{}} {}`:       "offset 30: found '{', want nothing more",
		`{"family":"link","object":{"kind":{"name":"odd","id":7}}}`: `link.kind: "odd" is not defined, and so has no "id"`,
	} {
		if _, err := object.ReadRef(families, []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
