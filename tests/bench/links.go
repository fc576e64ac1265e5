package main

import (
	"context"
	"fmt"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/link"
)

const manyLinks = 8000

// linksJob lists devices: pairs of veths, both ends in the namespace, down.
var linksJob = &job{name: "links",
	peers: []peer{
		{name: "floor", run: drainLinks},
		{name: "netlark", run: collectLinks},
		{name: "rival", run: rivalLinks},
		{name: "ip", argv: func() []string { return []string{"ip", "-json", "-details", "link", "show"} }},
	},
	run: func(s *stage) ([]row, error) {
		n := scaled(manyLinks)
		if err := pairs(n / 2); err != nil {
			return nil, err
		}
		got, err := s.alternate([]string{"floor", "netlark", "rival", "ip"}, nil, sawLinks(2*(n/2)+1))
		if err != nil {
			return nil, err
		}
		const title = "list 8000 links"
		return []row{
			got.times(title, "floor: receive, do not decode", "floor", "floor"),
			got.times(title, "netlark `link.Type.Collect`", "netlark", "floor").atMost(1.25),
			rowOf(title, "… allocations a link", "", got.perObject("netlark", mallocs)),
			got.times(title, "vishvananda `Handle.LinkList`", "rival", "floor"),
			rowOf(title, "… allocations a link", "", got.perObject("rival", mallocs)),
			got.times(title, "`ip -json -details link`", "ip", "floor"),
		}, nil
	},
}

// pairs adds n pairs of veths with one queue each.
func pairs(n int) error {
	for i := range n {
		attrs := netlink.LinkAttrs{Name: fmt.Sprintf("a%d", i), NumTxQueues: 1, NumRxQueues: 1}
		err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: fmt.Sprintf("b%d", i)})
		if err != nil {
			return fmt.Errorf("add a pair of veths: %w", err)
		}
	}
	return nil
}

// sawLinks checks what a peer that counts saw, and what is there. An ip that
// was given fewer than 8000 is not told apart; it says nothing of counts.
func sawLinks(n int) check {
	return func(_ *peer, got *sample) error {
		if got.Objects != 0 && got.Objects != n {
			return fmt.Errorf("it saw %d links, want %d", got.Objects, n)
		}
		r, err := dial()
		if err != nil {
			return err
		}
		defer r.close()
		there, err := r.count(listLinks(), unix.RTM_NEWLINK)
		if err == nil && there != n {
			err = fmt.Errorf("there are %d links, want %d", there, n)
		}
		return err
	}
}

func drainLinks(m *meter) error {
	r, err := dial()
	if err != nil {
		return err
	}
	request := listLinks()
	m.start()
	defer m.stop()
	return r.drain(request)
}

func collectLinks(m *meter) error {
	s, err := dialled(unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer s.Close()
	m.start()
	l, err := link.Type.Collect(context.Background(), s, nil)
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}

func rivalLinks(m *meter) error {
	h, err := handle()
	if err != nil {
		return err
	}
	m.start()
	l, err := h.LinkList()
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}
