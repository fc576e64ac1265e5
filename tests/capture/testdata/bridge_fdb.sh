# Forwarding entries of bridges, VXLAN and ordinary devices.
ip link add br0 up type bridge
ip link set br0 type bridge vlan_filtering 1
ip link add v0 up master br0 type veth peer name v1
ip link set v1 up
bridge vlan add dev v0 vid 5
bridge fdb add 02:00:00:00:00:01 dev v0 master static vlan 5
bridge fdb add 02:00:00:00:00:02 dev v0 master dynamic
bridge fdb add 02:00:00:00:00:03 dev v0 master static sticky
bridge fdb add 02:00:00:00:00:04 dev v0 master extern_learn dynamic
bridge fdb add 02:00:00:00:00:05 dev br0 self permanent
bridge fdb add 02:00:00:00:00:06 dev v1 self permanent
bridge link set dev v0 locked on learning on
ip link add d0 up type $dummy
ip addr add 192.0.2.1/24 dev d0
ip link add vx0 up type vxlan id 7 dstport 4789 local 192.0.2.1 dev d0
bridge fdb add 02:00:00:00:01:01 dev vx0 dst 192.0.2.7
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.8 port 9999 vni 77 via d0
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.9
ip link add vx1 up type vxlan external dstport 4790
bridge fdb add 02:00:00:00:02:01 dev vx1 dst 192.0.2.7 src_vni 33
ip nexthop add id 12 via 192.0.2.7 fdb
ip nexthop add id 102 group 12 fdb
bridge fdb add 02:00:00:00:03:01 dev vx0 nhid 102
ip netns add under
ip netns set under 5
ip -n under link add vx9 type vxlan id 9 dstport 4795
ip -n under link set vx9 netns $$
ip link set vx9 up
bridge fdb add 02:00:00:00:05:01 dev vx9 dst 192.0.2.5
ip link add vx6 up type vxlan id 8 dstport 4791 local 2001:db8::1
bridge fdb add 02:00:00:00:04:01 dev vx6 dst 2001:db8::7 router
