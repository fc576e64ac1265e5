# The other end sends it from port 4501.
ip link set v1 up
ip addr add 198.51.100.2/24 dev v1
ip xfrm state add src 198.51.100.2 dst 198.51.100.1 proto esp spi 0x20 mode transport reqid 9 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 encap espinudp 4501 4500 0.0.0.0
ip xfrm policy add src 198.51.100.2 dst 198.51.100.1 dir out tmpl proto esp reqid 9 mode transport
