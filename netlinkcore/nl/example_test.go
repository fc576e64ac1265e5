package nl_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// Any netlink protocol can be spoken: here a list of the families of generic
// netlink.
func ExampleConn_Dump() {
	conn := nl.New(nl.Config{})
	defer conn.Close()
	list := nl.Request{Proto: unix.NETLINK_GENERIC, Type: unix.GENL_ID_CTRL, Body: []byte{unix.CTRL_CMD_GETFAMILY, 1, 0, 0}}
	for m, err := range conn.Dump(context.Background(), &list) {
		if err != nil {
			log.Fatal(err)
		}
		attrs := wire.NewReader(m.Body[4:])
		for typ, data, ok := attrs.Next(); ok; typ, data, ok = attrs.Next() {
			if typ == unix.CTRL_ATTR_FAMILY_NAME && string(data) == "nlctrl\x00" {
				fmt.Println("nlctrl is there")
			}
		}
	}
	// Output: nlctrl is there
}

// A refusal has the errno, and what the kernel says to it.
func ExampleConn_Call() {
	conn := nl.New(nl.Config{})
	defer conn.Close()
	body := make([]byte, unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(body[4:], 1<<30)
	err := conn.Call(context.Background(), &nl.Request{Type: unix.RTM_GETLINK, Body: body}, nil)
	fmt.Println(errors.Is(err, unix.ENODEV))
	// Output: true
}
