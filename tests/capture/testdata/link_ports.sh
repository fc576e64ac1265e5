# Ports of every master, with options that differ from the defaults, and counters.
ip link add br0 type bridge stp_state 1
ip link add p0 type $dummy
ip link add p1 type $dummy
ip link set p0 master br0
ip link set p1 master br0
ip link set br0 up
ip link set p0 up
ip link set p0 type bridge_slave priority 7 cost 55 hairpin on guard on root_block on learning off flood off bcast_flood off group_fwd_mask 8 neigh_suppress on isolated on locked on backup_port p1
ip link set p0 type bridge_slave fastleave on mcast_router 2 mcast_flood off mcast_to_unicast on
ip link set p0 type bridge_slave proxy_arp on proxy_arp_wifi on
ip link set p0 type bridge_slave vlan_tunnel on
ip link add vrf0 up type vrf table 77
ip link add p2 type $dummy
ip link set p2 master vrf0
ip link add bo0 type bond mode 802.3ad
ip link add p3 type veth peer name p4
ip link set p3 master bo0
ip link set bo0 up
ip link set p4 up
ip link add bo1 type bond mode active-backup
ip link add p5 type $dummy
ip link set p5 master bo1
ip link set bo1 type bond primary p5 active_slave p5
ip link set p5 type bond_slave queue_id 3 prio 9
ip link set bo1 up
ip link add tm0 type team
ip link add p6 type $dummy
ip link set p6 master tm0
