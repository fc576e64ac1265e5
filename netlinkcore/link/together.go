package link

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// After each device that it removes, the kernel waits until nobody looks at it any more,
// which takes 16 ms. It waits once for all devices of a group that are removed as such.

// removeTogether puts devices into a group of their own and removes that. If it cannot,
// they are in their groups again.
func removeTogether(ctx context.Context, f object.Family, s *object.Scope, gone []object.Ref) error {
	there, err := f.(*object.Type[Link]).Collect(ctx, s, nil)
	if err != nil {
		return err
	}
	known, taken := map[string]*Link{}, map[uint32]bool{}
	for _, l := range there {
		known[l.Name], taken[l.Group.Or(0)] = l, true
	}
	group := freeGroup(taken)
	for i, r := range gone {
		here := known[nameOf(r)]
		if here == nil {
			err = errors.New("a device is not there by this name")
		} else {
			err = sayOfGroup(ctx, s, unix.RTM_NEWLINK, here.Index.Or(0), group)
		}
		if err != nil {
			return errors.Join(err, regroup(ctx, s, known, gone[:i]))
		}
	}
	if err := sayOfGroup(ctx, s, unix.RTM_DELLINK, 0, group); err != nil {
		return errors.Join(err, regroup(ctx, s, known, gone))
	}
	return nil
}

// regroup puts devices back into the groups that they were in.
func regroup(ctx context.Context, s *object.Scope, known map[string]*Link, devices []object.Ref) (err error) {
	for _, r := range devices {
		was := known[nameOf(r)]
		err = errors.Join(err, sayOfGroup(context.WithoutCancel(ctx), s, unix.RTM_NEWLINK, was.Index.Or(0), was.Group.Or(0)))
	}
	return err
}

func nameOf(r object.Ref) string { return attr.From[Link](r.Ptr()).Name }

// freeGroup returns a group that no device is in. Such numbers have no names.
func freeGroup(taken map[uint32]bool) uint32 {
	for {
		if g := 1<<30 + rand.Uint32N(1<<30); !taken[g] {
			return g
		}
	}
}

// sayOfGroup sends a message about a group and a device, or about the group alone.
func sayOfGroup(ctx context.Context, s *object.Scope, typ uint16, device, group uint32) error {
	var w wire.Writer
	const index = 4 // in struct ifinfomsg
	w.Zero(unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(w.At(index, 4), device)
	w.Uint32(unix.IFLA_GROUP, group)
	body, err := w.Bytes()
	if err != nil {
		return err
	}
	return s.Conn().Call(ctx, &nl.Request{Proto: unix.NETLINK_ROUTE, Type: typ, Body: body}, nil)
}
