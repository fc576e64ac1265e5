package tc

import (
	"errors"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// U32 matches words of 32 bits in the packet: tc-u32(8). With Divisor it is a
// hash table, which other filters link to.
type U32 struct {
	attr.Extra
	options
	Offload
	Match                       []Match
	ClassID                     opt.Value[Handle]
	Divisor                     opt.Value[uint32]
	Table, Link                 opt.Value[uint32] // of hash tables: table<<20 | bucket<<12
	OffsetPlus, OffsetMask      opt.Value[uint16]
	OffsetAt, HashKeyAt         opt.Value[int16]
	OffsetShift                 opt.Value[uint8]
	HashKeyMask                 opt.Value[uint32]
	Eat                         opt.Value[bool]
	Mark                        opt.Value[rt.Mark]
	InDev                       opt.Value[string]
	Hits, Successes             opt.Value[uint64]
	MarkSuccesses               opt.Value[uint32]
	terminal, offset, varOffset opt.Value[bool]
	matches                     opt.Value[uint8]
}

// A Match compares a word of the packet (struct tc_u32_key): it stands At bytes
// from the network header, or from the next header.
type Match struct{ Word opt.Value[MatchWord] }

// FilterKind returns "u32".
func (*U32) FilterKind() string { return "u32" }

func (v *U32) copied() acting { w := *v; return &w }

func (v *U32) check(verb object.Verb) (string, error) {
	switch {
	case verb.Reads() || v.Divisor.IsSet():
	case len(v.Match) == 0:
		return "match", errors.New("say what to match, such as [\"ip dst 10.0.0.0/8\"]; \"u32 0 0 at 0\" matches all")
	}
	return "", nil
}

// send computes the head of the selector.
func (v *U32) send() {
	if v.Match == nil {
		return
	}
	v.matches.Set(uint8(len(v.Match)))
	v.terminal.Set(v.ClassID.IsSet() || len(v.actions) > 0)
	v.offset.Set(v.OffsetPlus.Or(0) != 0)
	v.varOffset.Set(v.OffsetAt.Or(0) != 0 || v.OffsetMask.Or(0) != 0 || v.OffsetShift.Or(0) != 0)
}

// received is the reverse of send.
func (v *U32) received() {
	v.matches.Unset()
	v.terminal.Unset()
	v.offset.Unset()
	v.varOffset.Unset()
}

// compares tells the matches what header they find. Where it may be any, tc
// means IPv4.
func (v *U32) compares(protocol rt.EtherType) {
	in := HeadOther
	switch protocol {
	case rt.EtherAll, rt.EtherIPv4:
		in = HeadIPv4
	case rt.EtherIPv6:
		in = HeadIPv6
	}
	for i := range v.Match {
		v.Match[i].Word.Ref().Header = in
	}
}

var u32Schema = filter("u32", "words of the packet", func(v *U32) []attr.Field {
	head := func(f attr.Field) attr.Field { return f.CreateOnly().Default(0) }
	inside := func(bit uint64, name string, p *opt.Value[bool]) attr.Field {
		return attr.HeadBit(0, -1, 1, bit, name, p, "").Only(attr.Inside)
	}
	return []attr.Field{
		attr.InIP("u32", "%|!").Exactly(),
		attr.Nested(uapi.TCA_U32_SEL, 16,
			attr.List(0, 0, attr.Rest, "match", &v.Match, match, "what words of the packet have to be, as tc writes it: \"ip dport 80 0xffff\", \"ip6 src 2001:db8::/32\", \"u32 0x1 0xff at nexthdr+4\"").Expanding(expandMatch, joinMatches).CreateOnly(),
			attr.Head8(2, "nkeys", &v.matches, "").Only(attr.Inside),
			inside(uapi.TC_U32_TERMINAL, "terminal", &v.terminal),
			inside(uapi.TC_U32_OFFSET, "offset", &v.offset),
			inside(uapi.TC_U32_VAROFFSET, "varoffset", &v.varOffset),
			head(attr.Head16(6, "offset_plus", &v.OffsetPlus, "where the next header begins for the filters of link, bytes").IP("-")),
			head(attr.Head16(8, "offset_at", &v.OffsetAt, "where 16 bits stand that are added to it").IP("-")),
			head(attr.HeadBE16(4, "offset_mask", &v.OffsetMask, "which of these count").IP("-")),
			head(attr.Head8(1, "offset_shift", &v.OffsetShift, "by how many bits they are shifted down").IP("-")).Range(0, 15),
			attr.HeadBit(0, -1, 1, uapi.TC_U32_EAT, "eat", &v.Eat, "the next header becomes the start for all filters that follow").CreateOnly().Default(false).IP("-"),
			head(attr.Head16(10, "hashkey_at", &v.HashKeyAt, "where the 32 bits stand that choose the bucket of link").IP("-")),
			head(attr.HeadBE32(12, "hashkey_mask", &v.HashKeyMask, "which of these count").IP("-"))),
		attr.Uint32(uapi.TCA_U32_CLASSID, "classid", &v.ClassID, "class for the packets").Written(handles).AlsoCalled("flowid"),
		attr.Uint32(uapi.TCA_U32_HASH, "ht", &v.Table, "hash table and bucket that the filter is in; the root unless given").Written(tables).CreateOnly().KeptAs(anyRoot),
		attr.Uint32(uapi.TCA_U32_LINK, "link", &v.Link, "hash table to go on in").Written(tables),
		attr.Uint32(uapi.TCA_U32_DIVISOR, "divisor", &v.Divisor, "number of buckets: makes the filter a hash table").Range(1, 256).CreateOnly(),
		attr.Nested(uapi.TCA_U32_MARK, 12,
			attr.HeadMasked(0, 4, "mark", &v.Mark, "mark of the packet").CreateOnly().IP("-"),
			attr.Head32(8, "mark_success", &v.MarkSuccesses, "packets whose mark matched").Counter()),
		attr.Nested(uapi.TCA_U32_PCNT, 16,
			attr.Head64(0, "rule_hit", &v.Hits, "packets looked at").Counter(),
			attr.Head64(8, "success", &v.Successes, "packets that matched").Counter()),
		attr.String(uapi.TCA_U32_INDEV, "indev", &v.InDev, "device that the packet came by").Checked(attr.CheckName),
		actionList(uapi.TCA_U32_ACT, &v.options),
		v.fixedFlags(uapi.TCA_U32_FLAGS),
		attr.Ignored(uapi.TCA_U32_POLICE, uapi.TCA_U32_PAD),
		attr.Unknown(&v.Extra),
	}
}).Hooks((*U32).send, (*U32).received)
