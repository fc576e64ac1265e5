# Every kind of link that ip makes, with options that differ from the defaults.
ip link add d0 address 02:00:00:00:00:0d mtu 1400 txqueuelen 77 group 5 numtxqueues 3 numrxqueues 2 index 700 type $dummy
ip link set d0 alias "first of all" arp off multicast off allmulticast on promisc on mode dormant
ip link property add dev d0 altname a-name-of-more-than-fifteen-bytes altname other
ip link set d0 addrgenmode random gso_max_size 40000 gso_max_segs 33 gro_max_size 30000
ip link add d1 up type $dummy
ip link add d2 up type $dummy
ip link set d2 addrgenmode none
ip link add v0 numtxqueues 4 type veth peer name v1
ip link set v0 up
ip link set v1 up
ip token set ::dead:beef dev v0
ip netns add other
ip netns set other 12
ip link add v2 type veth peer name v3 netns other
ip link set v2 up
ip link add br0 type bridge
ip link add br1 type bridge forward_delay 400 hello_time 150 max_age 700 ageing_time 9000 stp_state 1 priority 4096 group_fwd_mask 0x4008 group_address 01:80:c2:00:00:0d no_linklocal_learn 1
ip link set br1 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 5
ip link set br1 type bridge vlan_stats_enabled 1 vlan_stats_per_port 1
ip link set br1 type bridge nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1
ip link set br1 type bridge mcast_router 2 mcast_query_use_ifaddr 1 mcast_querier 1 mcast_hash_max 1024 mcast_last_member_count 3 mcast_startup_query_count 4 mcast_last_member_interval 150 mcast_membership_interval 30000 mcast_querier_interval 26000 mcast_query_interval 13000 mcast_query_response_interval 900 mcast_startup_query_interval 3000 mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2
ip link set br1 type bridge mcast_vlan_snooping 1
ip link set br1 up
ip link add br2 type bridge mcast_snooping 0 mcast_igmp_version 3
ip link add link d0 name vl0 type vlan id 9
ip link add link d0 name vl1 type vlan protocol 802.1ad id 4094 reorder_hdr off gvrp on mvrp on loose_binding on egress-qos-map 1:2 5:6 ingress-qos-map 3:4 7:1
ip link add link br1 name vl2 type vlan id 7 bridge_binding on
ip link add vx0 type vxlan id 42 dstport 4789 remote 192.0.2.9 local 192.0.2.1 dev d1 ttl 33 tos 4 df set srcport 4000 5000 nolearning ageing 100 maxaddress 50 proxy rsc l2miss l3miss noudpcsum gbp
ip link add vx1 type vxlan id 43 dstport 8472 group ff05::1 local 2001:db8::1 dev d1 ttl inherit tos inherit flowlabel 0x12345 udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx
ip link add vx2 type vxlan dstport 4790 external vnifilter gpe
ip link add gn0 type geneve id 5 remote 192.0.2.5 ttl 9 tos 8 df inherit dstport 7000 noudpcsum
ip link add gn1 type geneve id 6 remote 2001:db8::6 ttl inherit flowlabel 0x54321 udp6zerocsumtx udp6zerocsumrx
ip link add gn2 type geneve dstport 7001 external innerprotoinherit
ip link add mv0 link d0 type macvlan mode bridge bcqueuelen 500
ip link add mv1 link d1 type macvlan mode source
ip link set mv1 type macvlan macaddr set 02:00:00:00:11:01 02:00:00:00:11:02
ip link add mv2 link d2 type macvlan mode passthru nopromisc
ip link set mv1 protodown on protodown_reason 3 on
ip link add mt0 link d1 type macvtap mode vepa
ip link add mt1 link d1 type macvtap mode source
ip link set mt1 type macvtap macaddr set 02:00:00:00:22:01
ip link add iv0 link v0 type ipvlan mode l3 private
ip link add it0 link v1 type ipvtap mode l2 vepa
ip link add vrf0 type vrf table 1001
ip link add bo0 type bond mode 802.3ad miimon 100 updelay 200 downdelay 300
ip link set bo0 type bond use_carrier 0
ip link set bo0 type bond lacp_rate fast lacp_active off ad_select bandwidth
ip link set bo0 type bond xmit_hash_policy layer3+4 min_links 2 resend_igmp 3 all_slaves_active 1 peer_notify_delay 500
ip link set bo0 type bond ad_actor_sys_prio 123 ad_user_port_key 55 ad_actor_system 02:00:00:00:00:99
ip link add bo4 type bond mode balance-rr packets_per_slave 4
ip link add bo1 type bond mode active-backup arp_interval 250 arp_validate all arp_all_targets all arp_ip_target 192.0.2.1,192.0.2.2 primary_reselect better fail_over_mac active num_grat_arp 7 arp_missed_max 5
ip link add bo2 type bond mode active-backup arp_interval 250 ns_ip6_target 2001:db8::7,2001:db8::8
ip link add bo3 type bond mode balance-tlb tlb_dynamic_lb 0 lp_interval 9
ip link add tm0 type team
ip link add if0 type ifb
ip link add nl0 type nlmon
ip link add vc0 type vcan
ip link add vxc0 type vxcan peer name vxc1
ip link add gr0 type gre local 192.0.2.1 remote 192.0.2.2 ttl 44 tos 8 ikey 5 okey 6 icsum ocsum iseq oseq nopmtudisc ignore-df dev d1 fwmark 7
ip fou add port 7777 ipproto 4
ip fou add port 7778 gue
ip link add gr1 type gre local 192.0.2.1 remote 192.0.2.3 key 9 ttl inherit tos inherit encap gue encap-sport 5555 encap-dport 6666 encap-csum encap-udp6-csum encap-remcsum
ip link add gr2 type gre external
ip link add gt0 type gretap local 192.0.2.1 remote 192.0.2.4 key 3 ttl 5
ip link add gt1 type gretap external
ip link add er0 type erspan local 192.0.2.1 remote 192.0.2.5 seq key 1 erspan_ver 1 erspan 77
ip link add er1 type erspan local 192.0.2.1 remote 192.0.2.6 seq key 2 erspan_ver 2 erspan_dir egress erspan_hwid 17
ip link add er2 type erspan external
ip link add g62 type ip6gre external
ip -n other link add g63 type ip6gretap external && ip -n other link set g63 netns $$
ip link add e62 type ip6erspan external
ip link add t62 type ip6tnl external
ip link add g60 type ip6gre local 2001:db8::1 remote 2001:db8::2 hoplimit 9 encaplimit 5 tclass 0x10 flowlabel 0x777 ikey 1 okey 2 icsum ocsum iseq oseq fwmark 3 dev d1
ip link add g61 type ip6gretap local 2001:db8::1 remote 2001:db8::3 encaplimit none tclass inherit flowlabel inherit dscp inherit allow-localremote
ip link add e60 type ip6erspan local 2001:db8::1 remote 2001:db8::4 seq key 3 erspan_ver 1 erspan 9
ip link add e61 type ip6erspan local 2001:db8::1 remote 2001:db8::5 seq key 4 erspan_ver 2 erspan_dir ingress erspan_hwid 3
ip link add ip0 type ipip local 192.0.2.1 remote 192.0.2.7 ttl 3 tos 4 mode any fwmark 9 dev d1 encap fou encap-sport auto encap-dport 7777
ip link add ip1 type ipip external
ip link add s0 type sit local 192.0.2.1 remote 192.0.2.8 ttl 7 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8 isatap
ip link set s0 type sit ttl 8
ip tunnel 6rd dev s0 6rd-prefix 2001:db8::/40 6rd-relay_prefix 10.0.0.0/8
ip link add t60 type ip6tnl local 2001:db8::1 remote 2001:db8::6 mode any hoplimit 5 encaplimit 3 tclass 0x20 flowlabel 0x11 fwmark 4 dev d1
ip link add t61 type ip6tnl local 2001:db8::1 remote 2001:db8::7 mode ipip6 dscp inherit flowlabel inherit tclass inherit encaplimit none
ip link add vt0 type vti local 192.0.2.1 remote 192.0.2.9 ikey 1 okey 2 fwmark 3 dev d1
ip link add vt6 type vti6 local 2001:db8::1 remote 2001:db8::8 ikey 3 okey 4 fwmark 5 dev d1
ip link add xf0 type xfrm dev d1 if_id 7
ip link add xf1 type xfrm external
ip link add w0 up type veth peer name w1
ip link set w1 up
ip link add ms0 link w0 type macsec port 11 encrypt on cipher gcm-aes-256 send_sci on protect on replay on window 32 validate check
ip link add wg0 type wireguard
ip link add nka type netkit
ip link add w2 type veth peer name w3
ip link add w4 type veth peer name w5
ip link add hs0 type hsr slave1 w2 slave2 w4 supervision 45 version 1
ip link add am0 type amt mode gateway local 192.0.2.1 discovery 192.0.2.9 dev d1
ip link add bu0 type bareudp dstport 6635 ethertype mpls_uc srcportmin 49000
ip link add bu1 type bareudp dstport 6636 ethertype ip multiproto
ip link add gp0 type gtp role sgsn hsize 512 restart_count 9
ip link add w6 type veth peer name w7
ip link add rm0 link w6 type rmnet mux_id 3
ip link add ba0 type batadv
ip link add ov0 type ovpn
ip tuntap add mode tun name tu0 user 1 group 2 pi multi_queue
ip tuntap add mode tap name ta0 vnet_hdr one_queue
