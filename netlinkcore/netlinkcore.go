// Package netlinkcore is where a Go program begins: it says which network
// namespace is meant, and the families' packages do the rest.
//
//	conn, err := netlinkcore.Here()
//	if err != nil {
//		return err
//	}
//	defer conn.Close()
//	err = link.Add(ctx, conn, &link.Link{Name: "br0", Kind: &link.Bridge{}, Up: opt.Of(true)})
//
// # Families
//
// Each family of kernel objects is a package with a struct and the functions
// that the kernel has for it: Add, Append, Replace, Set, Delete, Get, List,
// Collect, Flush, Lookup, Watch and Ensure. Packages with several kinds of
// objects name them: tc.AddQdisc, xfrm.CollectPolicies.
//
//   - link, addr, route, rule, neigh, nexthop, bridge (forwarding entries)
//   - tc (queueing disciplines, classes, filters), xfrm (states, policies)
//   - sysctl (settings of a namespace)
//
// Package netns makes and opens namespaces, state compares and restores what is
// there, probe sends packets, nl carries messages of any netlink protocol.
//
// # Attributes
//
// What is not set is not sent, and what the kernel did not tell is not set:
// opt.Of(uint32(0)) is a zero, the zero value of a field is none. Functions do
// not change what they are given. Devices are named: rt.DevName("eth0").
//
// # Errors
//
// object.Code sorts errors by what a program can do about them: "exists",
// "not_found", "invalid", … An *nl.Error is the kernel's refusal with its errno,
// its sentence and the path of the attribute that it points at, an
// *object.AttributeError one from before anything was sent; errors.Is finds the
// errno in either.
//
// # Concurrency
//
// A Scope may be used by any number of goroutines. Every call takes a context,
// whose end ends it. A change whose answer did not come then is unknown:
// nl.ErrUnknown.
package netlinkcore

import (
	"strings"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
)

// Here returns the network namespace that the calling thread is in. It stays
// that one, whatever namespaces threads enter later. Close it after use.
func Here() (*object.Scope, error) { return own(netns.Current()) }

// Open returns the network namespace with a name, that of ip-netns(8), or at a
// path, such as /proc/17/ns/net. If there is none, errors.Is finds
// fs.ErrNotExist. Close it after use.
func Open(name string) (*object.Scope, error) { return own(open(name)) }

// In returns an open network namespace, which stays the caller's: close it after
// the Scope. nil is the namespace of whatever thread makes a call.
func In(ns *netns.NS) *object.Scope { return object.NewScope(config(ns)) }

func own(ns *netns.NS, err error) (*object.Scope, error) {
	if err != nil {
		return nil, err
	}
	cfg := config(ns)
	cfg.Owned = ns
	return object.NewScope(cfg), nil
}

func config(ns *netns.NS) object.Config {
	cfg := object.Config{Namespace: func(name string) (object.Namespace, error) { return open(name) }}
	if ns != nil {
		cfg.Enter = ns.Do
	}
	return cfg
}

func open(name string) (*netns.NS, error) {
	if strings.HasPrefix(name, "/") {
		return netns.OpenPath(name)
	}
	return netns.Open(name)
}
