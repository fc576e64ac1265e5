# All states and policies go at once, and defaults change.
ip xfrm policy setdefault in block
ip xfrm policy setdefault in accept
ip xfrm state add src 192.0.2.1 dst 192.0.2.10 proto esp spi 0x10 mode tunnel aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128
ip xfrm state flush proto esp
ip xfrm policy add src 192.0.2.1/32 dst 192.0.2.105/32 dir out
ip xfrm policy flush
