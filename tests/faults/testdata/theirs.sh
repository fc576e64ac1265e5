# What others have in the namespace that the lab shares with them.
ip netns add theirs
ip -n theirs -batch - <<-'BATCH'
	link set lo up
	link add x0 mtu 1450 type veth peer name x1
	link set x1 up
	link set x0 up
	link add x2 type bridge
	link add br9 up type bridge ageing_time 9000
	link add x3 up type veth peer name x4
	link set x3 master br9
	link set x4 up
	link add vx9 type vxlan id 90 local 10.50.1.1 dstport 4790
	link set vx9 mtu 1400 alias theirs up
	addr add 10.50.0.1/24 dev x0
	addr add 10.50.1.1/24 dev x0
	addr add 10.50.9.1/24 dev vx9
	route add 10.51.0.0/16 via 10.50.1.2
	route add 10.52.0.0/16 via 10.50.1.9 metric 0 proto static
	route add 10.57.0.0/16 via 10.50.9.2
	rule add priority 50 from 10.53.0.0/16 table 50
	neigh add 10.50.1.7 lladdr 02:00:00:00:00:07 dev x0
	neigh add 10.50.1.8 lladdr 02:00:00:00:00:0a dev x0
	addrlabel add prefix fd09::/64 label 99
	xfrm policy add src 10.54.0.0/16 dst 10.55.0.0/16 dir in action block
	link set vx9 master br9
BATCH
tc -n theirs -batch - <<-'BATCH'
	qdisc add dev x1 root handle 9: pfifo limit 10
	qdisc add dev x0 ingress
	filter add dev x0 ingress prio 3 protocol ip handle 800::800 u32 match ip dst 10.59.0.0/16
	qdisc add dev br9 root handle 8: pfifo limit 10
BATCH
bridge -n theirs fdb add 02:00:00:00:09:09 dev x3 master static
bridge -n theirs fdb add 02:00:00:00:09:0a dev vx9 dst 192.0.2.9
bridge -n theirs mdb add dev br9 port x3 grp 239.9.9.9 permanent
until ip -n theirs nexthop add id 90 via 10.50.1.4 dev x0 2>/dev/null; do sleep .02; done # it takes carrier
