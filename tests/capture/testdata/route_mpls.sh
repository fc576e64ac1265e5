# MPLS routes: labels exchanged, taken away, to several hops.
ip link set lo up
ip link add v0 up type veth peer name v1
ip link set v1 up
ip addr add 192.0.2.1/24 dev v0
ip -6 addr add 2001:db8::1/64 dev v0 nodad
ip route add 10.1.0.0/16 encap mpls 100 via 192.0.2.2
sysctl -w net.mpls.platform_labels=1000
ip -M route add 100 as 200/201 via inet 192.0.2.2 dev v0
ip -M route add 101 via inet6 2001:db8::2 dev v0 ttl-propagate enabled
ip -M route add 102 nexthop as 300 via inet 192.0.2.2 dev v0 nexthop via inet6 2001:db8::2 dev v0
ip -M route add 103 dev v0 proto zebra
