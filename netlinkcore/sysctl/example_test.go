package sysctl_test

import (
	"context"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/sysctl"
)

func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()

	must(sysctl.Set(ctx, conn, "net.ipv4.ip_forward", "1"))
	value, err := sysctl.Get(ctx, conn, "net.ipv4.ip_forward")
	must(err)
	fmt.Println(value)
	// Output: 1
}
