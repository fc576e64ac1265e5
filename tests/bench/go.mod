// Benchmarks beside the floor and beside other libraries, apart from what the
// project needs: cd tests/bench && go run .
module github.com/netlark/netlark/tests/bench

go 1.26.0

require (
	github.com/netlark/netlark v0.0.0
	github.com/vishvananda/netlink v1.3.1
	golang.org/x/sys v0.49.0
)

require (
	github.com/vishvananda/netns v0.0.5 // indirect
	go.starlark.net v0.0.0-20260908191801-89a6a09411d5 // indirect
)

replace github.com/netlark/netlark => ../..
