#!/bin/sh
# make check: what a reviewer would otherwise have to look for.
set -eu
cd "$(dirname "$0")/.."
say() { printf '== %s\n' "$1"; }

say format
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
[ -z "$unformatted" ] || { echo "not formatted: $unformatted"; exit 1; }
say vet
# attr.Word and the like are tables: field names would only be noise in them.
go vet -composites=false ./...
say staticcheck
go tool -modfile=tests/tools/go.mod staticcheck ./...
say tidy
go mod tidy -diff
say imports
go test ./tests/arch
say docs
go run ./cmd/netlark doc --reference | diff -u docs/reference.md - || {
	echo "docs/reference.md is not current: make docs"
	exit 1
}
say size
make -s build
size=$(wc -c <bin/netlark)
[ "$size" -le 18000000 ] || { echo "bin/netlark has $size bytes, more than 18 million"; exit 1; }
say race
if command -v gcc >/dev/null; then
	CGO_ENABLED=1 go test -race ./...
else
	echo "not run: no gcc"
	exit 1
fi
