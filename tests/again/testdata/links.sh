# Links of all kinds, with options other than the defaults. Those from index 1000 on
# are made by a command of their own; ends of pairs are made with the other end.
ip link add d0 index 1000 address 02:00:00:00:00:0d mtu 1400 txqueuelen 77 group 5 numtxqueues 3 numrxqueues 2 type dummy
ip link set d0 alias "first of all" arp off multicast off allmulticast on promisc on mode dormant
ip link property add dev d0 altname a-name-of-more-than-fifteen-bytes altname other
ip link set d0 addrgenmode random gso_max_size 40000 gso_max_segs 33 gro_max_size 30000
ip link add d1 index 1001 type dummy
ip link add d2 index 1002 type dummy
ip link set d1 up
ip link set d2 up addrgenmode none
ip link add v0 index 1003 type veth peer name v1
ip link set v0 mtu 1300
ip link add w0 index 1004 numtxqueues 4 type veth peer name w1
ip link add u0 index 1005 type veth peer name u1
ip link add s0 index 1006 type veth peer name s1
ip link add br0 index 1007 type bridge
ip link add br1 index 1008 type bridge forward_delay 400 hello_time 150 max_age 700 ageing_time 9000 stp_state 1 priority 4096 group_fwd_mask 0x4008 group_address 01:80:c2:00:00:0d no_linklocal_learn 1 vlan_protocol 802.1ad vlan_default_pvid 5 vlan_stats_enabled 1 nf_call_iptables 1
ip link set br1 type bridge vlan_filtering 1
ip link add br2 index 1009 type bridge mcast_snooping 0 mcast_igmp_version 3 mcast_querier 1 mcast_query_interval 13000
ip link add bo0 index 1010 type bond mode 802.3ad miimon 100 updelay 200 downdelay 300 lacp_rate fast xmit_hash_policy layer3+4 min_links 2
ip link add bo1 index 1011 type bond mode active-backup arp_interval 250 arp_validate all arp_ip_target 192.0.2.1,192.0.2.2 primary_reselect better fail_over_mac active num_grat_arp 7
ip link add bo2 index 1012 type bond mode balance-tlb tlb_dynamic_lb 0 lp_interval 9
ip link add bo3 index 1013 type bond mode balance-rr packets_per_slave 4
ip link add tm0 index 1014 type team
ip link add vrf0 index 1015 type vrf table 1001
ip link add if0 index 1016 numtxqueues 2 type ifb
ip link add nl0 index 1017 type nlmon
ip link add vc0 index 1018 mtu 16 type vcan
ip link add vxc0 index 1019 type vxcan peer name vxc1
ip link add p0 index 1020 type dummy
ip link set p0 master br1
ip link set p0 up
ip link set p0 type bridge_slave priority 7 cost 55 hairpin on guard on root_block on learning off flood off bcast_flood off group_fwd_mask 8 neigh_suppress on isolated on mcast_router 2
ip link add p1 index 1021 type dummy
ip link set p1 master vrf0
ip link set p1 up
ip link add p2 index 1022 type dummy
ip link set p2 master bo1
ip link set p2 type bond_slave queue_id 3 prio 9
ip link add vl0 link d0 index 1023 type vlan id 9
ip link add vl1 link d0 index 1024 type vlan protocol 802.1ad id 4094 reorder_hdr off gvrp on mvrp on loose_binding on egress-qos-map 1:2 5:6 ingress-qos-map 3:4 7:1
ip link add mv0 link d0 index 1025 type macvlan mode bridge bcqueuelen 500
ip link add mv1 link d1 index 1026 type macvlan mode source
ip link set mv1 type macvlan macaddr set 02:00:00:00:11:01 02:00:00:00:11:02
ip link add mv2 link d2 index 1027 type macvlan mode passthru nopromisc
ip link add mt0 link d1 index 1028 type macvtap mode private
ip link add iv0 link s0 index 1029 type ipvlan mode l3 private
ip link add iv1 link s0 index 1030 type ipvlan mode l3
ip link add it0 link w0 index 1031 type ipvtap mode l2 vepa
ip link add ms0 link u0 index 1032 type macsec port 11 encrypt on cipher gcm-aes-256 replay on window 32 validate check
ip link add ms1 link u1 index 1033 type macsec sci 0200000000aa0001 protect off
ip link add vx0 index 1034 type vxlan id 42 dstport 4789 remote 192.0.2.9 local 192.0.2.1 dev d1 ttl 33 tos 4 df set srcport 4000 5000 nolearning ageing 100 maxaddress 50 proxy rsc l2miss l3miss noudpcsum gbp
ip link add vx1 index 1035 type vxlan id 43 dstport 8472 group ff05::1 local 2001:db8::1 dev d1 ttl inherit tos inherit flowlabel 0x12345 udp6zerocsumtx udp6zerocsumrx
ip link add vx2 index 1036 type vxlan dstport 4790 external vnifilter
ip link add gn0 index 1037 type geneve id 5 remote 192.0.2.5 ttl 9 tos 8 df inherit dstport 7000 udpcsum
ip link add gn1 index 1038 type geneve id 6 remote 2001:db8::6 ttl inherit flowlabel 0x54321 udp6zerocsumtx
ip link add gn2 index 1039 type geneve dstport 7001 external
ip link add gr0 index 1040 type gre local 192.0.2.1 remote 192.0.2.2 ttl 44 tos 8 ikey 5 okey 6 icsum ocsum iseq oseq dev d1 fwmark 7
ip link add gr1 index 1041 type gre local 192.0.2.1 remote 192.0.2.3 key 9 ttl inherit tos inherit nopmtudisc ignore-df
ip link add gr2 index 1042 type gre external
ip link add gr3 index 1043 type gre remote 192.0.2.77
ip link add gt0 index 1044 type gretap local 192.0.2.1 remote 192.0.2.4 key 3 ttl 5
ip link add gt1 index 1045 type gretap external
ip link add er0 index 1046 type erspan local 192.0.2.1 remote 192.0.2.5 seq key 1 erspan_ver 1 erspan 77
ip link add er1 index 1047 type erspan local 192.0.2.1 remote 192.0.2.6 seq key 2 erspan_ver 2 erspan_dir egress erspan_hwid 17
ip link add g60 index 1048 type ip6gre local 2001:db8::1 remote 2001:db8::2 hoplimit 9 encaplimit 5 tclass 0x10 flowlabel 0x777 ikey 1 okey 2 icsum ocsum iseq oseq fwmark 3 dev d1
ip link add g61 index 1049 type ip6gretap local 2001:db8::1 remote 2001:db8::3 encaplimit none tclass inherit flowlabel inherit dscp inherit allow-localremote
ip link add e60 index 1050 type ip6erspan local 2001:db8::1 remote 2001:db8::4 seq key 3 erspan_ver 1 erspan 9
ip link add e61 index 1051 type ip6erspan local 2001:db8::1 remote 2001:db8::5 seq key 4 erspan_ver 2 erspan_dir ingress erspan_hwid 3
ip link add ip0 index 1052 type ipip local 192.0.2.1 remote 192.0.2.7 ttl 3 tos 4 mode any fwmark 9 dev d1
ip link add ip1 index 1053 type ipip external
ip link add ip2 index 1054 type ipip local 192.0.2.1 remote 192.0.2.17 mode ipip
ip link add s60 index 1055 type sit local 192.0.2.1 remote 192.0.2.8 ttl 7 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8 isatap
ip link add s61 index 1056 type sit local 192.0.2.1 mode ip6ip
ip link add t60 index 1057 type ip6tnl local 2001:db8::1 remote 2001:db8::6 mode any hoplimit 5 encaplimit 3 tclass 0x20 flowlabel 0x11 fwmark 4 dev d1
ip link add t61 index 1058 type ip6tnl local 2001:db8::1 remote 2001:db8::7 mode ipip6 dscp inherit flowlabel inherit tclass inherit encaplimit none
ip link add vt0 index 1059 type vti local 192.0.2.1 remote 192.0.2.9 ikey 1 okey 2 fwmark 3 dev d1
ip link add vt6 index 1060 type vti6 local 2001:db8::1 remote 2001:db8::8 ikey 3 okey 4 fwmark 5 dev d1
ip link add xf0 index 1061 type xfrm dev d1 if_id 7
ip link add xf1 index 1062 type xfrm external
ip link add wg0 index 1063 type wireguard
ip link add nka index 1064 type netkit
ip link add ba0 index 1065 type batadv
ip link add gp0 index 1066 type gtp role sgsn hsize 512 restart_count 9
ip tuntap add mode tap name ta0 vnet_hdr user 1000
ip tuntap add mode tun name tu0 pi multi_queue
