#!/bin/sh
# getkernel.sh NAME
#
# Gets a kernel of the table in the file `kernels` into the cache: no
# installation, no initramfs hooks, no root. A kernel that is there already and
# is the one that apt offers is left alone. The "cloud" flavours do not do as
# packages: they have no 9p.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/aptenv.sh"

row=$(awk -v name="${1-}" '$1 == name && NF == 4 { print $2, $3 }' "$here/kernels")
if [ -z "$row" ]; then
	echo "usage: getkernel.sh NAME, with a name from $here/kernels" >&2
	exit 2
fi
package=${row% *} suite=${row#* }
cache=${NETLARK_KERNELS:-$here/../../.cache/kernels}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd) # the rest changes directories
dir=$cache/$1
format=1 # raise it when `vmrun prepare` comes to leave something else behind

exec 9>"$cache/.lock" # two runs at once would unpack into one another
flock 9
if ! aptenv "$suite" "$cache/.apt/$suite"; then
	[ -e "$dir/index" ] || exit 1
	echo "getkernel: cannot ask for updates, so $1 stays as it is" >&2
	exit 0
fi
offered=$(apt-cache policy "$package" 2>/dev/null | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p')
if [ -e "$dir/index" ]; then
	have=$(cat "$dir/version")
	[ -n "$offered" ] && [ "$have" != "$package $offered $format" ] || exit 0
fi
if [ -z "$offered" ]; then
	echo "getkernel: apt knows no $package; run apt-get update first" >&2
	exit 1
fi

# Follow the dependencies from the meta package to the packages with files.
todo=$package all=
while [ -n "$todo" ]; do
	next=
	for p in $todo; do
		case " $all " in *" $p "*) continue ;; esac
		all="$all $p"
		next="$next $(apt-cache depends --important "$p" |
			sed -nE 's/^ *Depends: (linux-(image|binary|modules|base)-[0-9].*)$/\1/p')"
	done
	todo=$(echo $next)
done
real=
for p in $all; do
	case $p in linux-*-[0-9]*.[0-9]*.[0-9]*) real="$real $p" ;; esac
done
if [ -z "$real" ]; then
	echo "getkernel: no kernel behind $package $offered" >&2
	exit 1
fi

echo "getkernel: $1 is $package $offered" >&2
new=$dir.new
rm -rf "$new"
mkdir "$new" "$new/deb"
trap 'rm -rf "$new"' EXIT
(cd "$new/deb" && aptget $real)
for deb in "$new"/deb/*.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$new" --exclude='./usr/share' \
		--exclude='*/drivers/gpu' --exclude='*/drivers/media' --exclude='*/sound'
done
rm -r "$new/deb"
echo "$package $offered $format" >"$new/version"
(cd "$here" && CGO_ENABLED=0 go run ./vmrun prepare "$new") >&2
rm -rf "$dir"
mv "$new" "$dir"
