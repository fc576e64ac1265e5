package main

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
)

// hostedPairs is how many pairs of veths a lab has in a namespace that is not its own.
const hostedPairs = 200

// hostedJob takes a lab away that has all its devices in a namespace of others, beside
// a removal of them one by one.
var hostedJob = &job{name: "hosted",
	peers: []peer{
		{name: "one by one", run: removeHosted, lab: true},
		{name: "destroy", run: destroyHosted, lab: true},
	},
	run: func(s *stage) ([]row, error) {
		got, err := s.alternate([]string{"one by one", "destroy"}, nil, nil)
		if err != nil {
			return nil, err
		}
		title := fmt.Sprintf("remove %d pairs of veths from the host", scaled(hostedPairs))
		return []row{
			got.times(title, "floor: encoded before, one message each, one send", "one by one", "one by one"),
			got.times(title, "netlark: `lab.Destroy`", "destroy", "one by one").atMost(0.2),
		}, nil
	},
}

// hosted makes the lab.
func hosted() error {
	l, err := lab.New("hosted", all.Families())
	if err != nil {
		return err
	}
	host := l.Host(nil)
	for i := range scaled(hostedPairs) {
		pair := &link.Link{Name: fmt.Sprintf("a%d", i), Kind: &link.Veth{Peer: &link.Link{Name: fmt.Sprintf("b%d", i)}}}
		if err := host.Declare(object.Add, link.Type.Ref(pair), nil); err != nil {
			return err
		}
	}
	_, err = (&lab.Apply{}).Apply(context.Background(), l)
	return err
}

func removeHosted(m *meter) error {
	if err := hosted(); err != nil {
		return err
	}
	r, err := dial()
	if err != nil {
		return err
	}
	defer r.close()
	n := scaled(hostedPairs)
	var b []byte
	for i := range n {
		at, flags := len(b), uint16(0)
		if i == n-1 {
			flags = unix.NLM_F_ACK
		}
		b = message(b, unix.RTM_DELLINK, flags, uint32(i+1))
		b = append(b, make([]byte, unix.SizeofIfInfomsg)...)
		b = finish(attribute(b, unix.IFLA_IFNAME, append(fmt.Appendf(nil, "a%d", i), 0)...), at)
	}
	m.start()
	err = r.exchange(b)
	m.stop()
	if err != nil {
		return err
	}
	return onlyLoopback(r)
}

func destroyHosted(m *meter) error {
	if err := hosted(); err != nil {
		return err
	}
	m.start()
	_, err := lab.Destroy(context.Background(), "hosted", all.Families())
	m.stop()
	if err != nil {
		return err
	}
	r, err := dial()
	if err != nil {
		return err
	}
	defer r.close()
	return onlyLoopback(r)
}

func onlyLoopback(r *raw) error {
	n, err := r.count(listLinks(), unix.RTM_NEWLINK)
	if err == nil && n != 1 {
		err = fmt.Errorf("there are %d links yet", n)
	}
	return err
}
