package object

import (
	"context"
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// VRFTable returns the routing table of a VRF.
func (s *Scope) VRFTable(ctx context.Context, vrf attr.Dev) (table uint32, err error) {
	index := vrf.Index
	if index == 0 {
		if index, err = s.Index(ctx, vrf.Name()); err != nil {
			return 0, err
		}
	}
	body := make([]byte, unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(body[4:], index)
	isVRF := false
	err = s.conn.Call(ctx, &nl.Request{Type: unix.RTM_GETLINK, Body: body}, func(m nl.Message) error {
		info := within(m.Body[min(unix.SizeofIfInfomsg, len(m.Body)):], unix.IFLA_LINKINFO)
		data := within(within(info, unix.IFLA_INFO_DATA), unix.IFLA_VRF_TABLE)
		if isVRF = text(within(info, unix.IFLA_INFO_KIND)) == "vrf" && len(data) == 4; isVRF {
			table = nativeUint32(data)
		}
		return nil
	})
	if err == nil && !isVRF {
		err = fmt.Errorf("%s is no VRF", vrf)
	}
	return table, err
}

// within is the payload of the first attribute with a number, or nil.
func within(attrs []byte, number uint16) []byte {
	r := wire.NewReader(attrs)
	for {
		id, data, ok := r.Next()
		if !ok || id == number {
			return data
		}
	}
}
