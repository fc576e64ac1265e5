// Command bridge makes a namespace "host", a bridge br0, and a veth pair that
// joins them, and asks the host whether it is there. It needs root, or a user
// namespace:
//
//	unshare -rnm sh -c 'mount -t tmpfs run /run; ./bridge'
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore"
	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/probe"
	"github.com/netlark/netlark/netlinkcore/rt"
)

func main() {
	log.SetFlags(0)
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// address of the bridge, and the host's.
var (
	bridge = netip.MustParsePrefix("10.0.0.1/24")
	host   = netip.MustParsePrefix("10.0.0.2/24")
)

func run(ctx context.Context) error {
	there, err := netns.Create("host")
	if err != nil {
		return err
	}
	defer there.Close()

	// A Scope is one namespace. It moves no thread: only its sockets are opened there.
	here, err := netlinkcore.Here()
	if err != nil {
		return err
	}
	defer here.Close()
	inside := netlinkcore.In(there)
	defer inside.Close()

	if err := build(ctx, here, inside); err != nil {
		return err
	}
	return there.Do(func() error { return ping(ctx, bridge.Addr()) })
}

// build makes the devices. What is not set is not sent: opt.Of(false) is something
// else than nothing.
func build(ctx context.Context, here, inside *object.Scope) error {
	err := link.Add(ctx, here, &link.Link{
		Name: "br0",
		Kind: &link.Bridge{AgeingTime: opt.Of[uint32](6000)}, // 60 s
		MTU:  opt.Of[uint32](1400),
		Up:   opt.Of(true),
	})
	if errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("there is a br0 already: %w", err)
	}
	if err != nil {
		return err
	}
	// The pair, its other end, the port and its options: one step.
	peer := &link.Link{Name: "eth0", NetNS: rt.NSName("host"), Up: opt.Of(true)}
	err = link.Add(ctx, here, &link.Link{
		Name:   "to-host",
		Kind:   &link.Veth{Peer: peer},
		Master: rt.DevName("br0"),
		Port:   &link.BridgePort{Isolated: opt.Of(true)},
		Up:     opt.Of(true),
	})
	if err != nil {
		return err
	}
	if err := addr.Add(ctx, here, &addr.Addr{Address: bridge, Dev: rt.DevName("br0")}); err != nil {
		return err
	}
	return addr.Add(ctx, inside, &addr.Addr{Address: host, Dev: rt.DevName("eth0")})
}

func ping(ctx context.Context, dst netip.Addr) error {
	result, err := probe.Ping(ctx, probe.Config{Dst: dst})
	if err != nil {
		return err
	}
	fmt.Printf("host pings %s: %d of %d answers\n", dst, result.Received, result.Sent)
	if result.Received == 0 {
		return errors.New("no answer")
	}
	return nil
}
