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

// A StateMigration gives one state other addresses, and some of its attributes
// other values (struct xfrm_user_migrate_state), in one step of the kernel: an
// end of a tunnel that has moved (RFC 4555). What it does not name stays as it
// is. Keys, counters and the replay window always do. Policies are not looked at.
type StateMigration struct {
	attr.Extra
	Family                     opt.Value[uint8] // told by Dst
	Dst                        netip.Addr       // of the state as it is, as are the next three
	SPI                        opt.Value[uint32]
	Proto                      opt.Value[Proto]
	Mark                       opt.Value[rt.Mark]
	NewSrc, NewDst             netip.Addr
	NewReqID                   opt.Value[uint32]
	NewMark                    opt.Value[rt.Mark]
	Sel                        *Selector
	HostSel                    opt.Value[bool] // the selector is the two addresses, and becomes the new ones
	Encap                      *Encap          // of type 0: none any more
	Offload                    *Offload
	NoOffload                  opt.Value[bool]
	OutputMark, OutputMarkMask opt.Value[uint32]
	MappingTime, KeepAlive     opt.Value[uint32] // seconds; 0: none any more
	Dir                        opt.Value[uint8]
}

var stateMigrationSchema = attr.Define("xfrm.state.migrate", "give a state other addresses; keys, counters and what is not named stay", 132, func(v *StateMigration) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(124, -1, 4, bit, name, p, doc).Default(false)
	}
	return []attr.Field{
		attr.Family16(20, "family", &v.Family, "4 or 6"),
		attr.HeadAddr(0, 20, "dst", &v.Dst, "where its packets go now").IsKey().FromKernel("7.2"),
		attr.HeadBE32(16, "spi", &v.SPI, "security parameter index").IsKey(),
		attr.Head8(22, "proto", &v.Proto, "transform").Words(protos).IsKey(),
		attr.HeadMasked(56, 60, "mark", &v.Mark, "mark of packets, with a mask").IsKey(),
		attr.HeadAddr(24, 128, "new_dst", &v.NewDst, "where its packets are to go"),
		attr.HeadAddr(40, 128, "new_src", &v.NewSrc, "where its packets are to come from"),
		attr.Head32(120, "new_reqid", &v.NewReqID, "number by which templates find it then; 0 none"),
		attr.Nested(uapi.XFRMA_MARK, 8, attr.HeadMasked(0, 4, "new_mark", &v.NewMark, "mark of packets then, with a mask")),
		attr.HeadStruct(64, "sel", &v.Sel, selectorSchema, "packets that it takes then"),
		flag(uapi.XFRM_MIGRATE_STATE_UPDATE_H2H_SEL, "host_sel", &v.HostSel, "its selector is its two addresses, and becomes the new ones"),
		encap(&v.Encap),
		offload(&v.Offload),
		flag(uapi.XFRM_MIGRATE_STATE_CLEAR_OFFLOAD, "no_offload", &v.NoOffload, "out of hardware"),
		attr.Uint32(uapi.XFRMA_SET_MARK, "output_mark", &v.OutputMark, "mark to put on protected packets"),
		attr.Uint32(uapi.XFRMA_SET_MARK_MASK, "output_mark_mask", &v.OutputMarkMask, "bits of the mark to put"),
		attr.Uint32(uapi.XFRMA_MTIMER_THRESH, "mtimer_thresh", &v.MappingTime, "time between events of changed NAT mappings; 0 none").In(attr.Seconds),
		attr.Uint32(uapi.XFRMA_NAT_KEEPALIVE_INTERVAL, "nat_keepalive_interval", &v.KeepAlive, "between NAT keepalives; 0 none").In(attr.Seconds),
		saDir(&v.Dir).Only(attr.Report),
		attr.Unknown(&v.Extra),
	}
})

// StateMigrationType is the function that gives a state other addresses.
var StateMigrationType = object.Define(&object.Type[StateMigration]{
	Schema:   stateMigrationSchema,
	Proto:    unix.NETLINK_XFRM,
	Requests: object.Requests{object.Call: {Type: uapi.XFRM_MSG_MIGRATE_STATE}},
	Args:     []string{"dst"},
	Check:    func(_ object.Verb, v *StateMigration) error { return v.check() },
	Before: func(ctx context.Context, _ *object.Type[StateMigration], s *object.Scope, _ object.Verb, v *StateMigration) error {
		return v.inherit(ctx, s)
	},
})

// check refuses what names no state, and what the kernel would ignore.
func (v *StateMigration) check() error {
	path, err := "", ""
	switch {
	case !v.Dst.IsValid():
		path, err = "dst", "is missing"
	case v.SPI.Or(0) == 0:
		path, err = "spi", "is missing"
	case !v.Proto.IsSet():
		path, err = "proto", "is missing"
	case v.HostSel.Or(false) && v.Sel != nil:
		path, err = "sel", "is the new addresses, with host_sel"
	default:
		return nil
	}
	return &object.AttributeError{Code: "invalid", Path: path, Err: errors.New(err)}
}

// inherit takes from the state as it is what the kernel would take for zeros.
func (v *StateMigration) inherit(ctx context.Context, s *object.Scope) error {
	was, err := StateType.Get(ctx, s, &State{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Mark: v.Mark})
	if err != nil {
		return err
	}
	if !v.NewDst.IsValid() {
		v.NewDst = was.Dst
	}
	if !v.NewSrc.IsValid() {
		v.NewSrc = was.Src
	}
	v.NewReqID.Set(v.NewReqID.Or(was.ReqID.Or(0)))
	if !v.HostSel.Or(false) {
		v.Sel = cmp.Or(v.Sel, was.Sel)
	}
	return nil
}
