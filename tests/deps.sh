#!/bin/sh
# What the tests need besides Go: tools for virtual machines and kernels (see
# tests/vm), and a C compiler for the race detector. Root installs what is
# missing; for others the script says it and exits with status 3.
set -eu
cd "$(dirname "$0")/.."
status=0
if ! command -v gcc >/dev/null; then
	if [ "$(id -u)" = 0 ]; then
		apt-get -q=2 update
		DEBIAN_FRONTEND=noninteractive apt-get -q=2 install --no-install-recommends gcc libc6-dev >&2
	else
		echo "missing; as root: apt-get install --no-install-recommends gcc libc6-dev" >&2
		status=3
	fi
fi
tests/vm/deps.sh || status=$?
exit $status
