# VLANs of bridges and their ports.
ip link add br0 up type bridge vlan_filtering 1 vlan_stats_enabled 1 vlan_stats_per_port 1 mcast_snooping 1
ip link add v0 up master br0 type veth peer name v1
ip link set v1 up
bridge vlan add dev v0 vid 10-20
bridge vlan add dev v0 vid 30 pvid untagged
bridge vlan set dev v0 vid 12 state blocking
bridge vlan add dev br0 vid 10-12 self
bridge vlan set dev br0 vid 10 mcast_router 2
ip link set br0 type bridge mcast_vlan_snooping 1
bridge vlan set dev v0 vid 11 mcast_router 2
bridge vlan set dev v0 vid 20 mcast_max_groups 7
bridge vlan set dev v0 vid 20 neigh_suppress on
ip link add br1 type bridge vlan_filtering 1 vlan_default_pvid 0
ip link add vx0 master br1 type vxlan external dstport 4790
bridge link set dev vx0 vlan_tunnel on
bridge vlan add dev vx0 vid 40-42
bridge vlan add dev vx0 vid 40-42 tunnel_info id 1040-1042
bridge vlan add dev vx0 vid 50
bridge vlan global set dev br0 vid 12 mcast_snooping 0 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2 mcast_last_member_count 3
