#!/bin/sh
# getextra.sh NAME
#
# Builds modules that Debian leaves out of its kernels, netdevsim (the only way
# to a devlink instance in a VM), bareudp and amt, for a kernel in the cache,
# out of Debian's own source and header packages. Needs gcc, make and binutils;
# nothing is installed. Only for kernels of the suites that the machine itself
# runs: another release's headers bring tools (objtool) linked against that
# release's libc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/aptenv.sh"

suite=$(awk -v name="${1-}" '$1 == name && NF == 4 { print $3 }' "$here/kernels")
if [ "$suite" != - ]; then
	echo "getextra: no kernel ${1-} of the machine's own suites in $here/kernels" >&2
	exit 2
fi
"$here/getkernel.sh" "$1"
dir=$(cd "${NETLARK_KERNELS:-$here/../../.cache/kernels}/$1" && pwd)
release=$(basename "$(readlink "$dir/modules")") # 6.12.117+deb12-amd64
base=${release%-amd64}                           # 6.12.117+deb12
version=$(echo "$release" | cut -d. -f1,2)       # 6.12

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/deb" "$tmp/root" "$tmp/src" "$tmp/plain"
kbuild=$(apt-cache depends "linux-headers-$release" | sed -n 's/^ *Depends: \(linux-kbuild-[^ ]*\)$/\1/p')
(cd "$tmp/deb" && aptget "linux-headers-$release" "linux-headers-$base-common" "$kbuild" "linux-source-$version")
for deb in "$tmp"/deb/linux-headers-*.deb "$tmp"/deb/linux-kbuild-*.deb; do
	dpkg-deb -x "$deb" "$tmp/root"
done
top=linux-source-$version
dpkg-deb --fsys-tarfile "$tmp"/deb/linux-source-*.deb |
	tar -xO --wildcards "./usr/src/$top.tar.xz" | xz -dc |
	tar -x -C "$tmp/src" "$top/drivers/net/netdevsim" "$top/drivers/net/bareudp.c" "$top/drivers/net/amt.c"

# The headers know themselves by absolute paths.
headers=$tmp/root/usr/src/linux-headers-$release
sed -i "s#/usr/src/#$tmp/root/usr/src/#" "$headers/Makefile"
find "$tmp/root/usr/src" -type l | while read -r l; do
	target=$(readlink "$l")
	case $target in /usr/*) ln -sfn "$tmp/root$target" "$l" ;; esac
done

drivers=$tmp/src/$top/drivers/net
cp "$drivers/bareudp.c" "$drivers/amt.c" "$tmp/plain/"
echo 'obj-m := bareudp.o amt.o' >"$tmp/plain/Makefile"
mkdir -p "$dir/modules/extra"
for d in "$drivers/netdevsim" "$tmp/plain"; do
	# No type information: making it needs a vmlinux and pahole.
	make -s -j"$(nproc)" -C "$headers" M="$d" CC="${CC:-gcc}" HOSTCC="${CC:-gcc}" \
		CONFIG_NETDEVSIM=m CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$tmp/log" 2>&1 ||
		{ cat "$tmp/log" >&2; exit 1; }
	strip --strip-debug "$d"/*.ko
	cp "$d"/*.ko "$dir/modules/extra/"
done
for option in NETDEVSIM BAREUDP AMT; do # tests ask the configuration what there is
	grep -q "^CONFIG_$option=" "$dir/config" || echo "CONFIG_$option=m" >>"$dir/config"
done
(cd "$here" && CGO_ENABLED=0 go run ./vmrun prepare "$dir") >&2
