# Nexthops of every sort, and groups.
ip link set lo up
ip link add v0 up type veth peer name v1
ip link set v1 up
ip addr add 192.0.2.1/24 dev v0
ip -6 addr add 2001:db8::1/64 dev v0 nodad
ip nexthop add id 1 via 192.0.2.2 dev v0
ip nexthop add id 2 via 2001:db8::2 dev v0 proto zebra
ip nexthop add id 3 dev v0
ip nexthop add id 4 blackhole
ip nexthop add id 5 via 203.0.113.1 dev v0 onlink
ip nexthop add id 6 via 192.0.2.3 dev v0
ip nexthop add id 7 via 192.0.2.7 fdb
ip nexthop add id 8 via 2001:db8::7 fdb
ip nexthop add id 9 blackhole proto static
ip -6 nexthop add id 10 blackhole
ip nexthop add id 11 via 192.0.2.4 dev v0 encap ip id 42 dst 198.51.100.1
ip nexthop add id 20 group 1/6
ip nexthop add id 21 group 1,256/6,3 proto bgp
ip nexthop add id 22 group 7 fdb
ip nexthop add id 23 group 1,2/6 type resilient buckets 16 idle_timer 60 unbalanced_timer 300
ip nexthop add id 24 group 1 type resilient buckets 4
