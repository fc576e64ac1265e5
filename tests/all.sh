#!/bin/sh
# make test: every layer, with what each took. What cannot run here (no root, no
# virtual machine) is named, and the rest runs.
set -u
cd "$(dirname "$0")/.."
# Never from the cache: what the tests of the command build is no part of its key.
start=$(date +%s)
failed=
step() {
	name=$1
	shift
	began=$(date +%s)
	printf '== %s\n' "$name"
	if "$@"; then verdict=ok; else verdict=FAILED failed="$failed $name"; fi
	printf '== %s: %s, %d s\n' "$name" "$verdict" $(($(date +%s) - began))
}

# The tests that passed, one a line, on whatever kernel.
ran=$(mktemp)
trap 'rm -f "$ran"' EXIT
host() { go test -count=1 -v ./... 2>&1 | awk -v ran="$ran" -f tests/packages.awk; }

tests/deps.sh
deps=$?
step host host
step bench-builds sh -c 'cd tests/bench && go vet ./...'
if [ $deps = 0 ]; then
	step vm go run ./tests/vm/vmtest -ran "$ran"
	step rivals env NETLARK_RAN="$ran" go test -count=1 -run TestRan ./tests/rivals
else
	echo "== vm: not run, since something is missing (see above)"
fi
printf '== %d min %d s on Linux %s\n' $((($(date +%s) - start) / 60)) $((($(date +%s) - start) % 60)) "$(uname -r)"
[ -z "$failed" ] || { echo "== failed:$failed"; exit 1; }
