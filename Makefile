# What one types here. Everything else is Go's own: go build, go test.

BIN := bin/netlark

export CGO_ENABLED ?= 0

.PHONY: all build demo test test-host check docs bench fuzz-long clean

all: build

build:
	go build -trimpath -ldflags='-s -w' -o $(BIN) ./cmd/netlark

# Two namespaces on a bridge, in a sandbox: needs no root.
demo: build
	$(BIN) run --sandbox examples/two-namespaces.star

# Everything: installs what is missing (as root), tests on this kernel, then in
# virtual machines with others.
test:
	@tests/all.sh

# Without root and without virtual machines.
test-host:
	go test -count=1 ./...

# Format, vet, lint, tidiness, imports, documentation, races.
check:
	@tests/check.sh

# The reference, from the definitions.
docs: build
	$(BIN) doc --reference > docs/reference.md

# Ratios to a floor and to other tools: minutes, on a quiet machine.
bench: build
	cd tests/bench && go run . -netlark $(CURDIR)/$(BIN)

# Two million mutated messages.
fuzz-long:
	NETLARK_MUTATIONS=2000000 go test -run TestMutations -timeout 0 -v ./netlinkcore/all

clean:
	rm -rf bin
