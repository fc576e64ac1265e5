# Labels of IPv6 addresses, beside those that every namespace has.
ip link add d0 up type $dummy
ip addrlabel add prefix 2001:db8::/32 label 99
ip addrlabel add prefix 2001:db8:1::/48 dev d0 label 98
