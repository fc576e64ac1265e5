# Multicast databases of bridges and VXLAN devices.
ip link add br0 up type bridge mcast_igmp_version 3 mcast_mld_version 2
ip link set br0 type bridge vlan_filtering 1
ip link add v0 up master br0 type veth peer name v1
ip link add w0 up master br0 type veth peer name w1
ip link set v1 up
ip link set w1 up
bridge vlan add dev v0 vid 5
bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent
bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent vid 5
bridge mdb add dev br0 port v0 grp 239.1.1.2 temp
bridge mdb add dev br0 port v0 grp 239.1.1.3 src 192.0.2.1 permanent
bridge mdb add dev br0 port v0 grp ff05::1 permanent
bridge mdb add dev br0 port v0 grp ff05::2 src 2001:db8::1 temp
bridge mdb add dev br0 port v0 grp 01:02:03:04:05:06 permanent
bridge mdb add dev br0 port br0 grp 239.1.1.4
bridge link set dev w0 fastleave on
bridge mdb add dev br0 port w0 grp 239.1.1.5 temp
ip link add d0 up type $dummy
ip link add vx0 up type vxlan id 7 dstport 4789 local 192.0.2.1 dev d0
ip link add vx1 up type vxlan external dstport 4790
