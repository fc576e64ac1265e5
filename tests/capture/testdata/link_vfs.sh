# A simulated network card with virtual functions. It belongs to the machine, not
# to a namespace, so it is made in a virtual machine only. The first command
# makes the kernel load the driver, and is refused otherwise.
[ "$VMRUN_GUEST" ] && ip link add type netdevsim
[ "$VMRUN_GUEST" ] && echo "41 1" > /sys/bus/netdevsim/new_device
[ "$VMRUN_GUEST" ] && echo 3 > /sys/bus/netdevsim/devices/netdevsim41/sriov_numvfs
ip link set eth0 vf 0 mac 02:00:00:00:00:07 vlan 10 qos 3 spoofchk on trust on state enable max_tx_rate 100 min_tx_rate 10 query_rss on
ip link set eth0 vf 1 vlan 20 proto 802.1ad state disable
