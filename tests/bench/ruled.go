package main

import (
	"context"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
)

// ruledJob makes a node with many rules, which are declared by rising priority, beside
// the same rules added in that order: to insert one, the kernel walks all that come
// before it.
var ruledJob = &job{name: "ruled",
	peers: []peer{
		{name: "rising", run: addRising, alone: true},
		{name: "apply", run: applyRuled, lab: true},
	},
	run: func(s *stage) ([]row, error) {
		got, err := s.alternate([]string{"rising", "apply"}, nil, nil)
		if err != nil {
			return nil, err
		}
		const title = "a node with 10k rules"
		return []row{
			got.times(title, "floor: encoded before, 128 a send, by rising priority", "rising", "rising"),
			got.times(title, "netlark: `lab.Apply`, with plan and verification", "apply", "rising").atMost(1),
		}, nil
	},
}

func addRising(m *meter) error {
	n := scaled(manyRules)
	var sends [][]byte
	for i := 0; i < n; {
		var b []byte
		for end := min(i+128, n); i < end; i++ {
			flags := uint16(0)
			if i == end-1 {
				flags = unix.NLM_F_ACK
			}
			b = encodeRule(b, i, flags)
		}
		sends = append(sends, b)
	}
	r, err := dial()
	if err != nil {
		return err
	}
	defer r.close()
	m.start()
	for _, b := range sends {
		if err := r.exchange(b); err != nil {
			return fmt.Errorf("add rules: %w", err)
		}
	}
	m.stop()
	return sawRules(n+ownRules)(nil, &sample{})
}

// applyRuled declares the node and applies it.
func applyRuled(m *meter) error {
	l, err := lab.New("ruled", all.Families())
	if err != nil {
		return err
	}
	a, err := l.Node("a", nil)
	if err != nil {
		return err
	}
	n := scaled(manyRules)
	for i := range n {
		r := &rule.Rule{Priority: opt.Of(uint32(i + 1)), Src: netip.PrefixFrom(hostAddr(i), 32), Table: opt.Of(rt.Table(100))}
		if err := a.Declare(object.Add, rule.Type.Ref(r), nil); err != nil {
			return err
		}
	}
	m.start()
	_, err = (&lab.Apply{}).Apply(context.Background(), l)
	m.stop()
	if err != nil {
		return err
	}
	ns, err := netns.Open("ruled.a")
	if err != nil {
		return err
	}
	defer ns.Close()
	return ns.Do(func() error { return sawRules(n+ownRules)(nil, &sample{}) })
}
