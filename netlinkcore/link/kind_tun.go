package link

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Tun is a device whose other end is a file that a program opens: packets
// (TUN) or frames (TAP). It is made by opening /dev/net/tun, and stays until it
// is deleted.
type Tun struct {
	Mode                   opt.Value[uint8]
	Owner, Group           opt.Value[uint32]
	PacketInfo, VnetHeader opt.Value[bool]
	MultiQueue, Persist    opt.Value[bool]
	Queues, DisabledQueues opt.Value[uint32]
}

// KindName returns "tun".
func (*Tun) KindName() string { return "tun" }

const modeTap = 2 // of IFLA_TUN_TYPE; IFF_TUN and IFF_TAP are 1 and 2, too

var tunModes = attr.Enum{{1, "tun"}, {modeTap, "tap"}}

// Netlink only reports what follows.
var _ = kind("tun", "device whose other end is a file that a program opens", func(v *Tun) []attr.Field {
	fixed := func(id uint16, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.Bool8(id, name, p, doc).CreateOnly().Default(false)
	}
	return []attr.Field{
		attr.ByIP("ip tuntap", "", "%|!"),
		attr.Uint8(unix.IFLA_TUN_TYPE, "mode", &v.Mode, "packets or frames").Words(tunModes).Range(1, 2).CreateOnly().Default("tun").IP("=mode"),
		attr.Uint32(unix.IFLA_TUN_OWNER, "owner", &v.Owner, "user that may open it, by number; unless given, who may configure networks").AlsoCalled("user").IP("user"),
		attr.Uint32(unix.IFLA_TUN_GROUP, "group", &v.Group, "group that may open it, by number"),
		fixed(unix.IFLA_TUN_PI, "pi", &v.PacketInfo, "flags and protocol stand before each packet"),
		fixed(unix.IFLA_TUN_VNET_HDR, "vnet_hdr", &v.VnetHeader, "a header of virtio stands before each packet"),
		fixed(unix.IFLA_TUN_MULTI_QUEUE, "multi_queue", &v.MultiQueue, "can be opened several times, for a queue each"),
		attr.Bool8(unix.IFLA_TUN_PERSIST, "persist", &v.Persist, "stays when no program has it open").ReadOnly(),
		attr.Uint32(unix.IFLA_TUN_NUM_QUEUES, "numqueues", &v.Queues, "queues in use").Counter(),
		attr.Uint32(unix.IFLA_TUN_NUM_DISABLED_QUEUES, "numdisabled", &v.DisabledQueues, "queues that are open and not used").Counter(),
	}
})

// outside makes and changes TUN devices.
func outside(verb object.Verb, v *Link) *object.Act[Link] {
	if _, ok := v.Kind.(*Tun); !ok {
		return nil
	}
	switch verb {
	case object.Add:
		return &object.Act[Link]{Takes: []string{"kind", "numtxqueues", "numrxqueues"}, Do: addTun}
	case object.Set:
		return &object.Act[Link]{Takes: []string{"kind"}, Do: setTun}
	}
	return nil
}

// addTun makes a device. The kernel would take one that is there.
func addTun(ctx context.Context, _ *object.Type[Link], s *object.Scope, v *Link) error {
	tun := v.Kind.(*Tun)
	for path, n := range map[string]opt.Value[uint32]{"numtxqueues": v.TxQueues, "numrxqueues": v.RxQueues} {
		if want := tun.queues(); n.Or(want) != want {
			return &object.AttributeError{Code: "invalid", Path: path, Err: fmt.Errorf("the kernel gives it %d", want)}
		}
	}
	if v.Name != "" {
		if _, err := s.Index(ctx, v.Name); err == nil {
			return unix.EEXIST
		} else if !errors.Is(err, object.ErrNoDevice) {
			return err
		}
	}
	return tun.open(s, v.Name, v.Index, func(fd int, name string) error {
		v.Name = name
		return unix.IoctlSetInt(fd, unix.TUNSETPERSIST, 1)
	})
}

// queues is how many a device has, used or not.
func (v *Tun) queues() uint32 {
	if v.MultiQueue.Or(false) {
		return 256 // MAX_TAP_QUEUES
	}
	return 1
}

// setTun opens a device as what it is, and changes who may open it.
func setTun(ctx context.Context, t *object.Type[Link], s *object.Scope, v *Link) error {
	have, err := t.Get(ctx, s, &Link{Name: v.Name, Index: v.Index})
	if err != nil {
		return err
	}
	was, ok := have.Kind.(*Tun)
	if !ok {
		return &object.AttributeError{Code: "immutable", Path: "kind", Err: errors.New("is another")}
	}
	want := *was
	want.Owner, want.Group = v.Kind.(*Tun).Owner, v.Kind.(*Tun).Group
	return want.open(s, have.Name, opt.Value[uint32]{}, func(int, string) error { return nil })
}

// flags are those of struct ifreq.
func (v *Tun) flags() uint16 {
	flags := uint16(v.Mode.Or(unix.IFF_TUN))
	if !v.PacketInfo.Or(false) {
		flags |= unix.IFF_NO_PI
	}
	if v.VnetHeader.Or(false) {
		flags |= unix.IFF_VNET_HDR
	}
	if v.MultiQueue.Or(false) {
		flags |= unix.IFF_MULTI_QUEUE
	}
	return flags
}

// open opens the device of a name in the namespace of s, or makes it; the kernel
// names one that has none. It sets owner and group, and lets do look.
func (v *Tun) open(s *object.Scope, name string, index opt.Value[uint32], do func(fd int, name string) error) error {
	r, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	r.SetUint16(v.flags())
	return s.Do(func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENODEV) {
			return &object.AttributeError{Code: "unsupported", Path: "kind", Err: fmt.Errorf("/dev/net/tun: %w; is the kernel's module tun there?", err)}
		}
		if err != nil {
			return fmt.Errorf("/dev/net/tun: %w", err)
		}
		defer unix.Close(fd)
		if n, ok := index.Get(); ok {
			err = unix.IoctlSetPointerInt(fd, unix.TUNSETIFINDEX, int(n))
		}
		if err == nil {
			err = unix.IoctlIfreq(fd, unix.TUNSETIFF, r)
		}
		if n, ok := v.Owner.Get(); ok && err == nil {
			err = unix.IoctlSetInt(fd, unix.TUNSETOWNER, int(n))
		}
		if n, ok := v.Group.Get(); ok && err == nil {
			err = unix.IoctlSetInt(fd, unix.TUNSETGROUP, int(n))
		}
		if err != nil {
			return err
		}
		return do(fd, r.Name())
	})
}

// heldByProgram says of a device that a program has its other end, which the program
// does not get back: it has carrier then.
func heldByProgram(v *Link) string {
	if tun, ok := v.Kind.(*Tun); ok && (!tun.Persist.Or(true) || v.Carrier.Or(false)) {
		return "a program has its other end open"
	}
	return ""
}
