# States and policies of both families with everything that ip xfrm sets.
ip link add d0 up type $dummy
ip addr add 192.0.2.1/24 dev d0
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel reqid 7 auth 'hmac(sha256)' 0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff
ip xfrm state add src 192.0.2.1 dst 192.0.2.3 proto esp spi 0x101 mode transport aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 flag esn replay-window 128 replay-oseq 5 replay-seq 6 replay-oseq-hi 1 replay-seq-hi 2
ip xfrm state add src 192.0.2.1 dst 192.0.2.4 proto esp spi 0x102 mode tunnel auth-trunc 'hmac(sha256)' 0x00112233445566778899aabbccddeeff 96 enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff mark 0x1 mask 0xff replay-window 32 flag noecn flag decap-dscp flag nopmtudisc flag icmp flag af-unspec flag align4
ip xfrm state add src 192.0.2.1 dst 192.0.2.5 proto esp spi 0x103 mode tunnel auth 'hmac(sha1)' 0x0011223344556677889900112233445566778899 enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff encap espinudp 4500 4501 0.0.0.0 if_id 9 output-mark 0x5 mask 0xf extra-flag dont-encap-dscp extra-flag oseq-may-wrap
ip xfrm state add src 192.0.2.1 dst 192.0.2.6 proto esp spi 0x104 mode tunnel aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 64 limit time-soft 1000 limit time-hard 2000 limit time-use-soft 300 limit time-use-hard 400 limit byte-soft 5000000 limit byte-hard 6000000 limit packet-soft 7000000 limit packet-hard 8000000 tfcpad 200
ip xfrm state add src 192.0.2.1 dst 192.0.2.7 proto ah spi 0x105 mode transport auth 'hmac(sha256)' 0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff flag wildrecv sel src 192.0.2.0/24 dst 198.51.100.0/24 proto tcp sport 100 dport 200 dev d0
ip xfrm state add src 192.0.2.1 dst 192.0.2.8 proto comp spi 0x106 mode tunnel comp deflate
ip xfrm state add src 192.0.2.1 dst 192.0.2.9 proto esp spi 0x107 mode beet enc 'cipher_null' '' auth 'digest_null' ''
ip xfrm state add src 2001:db8::1 dst 2001:db8::2 proto esp spi 0x200 mode tunnel aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 flag esn replay-window 64
ip xfrm state add src 2001:db8::1 dst 2001:db8::3 proto esp spi 0x201 mode transport aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 sel src 2001:db8::/64 dst 2001:db8:1::/64 proto udp
ip xfrm state add src 2001:db8::1 dst 2001:db8::4 proto hao mode ro coa 2001:db8::99
ip xfrm state add src 192.0.2.1 dst 192.0.2.11 proto esp spi 0x108 mode tunnel aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 replay-window 32 replay-oseq 77 replay-seq 88 replay-seq-hi 0
ip xfrm policy add src 10.0.0.0/8 dst 10.1.0.0/16 dir out priority 77 index 9 mark 0x2 mask 0xff if_id 5 flag localok flag icmp tmpl src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 reqid 7 mode tunnel
ip xfrm policy add src 10.1.0.0/16 dst 10.0.0.0/8 dev d0 proto tcp sport 100 dport 200 dir in tmpl src 192.0.2.2 dst 192.0.2.1 proto esp mode tunnel reqid 7 level use tmpl proto ah mode transport level required
ip xfrm policy add src 10.2.0.0/16 dst 10.0.0.0/8 dir fwd action block
ip xfrm policy add src 10.3.0.0/16 dst 10.0.0.0/8 dir out ptype sub tmpl proto esp mode transport
ip xfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir out priority 9000 limit time-soft 1000 limit time-hard 2000 limit byte-soft 50000 limit byte-hard 60000 limit packet-soft 700 limit packet-hard 800 limit time-use-soft 30 limit time-use-hard 40
ip xfrm policy add src 2001:db8::/64 dst 2001:db8:1::/64 dir out tmpl src 2001:db8::1 dst 2001:db8::2 proto esp mode tunnel tmpl src 2001:db8::1 dst 2001:db8::3 proto comp mode beet
ip xfrm policy add src 2001:db8:2::/64 dst 2001:db8:3::/64 proto ipv6-icmp type 128 code 0 dir in
