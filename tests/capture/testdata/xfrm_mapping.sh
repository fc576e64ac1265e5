# This end expects ESP in UDP from port 4500.
ip link add v0 up type veth peer name v1
ip link set v1 netns $OTHER
ip addr add 198.51.100.1/24 dev v0
ip xfrm state add src 198.51.100.2 dst 198.51.100.1 proto esp spi 0x20 mode transport reqid 9 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 encap espinudp 4500 4500 0.0.0.0
