#!/bin/sh
# deps.sh [KERNEL...|all]
#
# Sees to what the tests in a VM need on a Debian with Go: the tools, and the
# kernels (by default those that `make test` runs on). Does nothing, quickly,
# when all is there. Root installs missing tools; for others the script says
# what is missing and exits with status 3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin # where others than root may not look for ip

missing=
for need in qemu-system-x86_64:qemu-system-x86 xz:xz-utils zstd:zstd lz4:lz4 ip:iproute2; do
	command -v "${need%%:*}" >/dev/null || missing="$missing ${need#*:}"
done
if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ]; then
		echo "missing; as root: apt-get install --no-install-recommends$missing" >&2
		exit 3
	fi
	apt-get -q=2 update
	DEBIAN_FRONTEND=noninteractive apt-get -q=2 install --no-install-recommends $missing >&2
fi

case $* in
"") set -- $(awk '!/^#/ && NF == 4 && $4 != "no" { print $1 }' "$here/kernels") ;;
all) set -- $(awk '!/^#/ && NF == 4 { print $1 }' "$here/kernels") ;;
esac
for kernel; do
	# Lists that are old, or missing on a fresh machine, name packages that
	# the mirror no longer has.
	if [ ! -e "${NETLARK_KERNELS:-$here/../../.cache/kernels}/$kernel/index" ] && [ "$(id -u)" = 0 ]; then
		apt-get -q=2 update
		break
	fi
done
for kernel; do
	"$here/getkernel.sh" "$kernel"
done
