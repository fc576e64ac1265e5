package xfrm

import (
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

// Progress is how far a state has come, and when the kernel tells of it: what a
// second machine needs to take a tunnel over (struct xfrm_aevent_id; Linux
// documentation, networking/xfrm_sync).
type Progress struct {
	attr.Extra
	Family                                  opt.Value[uint8] // told by Dst
	Dst, Src                                netip.Addr
	Proto                                   opt.Value[Proto]
	SPI                                     opt.Value[uint32]
	Mark                                    opt.Value[rt.Mark]
	ReqID, IfID                             opt.Value[uint32]
	Replay                                  *Replay
	ReplayESN                               *ReplayESN
	Use                                     *Use
	ReplayThreshold, EventTime              opt.Value[uint32]
	Dir                                     opt.Value[uint8]
	CPU                                     opt.Value[uint32]
	ReplayUpdate, TimerExpired, UserUpdated opt.Value[bool]

	thresholds opt.Value[bool] // asks for them
}

// progressName is how a state is named: struct xfrm_usersa_id, which the head
// begins with.
func progressName(v *Progress) []attr.Field {
	return []attr.Field{
		attr.Family16(20, "family", &v.Family, "4 or 6"),
		attr.HeadAddr(0, 20, "dst", &v.Dst, "where protected packets go").IsKey(),
		attr.HeadBE32(16, "spi", &v.SPI, "security parameter index").IsKey(),
		attr.Head8(22, "proto", &v.Proto, "transform").Words(protos).IsKey(),
		attr.Nested(uapi.XFRMA_MARK, 8, maskedMark(&v.Mark).Default("0x0/0x0")),
	}
}

const progressHead = 48 // struct xfrm_aevent_id

var progressSchema = attr.Define("xfrm.ae", "how far a state has come, and when the kernel tells", progressHead, func(v *Progress) []attr.Field {
	reason := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(40, -1, 4, bit, name, p, doc).Counter()
	}
	settable := attr.Change | attr.Report | attr.Volatile
	return append(progressName(v),
		attr.HeadAddr(24, 20, "src", &v.Src, "where protected packets come from").ReadOnly(),
		attr.Head32(44, "reqid", &v.ReqID, "number by which templates find the state").ReadOnly(),
		reason(uapi.XFRM_AE_CR, "replay_update", &v.ReplayUpdate, "told since sequence numbers have come that far"),
		reason(uapi.XFRM_AE_CE, "timer_expired", &v.TimerExpired, "told since that time has passed"),
		reason(uapi.XFRM_AE_CU, "policy_updated", &v.UserUpdated, "told since somebody set it"),
		replay(&v.Replay).Only(settable),
		replayESN(&v.ReplayESN).Only(settable),
		attr.Nest(uapi.XFRMA_LTIME_VAL, "use", &v.Use, useSchema, "use so far").Only(settable),
		replayThreshold(&v.ReplayThreshold).Only(attr.Change|attr.Report),
		eventTime(&v.EventTime).Only(settable), // it is reported in another unit
		ifID(&v.IfID).ReadOnly(), saDir(&v.Dir).ReadOnly(), cpu(&v.CPU).ReadOnly(),
		attr.Ignored(uapi.XFRMA_PAD),
		attr.Unknown(&v.Extra))
})

// progressRequest asks for the thresholds too.
var progressRequest = attr.Define("xfrm.ae", "name of a state", progressHead, func(v *Progress) []attr.Field {
	return append(progressName(v),
		attr.HeadBit(40, -1, 4, uapi.XFRM_AE_RTHR|uapi.XFRM_AE_ETHR, "thresholds", &v.thresholds, "tell them").Only(attr.Lookup))
}).Hooks(func(v *Progress) { v.thresholds.Set(true) }, nil)

// ProgressType gives the progress of states its verbs.
var ProgressType = object.Define(&object.Type[Progress]{
	Schema: progressSchema,
	Proto:  unix.NETLINK_XFRM,
	Requests: object.Requests{
		object.Set: {Type: uapi.XFRM_MSG_NEWAE, Flags: unix.NLM_F_REPLACE},
		object.Get: {Type: uapi.XFRM_MSG_GETAE, Table: progressRequest.Table},
	},
	Reply: uapi.XFRM_MSG_NEWAE,
	Args:  []string{"dst"},
	Before: func(ctx context.Context, t *object.Type[Progress], s *object.Scope, verb object.Verb, v *Progress) error {
		if verb != object.Set || v.Replay == nil && v.ReplayESN == nil {
			return nil
		}
		have, err := t.Get(ctx, s, &Progress{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Mark: v.Mark})
		if err != nil {
			return err
		}
		return v.counts(have)
	},
})

// counts refuses sequence numbers of the sort that the state does not count
// in: the kernel would take them and never look at them.
func (v *Progress) counts(have *Progress) error {
	switch {
	case v.Replay != nil && have.ReplayESN != nil:
		return &object.AttributeError{Path: "replay", Err: errors.New("the state has extended sequence numbers: replay_esn")}
	case v.ReplayESN != nil && have.ReplayESN == nil:
		return &object.AttributeError{Path: "replay_esn", Err: errors.New("the state has no extended sequence numbers: replay")}
	}
	return nil
}
