# Sourced. aptenv SUITE DIR: lets apt work in DIR on that suite alone, from the
# mirror and with the keys and settings that the machine's own apt uses; the
# machine's apt configuration stays as it is. The suite "-" is the machine's
# own, and nothing is changed. The lists in DIR are good for a day.
aptenv() {
	[ "$1" != - ] || return 0
	uri=$(apt-get indextargets --format '$(SITE)|$(ORIGIN)|$(LABEL)' |
		awk -F'|' '$2 == "Debian" && $3 == "Debian" { print $1; exit }')
	if [ -z "$uri" ]; then
		echo "no Debian mirror in apt's lists; run apt-get update first" >&2
		return 1
	fi
	mkdir -p "$2/etc/apt/apt.conf.d" "$2/etc/apt/preferences.d" "$2/state/lists/partial" "$2/cache/archives/partial"
	: >"$2/status"
	cp /etc/apt/apt.conf.d/* "$2/etc/apt/apt.conf.d/" 2>/dev/null || :
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $1 main" >"$2/etc/apt/sources.list"
	cat >"$2/apt.conf" <<-END
		Dir "$2/";
		Dir::Etc "$2/etc/apt/";
		Dir::State "$2/state";
		Dir::State::status "$2/status";
		Dir::Cache "$2/cache";
		Acquire::Languages "none";
	END
	export APT_CONFIG="$2/apt.conf"
	if [ -z "$(find "$2/updated" -mtime -1 2>/dev/null)" ]; then
		apt-get -q=2 -o APT::Sandbox::User="$(id -un)" update
		touch "$2/updated"
	fi
}

# aptget PACKAGE...: downloads into the current directory; installs nothing.
aptget() {
	apt-get -q=2 -o APT::Sandbox::User="$(id -un)" download "$@"
}
