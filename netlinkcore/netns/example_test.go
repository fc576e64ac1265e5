package netns_test

import (
	"fmt"
	"log"
	"net"

	"github.com/netlark/netlark/netlinkcore/netns"
)

// A namespace with a name, as `ip netns` has them.
func Example() {
	blue, err := netns.Create("blue")
	if err != nil {
		log.Fatal(err)
	}
	defer blue.Close()
	names, err := netns.List()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	if err := netns.Delete("blue"); err != nil {
		log.Fatal(err)
	}
	// Output: [blue]
}

// What fn does on its own goroutine happens in the namespace.
func ExampleNS_Do() {
	ns, err := netns.CreateAnonymous()
	if err != nil {
		log.Fatal(err)
	}
	defer ns.Close()
	err = ns.Do(func() error {
		devices, err := net.Interfaces()
		for _, d := range devices {
			fmt.Println(d.Name, d.Flags&net.FlagUp != 0)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: lo false
}
