package xfrm

import (
	"cmp"
	"context"
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A State is a security association (struct xfrm_usersa_info, XFRMA_*;
// ip-xfrm(8)): one direction of a tunnel, with its keys. Its key is
// destination, protocol, SPI and mark.
type State struct {
	attr.Extra
	Family                                                 opt.Value[uint8] // told by Dst
	Dst, Src                                               netip.Addr
	Proto                                                  opt.Value[Proto]
	SPI                                                    opt.Value[uint32]
	Mark                                                   opt.Value[rt.Mark]
	Mode                                                   opt.Value[Mode]
	ReqID, Seq                                             opt.Value[uint32]
	ReplayWindow                                           opt.Value[uint8]
	Sel                                                    *Selector
	Auth                                                   *Auth
	Enc                                                    *Enc
	AEAD                                                   *AEAD
	Comp                                                   *Compression
	Encap                                                  *Encap
	Limit                                                  *Limits
	Use                                                    *Use
	Stats                                                  *StateStats
	NoECN, DecapDSCP, NoPMTUDisc, WildRecv, ICMP, AFUnspec opt.Value[bool]
	Align4, ESN, DontEncapDSCP, OSeqMayWrap                opt.Value[bool]
	Replay                                                 *Replay
	ReplayESN                                              *ReplayESN
	IfID, TFCPad                                           opt.Value[uint32]
	OutputMark, OutputMarkMask                             opt.Value[uint32]
	CareOf                                                 netip.Addr
	LastUsed                                               opt.Value[uint64]
	Dir                                                    opt.Value[uint8]
	Offload                                                *Offload
	Context                                                *SecurityContext
	More                                                   *StateMore
}

// IsReserved reports whether the state is only an SPI that waits for its keys.
func (v *State) IsReserved() bool {
	return v.Auth == nil && v.Enc == nil && v.AEAD == nil && v.Comp == nil
}

// StateMore is what few states have (XFRMA_*).
type StateMore struct {
	ReplayThreshold, EventTime, CPU opt.Value[uint32]
	MappingTime, KeepAlive          opt.Value[uint32] // seconds
	DropTime, InitDelay             opt.Value[uint32] // of IP-TFS, µs
	MaxQueue, PacketSize            opt.Value[uint32] // of IP-TFS, bytes
	ReorderWindow                   opt.Value[uint16]
	DontFragment                    opt.Value[bool]
}

// StateStats counts what a state dropped (struct xfrm_stats).
type StateStats struct{ ReplayWindow, Replay, IntegrityFailed opt.Value[uint32] }

var statsSchema = attr.Define("stats", "what a state dropped", 12, func(v *StateStats) []attr.Field {
	return []attr.Field{
		attr.Head32(0, "replay_window", &v.ReplayWindow, "packets too old").Counter().IP("replay-window"),
		attr.Head32(4, "replay", &v.Replay, "packets seen before").Counter(),
		attr.Head32(8, "integrity_failed", &v.IntegrityFailed, "packets with a wrong check value").Counter(),
	}
})

// stateHead binds the members of struct xfrm_usersa_info, 224 bytes.
func stateHead(v *State) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(216, -1, 1, bit, name, p, doc).CreateOnly().Default(false)
	}
	return []attr.Field{
		attr.ByIP("ip xfrm state", "update", "flag %|!"),
		attr.Family16(212, "family", &v.Family, "4 or 6"),
		attr.HeadAddr(56, 212, "dst", &v.Dst, "where protected packets go").IsKey(),
		attr.HeadBE32(72, "spi", &v.SPI, "security parameter index").IsKey(),
		attr.Head8(76, "proto", &v.Proto, "transform").Words(protos).IsKey(),
		attr.HeadAddr(80, 212, "src", &v.Src, "where protected packets come from").CreateOnly(),
		attr.Head8(214, "mode", &v.Mode, "how packets are wrapped").Words(modes).CreateOnly().Default("transport"),
		attr.Head32(208, "reqid", &v.ReqID, "number by which templates find the state").CreateOnly().Default(0),
		attr.Head32(204, "seq", &v.Seq, "number of the acquire that asked for the state").CreateOnly().Default(0),
		attr.Head8(215, "replay_window", &v.ReplayWindow, "replay window, packets").Range(0, 32).CreateOnly().Default(0).IP("replay-window"),
		attr.HeadStruct(0, "sel", &v.Sel, selectorSchema, "packets that the state takes").CreateOnly().IP("sel %"),
		attr.HeadStruct(96, "limit", &v.Limit, limitSchema, "limits of life").IP("%"),
		attr.HeadStruct(160, "use", &v.Use, useSchema, "use so far").Counter(),
		attr.HeadStruct(192, "stats", &v.Stats, statsSchema, "what was dropped").Counter(),
		flag(uapi.XFRM_STATE_NOECN, "noecn", &v.NoECN, "do not copy ECN"),
		flag(uapi.XFRM_STATE_DECAP_DSCP, "decap_dscp", &v.DecapDSCP, "copy the outer DSCP inwards").IP("flag decap-dscp|!"),
		flag(uapi.XFRM_STATE_NOPMTUDISC, "nopmtudisc", &v.NoPMTUDisc, "no path MTU discovery"),
		flag(uapi.XFRM_STATE_WILDRECV, "wildrecv", &v.WildRecv, "receive from any source"),
		flag(uapi.XFRM_STATE_ICMP, "icmp", &v.ICMP, "for ICMP errors too"),
		flag(uapi.XFRM_STATE_AF_UNSPEC, "af_unspec", &v.AFUnspec, "for packets of either family").IP("flag af-unspec|!"),
		flag(uapi.XFRM_STATE_ALIGN4, "align4", &v.Align4, "align to 4 bytes (AH)"),
		flag(uapi.XFRM_STATE_ESN, "esn", &v.ESN, "extended sequence numbers"),
	}
}

