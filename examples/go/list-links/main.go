// Command list-links prints the devices of the namespace that it runs in, with
// their addresses. It only reads, so it needs no root.
package main

import (
	"context"
	"fmt"
	"log"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore"
	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
)

func main() {
	log.SetFlags(0)
	scope, err := netlinkcore.Here()
	if err != nil {
		log.Fatal(err)
	}
	defer scope.Close()
	if err := list(context.Background(), scope); err != nil {
		log.Fatal(err)
	}
}

func list(ctx context.Context, scope *object.Scope) error {
	// nil filters nothing. What a filter names, the kernel looks for where it can.
	addrs := map[string][]netip.Prefix{}
	for a, err := range addr.List(ctx, scope, nil) {
		if err != nil {
			return err
		}
		addrs[a.Dev.Name()] = append(addrs[a.Dev.Name()], a.Address)
	}
	for l, err := range link.List(ctx, scope, nil) {
		if err != nil {
			return err
		}
		kind := "-"
		if l.Kind != nil {
			kind = l.Kind.KindName()
		}
		fmt.Printf("%-15s %-8s up=%-5v mtu=%-5d %v\n", l.Name, kind, l.Up.Or(false), l.MTU.Or(0), addrs[l.Name])
	}
	return nil
}
