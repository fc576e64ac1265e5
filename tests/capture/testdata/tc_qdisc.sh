# Queueing disciplines of every kind, with every attribute.
ip link add q1 type $dummy
tc qdisc add dev q1 root handle 5: htb default 1f r2q 20 direct_qlen 77
ip link add q2 type $dummy
tc qdisc add dev q2 root handle 5: tbf rate 10mbit burst 20000 limit 100000 peakrate 20mbit minburst 2000 overhead 7 mpu 64 linklayer atm
ip link add q3 type $dummy
tc qdisc add dev q3 root handle 5: tbf rate 50gbit burst 1mb limit 4mb
ip link add q4 type $dummy
tc qdisc add dev q4 root handle 5: estimator 1s 8s pfifo limit 77
ip link add q5 type $dummy
tc qdisc add dev q5 root handle 5: bfifo limit 7777
ip link add q6 type $dummy
tc qdisc add dev q6 root handle 5: pfifo_head_drop limit 77
ip link add q7 type $dummy
tc qdisc add dev q7 root handle 5: prio bands 4 priomap 3 2 2 2 1 2 0 0 1 1 1 1 1 1 1 0
ip link add q8 type $dummy
tc qdisc add dev q8 root handle 5: fq_codel limit 1000 flows 64 quantum 300 target 4ms interval 50ms ce_threshold 2ms noecn drop_batch 32 memory_limit 1mb ce_threshold_selector 0x4/0xf0
ip link add q9 type $dummy
tc qdisc add dev q9 root handle 5: netem delay 10ms 2ms 25% limit 500 loss random 1% 10% duplicate 2% 5% reorder 25% 50% gap 5 corrupt 0.5% 20% ecn rate 1mbit -20 100 5 slot 1ms 2ms packets 10 bytes 1000
ip link add q10 type $dummy
tc qdisc add dev q10 root handle 5: netem delay 1ms 512us distribution paretonormal rate 40gbit slot distribution normal 3ms 1ms loss state 10% 80% 5% 90% 1%
ip link add q11 type $dummy
tc qdisc add dev q11 root handle 5: netem loss gemodel 5% 60% 70% 1%
ip link add q12 type $dummy
tc qdisc add dev q12 ingress_block 5 egress_block 6 clsact
ip link add q13 type $dummy
tc qdisc add dev q13 clsact
ip link add q14 type $dummy
ip link add q15 type $dummy
tc qdisc add dev q15 ingress
ip link add c0 index 1000 type $dummy
tc qdisc add dev c0 root handle 1: stab overhead 7 mpu 64 linklayer atm tsize 128 htb default 10
tc class add dev c0 parent 1: classid 1:1 htb rate 10mbit ceil 20mbit burst 20k cburst 10k prio 3 quantum 2000 overhead 7 mpu 64 linklayer atm
tc class add dev c0 parent 1:1 classid 1:10 htb rate 40gbit ceil 50gbit
tc qdisc add dev c0 parent 1:10 handle 10: netem delay 1ms
