package main

import (
	"context"
	"fmt"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rule"
)

const (
	manyRules = 10_000
	ownRules  = 3 // the kernel's, of IPv4
)

// rulesJob lists rules of IPv4.
var rulesJob = &job{name: "rules",
	peers: []peer{
		{name: "floor", run: drainRules, warm: true},
		{name: "scan", run: scanRules, warm: true},
		{name: "netlark", run: collectRules, warm: true},
		{name: "rival", run: rivalRules, warm: true},
		{name: "ip", argv: func() []string { return []string{"ip", "-json", "rule", "show"} }},
	},
	run: func(s *stage) ([]row, error) {
		n := scaled(manyRules)
		if err := addRules(n); err != nil {
			return nil, err
		}
		got, err := s.alternate([]string{"floor", "scan", "netlark", "rival", "ip"}, nil, sawRules(n+ownRules))
		if err != nil {
			return nil, err
		}
		const title = "list 10k rules"
		return []row{
			got.times(title, "floor: receive, do not decode", "floor", "floor"),
			got.times(title, "netlark `rule.Type.Scan`", "scan", "floor").atMost(1.3),
			rowOf(title, "… allocations a rule", "", got.perObject("scan", mallocs)).zero(),
			got.times(title, "netlark `rule.Type.Collect`: a slice", "netlark", "floor"),
			got.times(title, "vishvananda `Handle.RuleList`", "rival", "floor"),
			got.times(title, "`ip -json rule`", "ip", "floor"),
		}, nil
	},
}

// encodeRule appends the message that adds the i-th rule: from an address, to
// table 100.
func encodeRule(b []byte, i int, flags uint16) []byte {
	at := len(b)
	b = message(b, unix.RTM_NEWRULE, unix.NLM_F_CREATE|unix.NLM_F_EXCL|flags, uint32(i+1))
	b = append(b, unix.AF_INET, 0, 32, 0, 100, 0, 0, unix.FR_ACT_TO_TBL, 0, 0, 0, 0)
	src := hostAddr(i).As4()
	b = attribute(b, unix.FRA_SRC, src[:]...)
	b = attribute(b, unix.FRA_PRIORITY, native.AppendUint32(nil, uint32(i+1))...)
	return finish(b, at)
}

func addRules(n int) error {
	r, err := dial()
	if err != nil {
		return err
	}
	defer r.close()
	for i := range n {
		if err := r.exchange(encodeRule(nil, i, unix.NLM_F_ACK)); err != nil {
			return fmt.Errorf("add a rule: %w", err)
		}
	}
	return nil
}

// listRules is the request for the rules of IPv4.
func listRules() []byte {
	b := message(nil, unix.RTM_GETRULE, unix.NLM_F_DUMP, 1)
	return finish(append(b, unix.AF_INET, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0)
}

func drainRules(m *meter) error {
	r, err := dial()
	if err != nil {
		return err
	}
	request := listRules()
	m.start()
	defer m.stop()
	return r.drain(request)
}

func collectRules(m *meter) error {
	s, err := dialled(unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer s.Close()
	m.start()
	l, err := rule.Type.Collect(context.Background(), s, &rule.Rule{Family: opt.Of[uint8](unix.AF_INET)})
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}

func scanRules(m *meter) error {
	s, err := dialled(unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer s.Close()
	m.start()
	defer m.stop()
	return rule.Type.Scan(context.Background(), s, &rule.Rule{Family: opt.Of[uint8](unix.AF_INET)}, func(*rule.Rule) error {
		m.Objects++
		return nil
	})
}

func rivalRules(m *meter) error {
	h, err := handle()
	if err != nil {
		return err
	}
	m.start()
	l, err := h.RuleList(netlink.FAMILY_V4)
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}

func sawRules(n int) check {
	return func(_ *peer, got *sample) error {
		if got.Objects != 0 && got.Objects != n {
			return fmt.Errorf("it saw %d rules, want %d", got.Objects, n)
		}
		r, err := dial()
		if err != nil {
			return err
		}
		defer r.close()
		there, err := r.count(listRules(), unix.RTM_NEWRULE)
		if err == nil && there != n {
			err = fmt.Errorf("there are %d rules, want %d", there, n)
		}
		return err
	}
}