// stateAttributes binds what stands behind the head.
func stateAttributes(v *State) []attr.Field {
	extra := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 4, bit, name, p, doc).CreateOnly().Default(false)
	}
	return []attr.Field{
		mark(&v.Mark),
		attr.NestEither(uapi.XFRMA_ALG_AUTH, uapi.XFRMA_ALG_AUTH_TRUNC, "auth", &v.Auth, authSchema, authTruncSchema,
			func(a *Auth) bool { return a.Bits.IsSet() }, "integrity").CreateOnly().IP("%"),
		attr.Nest(uapi.XFRMA_ALG_CRYPT, "enc", &v.Enc, encSchema, "encryption").CreateOnly().IP("enc %"),
		attr.Nest(uapi.XFRMA_ALG_AEAD, "aead", &v.AEAD, aeadSchema, "encryption and integrity").CreateOnly().IP("aead %"),
		attr.Nest(uapi.XFRMA_ALG_COMP, "comp", &v.Comp, compSchema, "compression").CreateOnly().IP("comp %"),
		encap(&v.Encap),
		attr.Nested(uapi.XFRMA_SA_EXTRA_FLAGS, 4,
			extra(uapi.XFRM_SA_XFLAG_DONT_ENCAP_DSCP, "dont_encap_dscp", &v.DontEncapDSCP, "do not copy the inner DSCP outwards").IP("extra-flag dont-encap-dscp|!"),
			extra(uapi.XFRM_SA_XFLAG_OSEQ_MAY_WRAP, "oseq_may_wrap", &v.OSeqMayWrap, "sent sequence numbers may begin anew").IP("extra-flag oseq-may-wrap|!")),
		replay(&v.Replay).CreateOnly().IP("!"),
		replayESN(&v.ReplayESN).CreateOnly(),
		ifID(&v.IfID),
		attr.Uint32(uapi.XFRMA_TFCPAD, "tfcpad", &v.TFCPad, "pad packets to this size, bytes").CreateOnly(),
		attr.Uint32(uapi.XFRMA_SET_MARK, "output_mark", &v.OutputMark, "mark to put on protected packets").IP("output-mark"),
		attr.Uint32(uapi.XFRMA_SET_MARK_MASK, "output_mark_mask", &v.OutputMarkMask, "bits of the mark to put").IP("mask"),
		attr.WideAddr(uapi.XFRMA_COADDR, "coa", &v.CareOf, "care-of address (Mobile IPv6)"),
		attr.Uint64(uapi.XFRMA_LASTUSED, "lastused", &v.LastUsed, "last use, seconds since 1970").Counter(),
		saDir(&v.Dir).CreateOnly(),
		offload(&v.Offload).CreateOnly(),
		label(&v.Context).CreateOnly(),
		stateMore(&v.More),
		attr.Ignored(uapi.XFRMA_PAD, uapi.XFRMA_LTIME_VAL),
		attr.Unknown(&v.Extra),
	}
}

