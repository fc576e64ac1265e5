# Neighbours in all states, proxies, and what the kernel keeps of them.
ip link set lo up
ip link add v0 up type veth peer name v1
ip link set v1 up
ip addr add 192.0.2.1/24 dev v0
ip -6 addr add 2001:db8::1/64 dev v0 nodad
ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0
ip neigh add 192.0.2.10 lladdr 02:00:00:00:00:0a dev v0 nud reachable protocol zebra
ip neigh add 192.0.2.11 lladdr 02:00:00:00:00:0b dev v0 nud stale extern_learn
ip neigh add 192.0.2.12 dev v0 nud noarp lladdr 02:00:00:00:00:0c
ip neigh add 192.0.2.13 dev v0 managed extern_learn
ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 router
ip neigh add proxy 192.0.2.20 dev v0
ip neigh add proxy 2001:db8::20 dev v0 protocol static router
ip neigh add proxy 192.0.2.21 dev v0 extern_learn
ip link add gr0 up type gre local 192.0.2.1
ip neigh add 198.51.100.1 lladdr 203.0.113.1 dev gr0
