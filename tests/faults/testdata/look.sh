# What the machine is, as other programs see it: without what only the kernel counts
# or chooses anew.
set +e
forget='s/^[0-9]*: //; s/ state [A-Z]*//; s/<\(.*,\)*UP\(,.*\)*> mtu/ up mtu/; s/<[A-Z,_-]*>//; s/@if[0-9]*//
s/link-netns[^ ]* [^ \\]*//; s/[a-z_]*timer *[0-9.]* //g; s/promiscuity [0-9]*//; /fe80\|ff00::/d
s/\(bridge_id\|designated_bridge\|designated_root\) [0-9a-f.:]*//g'
for n in "" $(ls /run/netns); do
	echo "== $n"
	on=${n:+-n $n}
	ip $on -o -d -force -batch - <<-'BATCH' 2>&1 | sed "$forget" | sort
		link
		addr
		-4 route show table all
		-6 route show table all
		rule
		-6 rule
		neigh show nud permanent
		neigh show proxy
		nexthop
		addrlabel
		xfrm policy
		xfrm state
	BATCH
	ip $on -o link | sed 's/^[0-9]*: //; s/[@:].*//' | sort | while read d; do
		echo "class show dev $d"; echo "filter show dev $d"; echo "filter show dev $d ingress"
	done | tc $on -force -batch - 2>&1 | sed 's/\(fh\|ht\) [89a-f][0-9a-f][0-9a-f]/\1 800/g'
	tc $on qdisc show | sort
	bridge $on fdb | grep -v '33:33\|01:00:5e' | grep '02:00:00' | sort
	bridge $on -d mdb show | grep permanent | sort
	bridge $on vlan | awk '/^[^ \t]/ { d = $1; $1 = "" } { $1 = $1; print d, $0 }' | sort # devices come in the order of their numbers
done
find /run/netlark -mindepth 1 2>/dev/null | sort
cut -d' ' -f5 /proc/self/mountinfo | grep '^/run' | sort -u