func stateMore(p **StateMore) attr.Field {
	return attr.Group(p, func(v *StateMore) []attr.Field {
		return []attr.Field{
			replayThreshold(&v.ReplayThreshold).CreateOnly().Also(attr.Volatile),
			eventTime(&v.EventTime).CreateOnly().Also(attr.Volatile),
			attr.Uint32(uapi.XFRMA_MTIMER_THRESH, "mtimer_thresh", &v.MappingTime, "time between events of changed NAT mappings").In(attr.Seconds).CreateOnly(),
			attr.Uint32(uapi.XFRMA_NAT_KEEPALIVE_INTERVAL, "nat_keepalive_interval", &v.KeepAlive, "between NAT keepalives").In(attr.Seconds).CreateOnly().FromKernel("6.11"),
			cpu(&v.CPU).CreateOnly(),
			attr.Uint32(uapi.XFRMA_IPTFS_DROP_TIME, "iptfs_drop_time", &v.DropTime, "to wait for missing packets").In(attr.Microseconds).CreateOnly().FromKernel("6.14"),
			attr.Uint16(uapi.XFRMA_IPTFS_REORDER_WINDOW, "iptfs_reorder_window", &v.ReorderWindow, "packets held to restore their order").CreateOnly().FromKernel("6.14"),
			attr.Flag(uapi.XFRMA_IPTFS_DONT_FRAG, "iptfs_dont_frag", &v.DontFragment, "do not fragment inner packets").CreateOnly().FromKernel("6.14"),
			attr.Uint32(uapi.XFRMA_IPTFS_INIT_DELAY, "iptfs_init_delay", &v.InitDelay, "to collect packets before sending").In(attr.Microseconds).CreateOnly().FromKernel("6.14"),
			attr.Uint32(uapi.XFRMA_IPTFS_MAX_QSIZE, "iptfs_max_queue_size", &v.MaxQueue, "limit of the queue").In(attr.Size).CreateOnly().FromKernel("6.14"),
			attr.Uint32(uapi.XFRMA_IPTFS_PKT_SIZE, "iptfs_pkt_size", &v.PacketSize, "size of outer packets; 0 the path MTU").In(attr.Size).CreateOnly().FromKernel("6.14"),
		}
	})
}

var stateSchema = attr.Define("xfrm.state", "security association", 224, func(v *State) []attr.Field {
	return append(stateHead(v), stateAttributes(v)...)
})

// stateID is struct xfrm_usersa_id: how a state is named.
var stateID = attr.Define("xfrm.state", "name of a security association", 24, func(v *State) []attr.Field {
	return []attr.Field{
		attr.Family16(20, "family", &v.Family, "4 or 6"),
		attr.HeadAddr(0, 20, "dst", &v.Dst, "where protected packets go").IsKey(),
		attr.HeadBE32(16, "spi", &v.SPI, "security parameter index").IsKey(),
		attr.Head8(22, "proto", &v.Proto, "transform").Words(protos).IsKey(),
		mark(&v.Mark),
		attr.WideAddr(uapi.XFRMA_SRCADDR, "src", &v.Src, "where protected packets come from").Only(attr.Delete | attr.Lookup),
	}
})

