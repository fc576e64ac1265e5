# Classes, with every attribute.
ip link add c0 index 1000 type $dummy
tc qdisc add dev c0 root handle 1: stab overhead 7 mpu 64 linklayer atm tsize 128 htb default 10
tc class add dev c0 parent 1: classid 1:1 htb rate 10mbit ceil 20mbit burst 20k cburst 10k prio 3 quantum 2000 overhead 7 mpu 64 linklayer atm
tc class add dev c0 parent 1:1 classid 1:10 estimator 250ms 1s htb rate 40gbit ceil 50gbit
tc qdisc add dev c0 parent 1:10 handle 10: netem delay 1ms
