// Package nl carries netlink messages between a program and the kernel:
// requests with acknowledgement, dumps, batches and events. It knows nothing of
// what the messages say.
//
// A Conn takes a socket from a small pool for each call, sends and receives on
// the calling goroutine, and gives it back. The kernel does the work inside the
// sending system call, so the answer is nearly always there when it returns: a
// goroutine that reads, or Go's poller, would only add thread switches to it
// (twice and one and a half times the cost of a call). Event sockets do live in
// the poller, since they idle.
//
// Request sockets are connected to the kernel: it then refuses what other
// processes send them, so neither a forged answer nor a flood can arrive.
package nl
