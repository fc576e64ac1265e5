# Routes of both families: all types, metrics and locks, many hops, encapsulations.
ip link set lo up
ip link add v0 up type veth peer name v1
ip link set v1 up
ip link add v2 up type veth peer name v3
ip link set v3 up
ip addr add 192.0.2.1/24 dev v0
ip addr add 198.51.100.1/24 dev v2
ip -6 addr add 2001:db8::1/64 dev v0 nodad
ip -6 addr add 2001:db8:1::1/64 dev v2 nodad
ip route add default via 192.0.2.2
ip route add 10.1.0.0/16 dev v0
ip route add 10.2.0.0/16 via 192.0.2.2 dev v0 metric 77 proto zebra src 192.0.2.1 tos 0x10 table 1000
ip route add 10.3.0.0/16 via inet6 2001:db8::2 dev v0
ip route add 10.4.0.0/16 via 203.0.113.9 dev v0 onlink
ip route add 10.5.0.0/16 nexthop via 192.0.2.2 dev v0 weight 3 nexthop via 198.51.100.2 dev v2 weight 256
ip route add 10.6.0.0/16 nexthop via inet6 2001:db8::2 dev v0 nexthop via 203.0.113.9 dev v2 onlink
ip route add 10.7.0.0/16 via 192.0.2.2 mtu lock 1300 window 9000 rtt lock 200ms rttvar 50ms ssthresh 30 cwnd lock 40 advmss lock 1200 reordering 5 hoplimit 33 initcwnd 12 initrwnd 13 features ecn quickack 1 rto_min 300ms congctl lock reno fastopen_no_cookie 1
ip route add 10.8.0.0/16 via 192.0.2.2 mtu 1300
ip route add 10.9.0.0/16 via 192.0.2.2 realm 4/5
ip route add 10.19.0.0/16 nexthop via 192.0.2.2 dev v0 realm 4/5 nexthop via 198.51.100.2 dev v2 realm 6
ip route add blackhole 10.10.0.0/16
ip route add unreachable 10.11.0.0/16 metric 5
ip route add prohibit 10.12.0.0/16
ip route add throw 10.13.0.0/16 table 300
ip route add local 10.14.0.0/16 dev lo
ip route add broadcast 10.15.255.255 dev v0
ip route add multicast 239.0.0.0/8 dev v0
ip route add 10.16.0.0/16 dev v0 scope host
ip nexthop add id 1 via 192.0.2.2 dev v0
ip nexthop add id 2 via 198.51.100.2 dev v2
ip nexthop add id 3 group 1/2,7
ip route add 10.17.0.0/16 nhid 1
ip route add 10.18.0.0/16 nhid 3
ip route add 10.20.0.0/16 encap ip id 42 dst 198.51.100.9 src 192.0.2.1 ttl 5 tos 4 key dev v0
ip route add 10.21.0.0/16 encap ip6 id 43 dst 2001:db8::9 src 2001:db8::1 hoplimit 6 tc 4 dev v0
ip route add 10.22.0.0/16 encap mpls 100/200 ttl 7 via 192.0.2.2
ip route add 10.23.0.0/16 encap seg6 mode encap segs 2001:db8::7,2001:db8::8 dev v0
ip route add 10.24.0.0/16 nexthop encap ip id 5 dst 198.51.100.9 dev v0 nexthop encap mpls 300 via 198.51.100.2 dev v2
ip -6 route add default via 2001:db8::2
ip -6 route add 2001:db8:10::/48 via fe80::9 dev v0 metric 55 pref high proto bird
ip -6 route add 2001:db8:11::/48 dev v0 table 5000 pref low
ip -6 route add 2001:db8:12::/48 nexthop via 2001:db8::2 dev v0 weight 4 nexthop via 2001:db8:1::2 dev v2
ip -6 route add 2001:db8:13::/48 from 2001:db8:99::/64 via 2001:db8::2
ip -6 route add 2001:db8:14::/48 via 2001:db8::2 expires 500
ip -6 route add blackhole 2001:db8:15::/48
ip -6 route add unreachable 2001:db8:16::/48
ip -6 route add prohibit 2001:db8:17::/48
ip -6 route add 2001:db8:18::/48 via 2001:db8::2 mtu lock 1400 hoplimit 9 src 2001:db8::1
ip -6 route add 2001:db8:19::/48 encap seg6 mode inline segs 2001:db8::7 dev v0
ip -6 route add 2001:db8:1a::/48 encap seg6local action End.DT6 table 254 dev v0
ip -6 route add 2001:db8:1b::/48 encap seg6local action End.B6.Encaps srh segs 2001:db8::7 dev v0
ip -6 route add 2001:db8:1c::/48 encap rpl segs 2001:db8::9 dev v0
ip -6 route add 2001:db8:1d::/48 encap ioam6 mode inline trace prealloc type 0x800000 ns 1 size 12 dev v0
ip -6 route add 2001:db8:20::/48 encap seg6 mode encap segs 2001:db8::7,2001:db8::8 hmac 5 dev v0
ip -6 route add 2001:db8:21::/48 encap seg6local action End.DX4 nh4 192.0.2.7 count dev v0
ip -6 route add 2001:db8:22::/48 encap seg6local action End.X nh6 2001:db8::7 dev v0
ip -6 route add 2001:db8:23::/48 encap seg6local action End.DX2 oif v2 dev v0
ip -6 route add 2001:db8:24::/48 encap seg6local action End.B6 srh segs 2001:db8::7,2001:db8::8 dev v0
ip link add red up type vrf table 77
sysctl -w net.vrf.strict_mode=1
ip -6 route add 2001:db8:25::/48 encap seg6local action End.DT4 vrftable 77 dev red
ip link add xf0 up type xfrm external
ip route add 10.25.0.0/16 encap xfrm if_id 7 link_dev v0 dev xf0
ip ila list
ip -6 route add 2001:db8:26:1:1::1/128 encap ila 2001:db8:0:1 csum-mode no-action ident-type luid hook-type output via 2001:db8::2
ip -6 nexthop add id 10 via 2001:db8::2 dev v0
ip -6 route add 2001:db8:1e::/48 nhid 10
ip -6 route add local 2001:db8:1f::/48 dev lo
ip link set v3 down