// stateFilter is what a dump takes: attributes alone.
var stateFilter = attr.Define("xfrm.state", "filter of security associations", 0, func(v *State) []attr.Field {
	return []attr.Field{attr.Uint8(uapi.XFRMA_PROTO, "proto", &v.Proto, "transform").Words(protos).Also(attr.Filter)}
})

// StateType gives states their verbs. There is no replace: the kernel's update
// keeps keys, algorithms, mode and much else.
var StateType = object.Define(&object.Type[State]{
	Hashed: true,
	Schema: stateSchema,
	Proto:  unix.NETLINK_XFRM,
	Requests: object.Requests{
		object.Add:    {Type: uapi.XFRM_MSG_NEWSA, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Set:    {Type: uapi.XFRM_MSG_UPDSA, Flags: unix.NLM_F_REPLACE, Only: attr.Create},
		object.Delete: {Type: uapi.XFRM_MSG_DELSA, Table: stateID.Table},
		object.Get:    {Type: uapi.XFRM_MSG_GETSA, Table: stateID.Table},
		object.List:   {Type: uapi.XFRM_MSG_GETSA, Table: stateFilter.Table},
	},
	Args:     []string{"dst"},
	Complete: true,
	Fills:    uapi.XFRM_MSG_UPDSA,
	Events:   []uint32{uapi.XFRMNLGRP_SA},
	Changed:  []uint16{uapi.XFRM_MSG_UPDSA},
	GoneAs:   goneState.Table,
	AllGone:  uapi.XFRM_MSG_FLUSHSA,
	Loses:    hiddenKeys,
	Fill: func(verb object.Verb, v *State) {
		if verb != object.Add && verb != object.Set {
			return
		}
		if verb == object.Add { // a change keeps what it does not name
			v.Limit = unlimited(v.Limit)
		}
		if v.ESN.Or(false) && v.ReplayESN == nil {
			v.ReplayESN = &ReplayESN{Window: opt.Of(uint32(v.ReplayWindow.Or(0)))}
			v.ReplayWindow.Unset()
		}
	},
	Doubt: func(ctx context.Context, t *object.Type[State], s *object.Scope, v *State) (bool, error) {
		have, err := t.Get(ctx, s, &State{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Mark: v.Mark})
		if err != nil { // another mark stands in the way
			return true, nil
		}
		return !have.IsReserved(), nil
	},
	Before:   unshadowed,
	BeforeIf: func(verb object.Verb, v *State) bool { return verb == object.Delete && v.Mark.IsSet() },
	Clash: func(v, other *State) bool { // the mark alone tells them apart, and one without stands in the way of all
		return v.Dst == other.Dst && v.SPI == other.SPI && v.Proto == other.Proto
	},
	Made: func(v *State) object.Origin {
		if p := v.Proto.Or(0); v.SPI.Or(0) == 0 && (p == ESP || p == AH || p == Comp) { // an acquire under way
			return object.Kernel
		}
		return object.User
	},
})

// unshadowed makes sure that the kernel removes the state that is meant: it takes the
// newest whose mask lets the mark pass, and one without a mark lets all pass.
func unshadowed(ctx context.Context, t *object.Type[State], s *object.Scope, _ object.Verb, v *State) error {
	named := &State{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Mark: v.Mark}
	_, err := t.Get(ctx, s, named)
	if !errors.Is(err, object.ErrNotFound) {
		return err
	}
	list, listErr := t.Collect(ctx, s, named)
	if listErr != nil || len(list) == 0 {
		return cmp.Or(listErr, err)
	}
	return &object.AttributeError{Code: "conflict", Path: "mark", Err: errors.New("a newer state with the same spi lets this mark pass: the kernel would remove that one")}
}
