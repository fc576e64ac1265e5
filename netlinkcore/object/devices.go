package object

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// devices is a namespace's table of device names. It learns a device when one
// is asked for, and looks at the kernel's link events before each use: a cache
// that does not would send traffic to the wrong device after a rename.
type devices struct {
	s       *Scope
	mu      sync.Mutex
	events  *nl.Subscription
	byName  map[string]uint32
	byIndex map[uint32]*string
	called  map[uint32][]string // the names in byName of an index, altnames too
	names   *nameSocket
	alone   bool // nobody else changes names: there is nothing to watch
}

// Alone says that the namespace was made just now, nobody but the caller is in it, and the
// caller renames and removes no device: names need not be watched then. Or that it is so no
// longer.
func (s *Scope) Alone(yes bool) {
	s.devs.mu.Lock()
	defer s.devs.mu.Unlock()
	s.devs.alone = yes
	if yes && s.devs.byName == nil {
		s.devs.forget()
		s.devs.byName["lo"] = loopbackIndex
	}
}

// loopbackIndex is that of lo in each namespace (LOOPBACK_IFINDEX, include/net/flow.h).
const loopbackIndex = 1

func (d *devices) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	if d.events != nil {
		err = d.events.Close()
	}
	if d.names != nil {
		err = errors.Join(err, d.names.close())
	}
	d.events, d.names = nil, nil
	return err
}

// index returns the index of the device with a name or altname.
func (d *devices) index(ctx context.Context, name string) (uint32, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(ctx); err != nil {
		return 0, err
	}
	if i, ok := d.byName[name]; ok {
		return i, nil
	}
	id := uint16(unix.IFLA_IFNAME)
	if len(name) >= unix.IFNAMSIZ {
		id = unix.IFLA_ALT_IFNAME
	}
	i, err := d.ask(ctx, 0, id, name)
	if errors.Is(err, unix.ENODEV) && id == unix.IFLA_IFNAME {
		i, err = d.ask(ctx, 0, unix.IFLA_ALT_IFNAME, name)
	}
	if errors.Is(err, unix.ENODEV) || errors.Is(err, unix.EINVAL) {
		return 0, noDevice(name)
	}
	return i, err
}

// known returns the index of a device without looking at events.
func (d *devices) known(name string) (uint32, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := d.byName[name]
	return i, ok
}

// isSettled reports whether the device with a name is known, and cannot be another by now.
func (d *devices) isSettled(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.byName[name]
	return ok && d.alone
}

// remember takes the names that a list told, and the map. What an event told is newer.
func (d *devices) remember(names map[uint32]*string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.byIndex) == 0 {
		d.byIndex = names
		return
	}
	for i, name := range names {
		if d.byIndex[i] == nil {
			d.byIndex[i] = name
		}
	}
}

func (d *devices) name(ctx context.Context, i uint32) *string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if name, ok := d.byIndex[i]; ok {
		return name
	}
	if d.s.cfg.Conn == nil {
		name, err := d.nameOf(i)
		if err != nil {
			return nil
		}
		d.byIndex[i] = &name
		return &name
	}
	if _, err := d.ask(ctx, i, 0, ""); err != nil {
		return nil
	}
	return d.byIndex[i]
}

// nameOf asks for a name by ioctl, which takes a tenth of a netlink request:
// a list of links names thousands of devices.
func (d *devices) nameOf(i uint32) (string, error) {
	if d.names == nil {
		names, err := openNames(d.s)
		if err != nil {
			return "", err
		}
		d.names = names
	}
	return d.names.get(i)
}

// refresh takes in the link events that came since the last use.
func (d *devices) refresh(ctx context.Context) error {
	if d.alone {
		return nil
	}
	if d.events == nil {
		events, err := d.s.conn.Subscribe(ctx, unix.NETLINK_ROUTE, []uint32{unix.RTNLGRP_LINK}, false)
		if err != nil {
			return fmt.Errorf("watch devices: %w", err)
		}
		d.events = events
		d.forget()
	}
	for {
		m, ok, err := d.events.TryNext()
		switch {
		case errors.Is(err, nl.ErrOverrun):
			d.forget()
		case err != nil:
			return err
		case !ok:
			return nil
		default:
			d.learn(m)
		}
	}
}

func (d *devices) forget() {
	d.byName, d.byIndex, d.called = map[string]uint32{}, map[uint32]*string{}, map[uint32][]string{}
}

// learn takes what a link message says about names.
func (d *devices) learn(m nl.Message) uint32 {
	if len(m.Body) < unix.SizeofIfInfomsg || m.Body[0] == unix.AF_BRIDGE {
		return 0
	}
	i := nativeUint32(m.Body[4:])
	for _, n := range d.called[i] {
		if d.byName[n] == i { // else another took it
			delete(d.byName, n)
		}
	}
	delete(d.byIndex, i)
	delete(d.called, i)
	if m.Type != unix.RTM_NEWLINK {
		return 0
	}
	var names []string
	r := wire.NewReader(m.Body[unix.SizeofIfInfomsg:])
	for {
		id, b, ok := r.Next()
		if !ok {
			break
		}
		switch id {
		case unix.IFLA_IFNAME:
			name := text(b)
			d.byIndex[i], names = &name, append(names, name)
		case unix.IFLA_PROP_LIST:
			names = append(names, altnames(b)...)
		}
	}
	for _, n := range names {
		d.byName[n] = i
	}
	d.called[i] = names
	return i
}

func altnames(b []byte) (names []string) {
	r := wire.NewReader(b)
	for {
		id, name, ok := r.Next()
		if !ok {
			return names
		}
		if id == unix.IFLA_ALT_IFNAME {
			names = append(names, text(name))
		}
	}
}

// ask reads one device from the kernel, by index or by a name.
func (d *devices) ask(ctx context.Context, i uint32, id uint16, name string) (uint32, error) {
	var w wire.Writer
	w.Zero(unix.SizeofIfInfomsg)
	putNative(w.At(4, 4), i)
	if name != "" {
		w.String(id, name)
	}
	w.Uint32(unix.IFLA_EXT_MASK, uapi.ExtFilterSkipStats)
	body, err := w.Bytes()
	if err != nil {
		return 0, err
	}
	var found uint32
	err = d.s.conn.Call(ctx, &nl.Request{Proto: unix.NETLINK_ROUTE, Type: unix.RTM_GETLINK, Body: body},
		func(m nl.Message) error { found = d.learn(m); return nil })
	if err == nil && found == 0 {
		err = unix.ENODEV
	}
	return found, err
}

// A nameSocket tells the names of devices in the namespace that it was opened
// in.
type nameSocket struct {
	fd  int
	req *unix.Ifreq
}

func openNames(s *Scope) (*nameSocket, error) {
	req, err := unix.NewIfreq("")
	if err != nil {
		return nil, err
	}
	n := &nameSocket{-1, req}
	err = s.Do(func() (err error) {
		n.fd, err = unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		return err
	})
	return n, err
}

func (n *nameSocket) close() error { return unix.Close(n.fd) }

func (n *nameSocket) get(i uint32) (string, error) {
	n.req.SetUint32(i)
	if err := unix.IoctlIfreq(n.fd, unix.SIOCGIFNAME, n.req); err != nil {
		return "", err
	}
	return n.req.Name(), nil
}
