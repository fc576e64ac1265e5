# What makes the kernel tell of states and policies by itself.
ip link add d0 up type $dummy
ip addr add 192.0.2.1/24 dev d0
ip addr add 2001:db8::1/64 dev d0 nodad
sysctl -qw net.core.xfrm_aevent_etime=1 net.core.xfrm_aevent_rseqth=2
# Packets wait for states: with a mark, through an interface, of the other family.
ip xfrm policy add src 192.0.2.1 dst 192.0.2.100 dir out mark 5 mask 0xff tmpl src 192.0.2.1 dst 192.0.2.50 proto esp reqid 7 mode tunnel
ip xfrm policy add src 2001:db8::1 dst 2001:db8::2 dir out tmpl src 192.0.2.1 dst 192.0.2.51 proto esp mode tunnel
ip link add xf0 up type xfrm dev d0 if_id 7
ip route add 192.0.2.101 dev xf0 src 192.0.2.1
ip xfrm policy add src 192.0.2.1 dst 192.0.2.101 dir out if_id 7 tmpl src 192.0.2.1 dst 192.0.2.52 proto esp mode tunnel
# States and policies come to their limits.
ip xfrm state add src 192.0.2.1 dst 192.0.2.10 proto esp spi 0x10 mode tunnel reqid 7 mark 5 mask 0xff if_id 9 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 limit time-soft 1 limit time-hard 2
ip xfrm policy add src 192.0.2.1 dst 192.0.2.102 dir in mark 5 mask 0xff if_id 9 limit time-soft 1 limit time-hard 2 tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel
# Traffic moves sequence numbers.
ip xfrm state add src 192.0.2.1 dst 192.0.2.103 proto esp spi 0x11 mode transport reqid 8 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128
ip xfrm policy add src 192.0.2.1 dst 192.0.2.103 dir out tmpl proto esp reqid 8 mode transport
# A policy and its state move to other addresses.
ip xfrm state add src 192.0.2.1 dst 192.0.2.60 proto esp spi 0x12 mode tunnel reqid 11 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 encap espinudp 4500 4501 0.0.0.0
ip xfrm policy add src 192.0.2.1/32 dst 192.0.2.104/32 dir out tmpl src 192.0.2.1 dst 192.0.2.60 proto esp reqid 11 mode tunnel
# What is looked up by its index is told by its index when it goes.
ip xfrm policy add src 192.0.2.1/32 dst 192.0.2.105/32 dir out index 801
ip xfrm policy delete dir out index 801
# Changes.
ip xfrm state update src 192.0.2.1 dst 192.0.2.103 proto esp spi 0x11 mode transport reqid 8 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 limit time-hard 5000
ip xfrm policy update src 192.0.2.1/32 dst 192.0.2.106/32 dir out priority 5
