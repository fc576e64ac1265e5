# Addresses of both families with everything that ip sets.
ip link set lo up
ip link add d0 up type $dummy
ip addr add 192.0.2.1/24 brd + dev d0 label d0:first metric 77
ip addr add 203.0.113.2/24 dev d0 scope link valid_lft 5000 preferred_lft 3000 noprefixroute
ip addr add 192.0.2.130 peer 198.51.100.1/25 dev d0
ip addr add 10.0.0.1/8 dev d0 proto 5
ip addr add 239.1.1.1/32 dev d0 autojoin
ip addr add 2001:db8::1/64 dev d0 nodad
ip addr add 2001:db8:1::1/64 dev d0 home nodad valid_lft 4000 preferred_lft 0
ip addr add 2001:db8:2::1/64 dev d0 mngtmpaddr noprefixroute metric 55 proto 9
ip addr add 2001:db8:3::1 peer 2001:db8:4::1/64 dev d0 optimistic
ip addr add ff05::9/128 dev d0 autojoin
sysctl -w net.ipv6.conf.all.forwarding=1
