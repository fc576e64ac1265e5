package attr

import (
	"errors"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// everything has what scripts cannot write, or not so.
type everything struct {
	Extra
	Big     opt.Value[uint64]
	Signed  opt.Value[int64]
	Rate    opt.Value[uint64]
	Level   opt.Value[uint32]
	Words   opt.Value[uint32]
	On      opt.Value[bool]
	Mark    opt.Value[Mark]
	Ports   opt.Value[Span[uint16]]
	Alias   opt.Value[string]
	Cookie  []byte
	Key     []byte
	Gateway netip.Addr
	Prefix  netip.Prefix
	MAC     MAC
	Dev     Dev
	NS      NetNS
	Prog    Prog
	Labels  []uint32
	Inner   *inner
	List    []inner
	Family  opt.Value[uint8]
}

type inner struct{ N opt.Value[uint8] }

var (
	innerSchema = Define("inner", "", 0, func(v *inner) []Field {
		return []Field{Uint8(1, "n", &v.N, "")}
	})
	everythingSchema = Define("everything", "", 4, func(v *everything) []Field {
		return []Field{
			Family(0, "family", &v.Family, ""),
			Uint64(1, "big", &v.Big, ""),
			Uint64(2, "signed", &v.Signed, ""),
			Uint64(3, "rate", &v.Rate, "").In(Rate),
			Uint32(4, "level", &v.Level, "").Range(2, 7).Words(Enum{{3, "three"}, {4, "three"}}),
			Set(5, "words", &v.Words, Enum{{1, "one"}, {2, "two"}}, ""),
			Bool8(6, "on", &v.On, ""),
			MaskedNumber(7, 8, "mark", &v.Mark, ""),
			Range(9, "ports", &v.Ports, ""),
			String(10, "alias", &v.Alias, "").Range(1, 8),
			Binary(11, "cookie", &v.Cookie, "").Range(1, 4),
			Binary(12, "key", &v.Key, "").Secret(),
			Addr(13, "gateway", &v.Gateway, ""),
			Prefix(14, 1, "prefix", &v.Prefix, ""),
			LinkAddr(15, "mac", &v.MAC, ""),
			Device(16, "dev", &v.Dev, ""),
			Namespace(17, "netns", &v.NS, ""),
			Program(18, "prog", &v.Prog, ""),
			Labels(19, "labels", &v.Labels, ""),
			Nest(20, "inner", &v.Inner, innerSchema, ""),
			List(21, 1, Items, "list", &v.List, innerSchema, ""),
			Unknown(&v.Extra),
		}
	})
)

func mac(b ...byte) MAC { m, _ := MACFrom(b); return m }

func named(name string, index uint32) Dev { return Dev{index, &name} }

// TestJSON keeps values of every wire type: what is read equals what was
// written in all of its memory.
func TestJSON(t *testing.T) {
	for text, v := range map[string]everything{
		`{}`:                                    {},
		`{"big":18446744073709551615}`:          {Big: opt.Of(uint64(math.MaxUint64))},
		`{"big":0}`:                             {Big: opt.Of(uint64(0))},
		`{"signed":-9223372036854775808}`:       {Signed: opt.Of(int64(math.MinInt64))},
		`{"rate":80000}`:                        {Rate: opt.Of(uint64(10000))},
		`{"rate":{"raw":18446744073709551615}}`: {Rate: opt.Of(uint64(math.MaxUint64))},
		`{"level":"three"}`:                     {Level: opt.Of(uint32(3))},
		`{"level":{"raw":4}}`:                   {Level: opt.Of(uint32(4))},
		`{"level":7}`:                           {Level: opt.Of(uint32(7))},
		`{"level":{"raw":9}}`:                   {Level: opt.Of(uint32(9))},
		`{"words":[]}`:                          {Words: opt.Of(uint32(0))},
		`{"words":["one","two",2147483648]}`:    {Words: opt.Of(uint32(1<<31 | 3))},
		`{"on":false}`:                          {On: opt.Of(false)},
		`{"mark":7}`:                            {Mark: opt.Of(Mark{7, math.MaxUint32})},
		`{"mark":"0x7/0xff"}`:                   {Mark: opt.Of(Mark{7, 0xff})},
		`{"ports":"1-2"}`:                       {Ports: opt.Of(Span[uint16]{From: 1, To: 2})},
		`{"ports":{"raw":{"From":2,"To":1,"Mask":0}}}`:         {Ports: opt.Of(Span[uint16]{From: 2, To: 1})},
		`{"alias":"ä\u0001\"\\<"}`:                             {Alias: opt.Of("ä\x01\"\\<")},
		`{"alias":{"raw":"0x"}}`:                               {Alias: opt.Of("")},
		`{"alias":{"raw":"0x61ff"}}`:                           {Alias: opt.Of("a\xff")},
		`{"cookie":"0x0102"}`:                                  {Cookie: []byte{1, 2}},
		`{"cookie":{"raw":"0x"}}`:                              {Cookie: []byte{}},
		`{"key":"0x736563726574"}`:                             {Key: []byte("secret")},
		`{"key":"0x"}`:                                         {Key: []byte{}},
		`{"gateway":"fe80::1"}`:                                {Gateway: netip.MustParseAddr("fe80::1")},
		`{"gateway":{"raw":"::ffff:10.0.0.1"}}`:                {Gateway: netip.MustParseAddr("::ffff:10.0.0.1")},
		`{"prefix":"10.0.0.1/8"}`:                              {Prefix: netip.MustParsePrefix("10.0.0.1/8")},
		`{"prefix":"::ffff:10.0.0.1/104"}`:                     {Prefix: netip.MustParsePrefix("::ffff:10.0.0.1/104")},
		`{"mac":"02:00:00:00:00:01"}`:                          {MAC: mac(2, 0, 0, 0, 0, 1)},
		`{"mac":"02:00:00:00:00:00:00:01"}`:                    {MAC: mac(2, 0, 0, 0, 0, 0, 0, 1)},
		`{"mac":"10.0.0.1"}`:                                   {MAC: mac(10, 0, 0, 1)},
		`{"mac":{"raw":"0x02"}}`:                               {MAC: mac(2)},
		`{"mac":{"raw":"0x00100011001200130014001500160017"}}`: {MAC: mac(0, 16, 0, 17, 0, 18, 0, 19, 0, 20, 0, 21, 0, 22, 0, 23)},
		`{"dev":"eth0"}`:                                       {Dev: DevName("eth0")},
		`{"dev":3}`:                                            {Dev: DevIndex(3)},
		`{"dev":{"name":"eth0","index":3}}`:                    {Dev: named("eth0", 3)},
		`{"dev":{"name":{"raw":"0xff"}}}`:                      {Dev: DevName("\xff")},
		`{"dev":{"index":4294967295}}`:                         {Dev: DevIndex(math.MaxUint32)},
		`{"dev":null}`:                                         {Dev: NoDev},
		`{"netns":"blue"}`:                                     {NS: NSName("blue")},
		`{"prog":"/sys/fs/bpf/x"}`:                             {Prog: Prog{Path: "/sys/fs/bpf/x"}},
		`{"prog":7}`:                                           {Prog: Prog{ID: 7}},
		`{"prog":{"path":"x","id":7}}`:                         {Prog: Prog{Path: "x", ID: 7}},
		`{"labels":[]}`:                                        {Labels: []uint32{}},
		`{"labels":[16,3]}`:                                    {Labels: []uint32{16, 3}},
		`{"inner":{}}`:                                         {Inner: &inner{}},
		`{"inner":{"n":0}}`:                                    {Inner: &inner{opt.Of(uint8(0))}},
		`{"list":[]}`:                                          {List: []inner{}},
		`{"list":[{},{"n":1}]}`:                                {List: []inner{{}, {opt.Of(uint8(1))}}},
		`{"family":4}`:                                         {Family: opt.Of(uint8(2))},
		`{"family":{"raw":4}}`:                                 {Family: opt.Of(uint8(4))},
		`{"family":"mpls"}`:                                    {Family: opt.Of(uint8(28))},
		`{"unknown":["0.7:","3.9:00ff"]}`:                      {Extra: Extra{&[]Raw{{0, 7, []byte{}}, {3, 9, []byte{0, 255}}}}},
	} {
		got, err := everythingSchema.AppendJSON(nil, To(&v))
		if err != nil || string(got) != text {
			t.Errorf("%+v is %s, %v; want %s", v, got, err, text)
			continue
		}
		p, err := everythingSchema.FromJSON(got)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if back := From[everything](p); !reflect.DeepEqual(*back, v) {
			t.Errorf("%s: %+v became %+v", text, v, *back)
		}
	}
}

// TestJSONOfDescriptors refuses what means nothing later.
func TestJSONOfDescriptors(t *testing.T) {
	for path, v := range map[string]everything{
		"everything.netns": {NS: NSFD("blue", 7)},
		"everything.prog":  {Prog: Prog{FD: 7}},
	} {
		_, err := everythingSchema.AppendJSON(nil, To(&v))
		var at *PathError
		if !errors.As(err, &at) || at.Path != path || !strings.Contains(err.Error(), "descriptor") {
			t.Errorf("%v, want an error of %s", err, path)
		}
	}
}

// TestFromJSONRefuses: whatever is wrong is an error that says where.
func TestFromJSONRefuses(t *testing.T) {
	deep := strings.Repeat(`[`, 100)
	for text, want := range map[string]string{
		``:                             "everything: offset 0: the text ends where an object should be",
		`[]`:                           "everything: offset 0: found '[', want an object",
		`{`:                            "everything: offset 1: the text ends where a string should be",
		`{"big":1} x`:                  "everything: offset 10: found 'x', want nothing more",
		`{"big":1,}`:                   "everything: offset 9: found '}', want a string",
		`{"big":1 "on":true}`:          "everything: offset 9: found '\"', want a comma or a closing brace",
		`{"big" 1}`:                    "everything: offset 7: found '1', want a colon",
		`{"nope":1}`:                   `everything."nope": everything has no such attribute`,
		`{"big":1,"big":1}`:            "everything.big: is given twice",
		`{"big":18446744073709551616}`: "everything.big: 18446744073709551616 is out of range",
		`{"big":-1}`:                   "everything.big: -1 is out of range: want 0 to 18446744073709551615",
		`{"big":01}`:                   `everything.big: offset 7: "01" is not a number`,
		`{"big":1.5}`:                  "everything.big: got a number, want a whole number",
		`{"big":"1"}`:                  `everything.big: got "1", want a number`,
		`{"big":nul}`:                  "everything.big: offset 7: found 'n', want a value that is no object",
		`{"big":{}}`:                   `everything.big: an empty object, want one with "raw"`,
		`{"big":{"raw":-1}}`:           "everything.big: json: cannot unmarshal number -1 into Go value of type uint64",
		`{"big":{"cooked":1}}`:         `everything.big: an object with "cooked", want one with "raw" alone`,
		`{"level":9}`:                  "everything.level: 9 is out of range: want 2 to 7",
		`{"alias":"ab`:                 "everything.alias: offset 12: the text ends where the end of a string should be",
		"{\"alias\":\"a\nb\"}":         "everything.alias: offset 11: the string has a control character",
		"{\"alias\":\"\xff\"}":         "everything.alias: offset 9: the string is not UTF-8",
		`{"alias":"\q"}`:               "everything.alias: offset 9: invalid character 'q' in string escape code",
		`{"cookie":"0x1"}`:             "everything.cookie: not hexadecimal digits after 0x, or an odd number of them",
		`{"gateway":"10.0.0.256"}`:     `everything.gateway: "10.0.0.256" is not an IP address`,
		`{"dev":{"mane":"x"}}`:         `everything.dev: an object with "mane", want "name" and "index"`,
		`{"dev":{}}`:                   `everything.dev: an object without "name" and "index"`,
		`{"inner":{"n":256}}`:          "everything.inner.n: 256 is out of range: want 0 to 255",
		`{"list":[{},{"n":"x"}]}`:      `everything.list[1].n: got "x", want a number`,
		`{"labels":[1048576]}`:         "everything.labels: element 1: 1048576 is no label: want a number from 0 to 1048575",
		`{"unknown":["x"]}`:            `everything.unknown[0]: "x" is not as "number.number:hexadecimal bytes"`,
		`{"labels":` + deep:            "everything.labels[0]",
	} {
		_, err := everythingSchema.FromJSON([]byte(text))
		var path *PathError
		if !errors.As(err, &path) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\n %v, want\n %s", text, err, want)
		}
	}
}
