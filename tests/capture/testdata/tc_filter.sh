# Filters and actions, with every attribute.
ip link add q1 type $dummy
ip link add f0 index 1001 type $dummy
tc qdisc add dev f0 clsact
tc filter add dev f0 ingress prio 1 protocol ip u32 match ip dport 80 0xffff match ip dst 10.0.0.0/8 match tcp src 7 0xffff match u8 0x10 0xf0 at 9 flowid 1:10 offset plus 4 at 2 mask 0f00 shift 6 eat hashkey mask 0x0000ff00 at 12 action ok
tc filter add dev f0 ingress prio 2 protocol ipv6 u32 match ip6 dst 2001:db8:0:1::/64 match ip6 protocol 6 0xff action ok
tc filter add dev f0 ingress prio 3 protocol ip flower dst_mac 02:00:00:00:00:01/ff:ff:ff:00:00:00 src_mac 02:00:00:00:00:02 ip_proto tcp src_ip 192.0.2.0/24 dst_ip 10.0.0.7 src_port 7 dst_port 80/0xfff0 ip_tos 0x10/0xfc ip_ttl 64 tcp_flags 0x2/0x17 ip_flags frag/nofirstfrag classid 1:10 skip_hw action ok
tc filter add dev f0 ingress prio 4 protocol ipv6 flower ip_proto udp src_ip 2001:db8::/32 dst_ip 2001:db8::7 src_port 1000-2000 dst_port 53 action ok
tc filter add dev f0 ingress prio 5 protocol ip flower indev q1 ip_flags frag/nofirstfrag ip_proto icmp type 8 code 0 action ok
tc filter add dev f0 ingress prio 6 protocol ipv6 flower ip_proto icmpv6 type 128 action ok
tc filter add dev f0 ingress prio 7 protocol 802.1Q flower vlan_id 5 vlan_prio 3 vlan_ethtype 802.1ad cvlan_id 7 cvlan_prio 1 cvlan_ethtype ipv4 dst_ip 10.0.0.0/8 action ok
tc filter add dev f0 ingress prio 8 protocol arp flower arp_sip 192.0.2.0/24 arp_tip 192.0.2.7 arp_op reply arp_sha 02:00:00:00:00:01 arp_tha 02:00:00:00:00:02/ff:ff:ff:ff:00:00 action ok
tc filter add dev f0 ingress prio 9 protocol mpls_uc flower mpls_label 100 mpls_tc 3 mpls_bos 1 mpls_ttl 9 action ok
tc filter add dev f0 ingress prio 10 protocol mpls_uc flower mpls lse depth 1 label 100 tc 3 bos 0 lse depth 2 label 200 ttl 7 action ok
tc filter add dev f0 ingress prio 11 protocol ip flower ct_state +trk-new ct_zone 7 ct_mark 5/0xff ct_label 00000000000000000000000000000001/00000000000000000000000000000003 action ok
tc filter add dev f0 ingress prio 12 protocol ip flower enc_key_id 77 enc_src_ip 192.0.2.1 enc_dst_ip 192.0.2.0/24 enc_dst_port 4789 enc_tos 0x10/0xff enc_ttl 64/0xff action ok
tc filter add dev f0 ingress prio 13 protocol ip flower enc_key_id 77 enc_dst_ip 2001:db8::/32 action ok
tc filter add dev f0 ingress prio 14 protocol ppp_ses flower pppoe_sid 7 ppp_proto ip action ok
tc filter add dev f0 ingress prio 15 protocol 802.1Q flower num_of_vlans 2 action ok
tc filter add dev f0 ingress prio 16 protocol all matchall classid 1:10 skip_hw action ok
tc filter add dev f0 ingress prio 17 protocol all matchall action police rate 1mbit burst 20k mtu 2000 peakrate 2mbit overhead 7 linklayer atm index 5 conform-exceed drop/pipe cookie 05 hw_stats immediate no_percpu
tc filter add dev f0 ingress prio 18 protocol all matchall action police pkts_rate 1000 pkts_burst 100
tc filter add dev f0 ingress prio 28 protocol all estimator 1s 8s matchall action police avrate 3mbit
tc filter add dev f0 ingress prio 19 protocol all matchall action mirred egress redirect dev q1 index 7 cookie 07 hw_stats disabled no_percpu
tc filter add dev f0 ingress prio 20 protocol all matchall action mirred ingress mirror dev q1 pipe
tc filter add dev f0 ingress prio 21 protocol all matchall action vlan push id 5 protocol 802.1ad priority 3 index 8 cookie 08 hw_stats delayed no_percpu
tc filter add dev f0 ingress prio 22 protocol all matchall action vlan push_eth dst_mac 02:00:00:00:00:01 src_mac 02:00:00:00:00:02
tc filter add dev f0 ingress prio 23 protocol all matchall action vlan modify id 7 priority 1
tc filter add dev f0 ingress prio 24 protocol all matchall action vlan pop continue
tc filter add dev f0 ingress prio 25 protocol all matchall action gact drop random netrand ok 10 index 90 cookie 0102 hw_stats immediate no_percpu
tc filter add dev f0 ingress chain 3 prio 26 protocol all matchall action gact goto chain 4
tc filter add dev f0 ingress prio 27 protocol ip handle 1: u32 divisor 4
tc filter add dev f0 ingress prio 27 protocol ip u32 ht 1:2 match mark 5 0xff match ip src 10.0.0.0/8 indev q1 skip_hw action ok
tc filter add dev f0 ingress prio 27 protocol ip u32 link 1: match ip dport 7 0xffff
