# Rules with every selector and action.
ip link add v0 up type $dummy
ip rule add priority 100 from 10.0.0.0/8 to 192.0.2.0/24 table 1000 tos 0x10 fwmark 0x1/0xff iif v0 oif lo proto zebra
ip rule add priority 101 not from 10.1.0.0/16 table main
ip rule add priority 102 fwmark 5 table 200 suppress_prefixlength 16 suppress_ifgroup 7
ip rule add priority 103 uidrange 1000-2000 ipproto tcp sport 100-200 dport 443 table 7
ip rule add priority 104 goto 30000
ip rule add priority 105 goto 200
ip rule add priority 106 nop
ip rule add priority 107 blackhole from 10.9.0.0/16
ip rule add priority 108 unreachable to 10.9.0.0/16
ip rule add priority 109 prohibit iif nosuchdev
ip rule add priority 110 l3mdev
ip rule add priority 111 tun_id 77 table 9
ip rule add priority 112 from 10.2.0.0/16 realms 4/5 table 8
ip rule add priority 113 dscp 10 table 8
ip rule add priority 200 from all oif nosuchdev table 255
ip -6 rule add priority 100 from 2001:db8::/32 to 2001:db8:1::/48 table 1000 tos 0x10 fwmark 0x1/0xff iif v0
ip -6 rule add priority 101 ipproto udp dport 53 lookup 9
ip -6 rule add priority 102 not fwmark 9 blackhole
ip -6 rule add priority 103 flowlabel 0x1/0xff table 8
