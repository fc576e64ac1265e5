package uapi

// linux/xfrm.h (Linux 6.18)
const (
	XFRM_MSG_NEWSA     = 0x10
	XFRM_MSG_DELSA     = 0x11
	XFRM_MSG_GETSA     = 0x12
	XFRM_MSG_NEWPOLICY = 0x13
	XFRM_MSG_DELPOLICY = 0x14
	XFRM_MSG_GETPOLICY = 0x15
	XFRM_MSG_UPDPOLICY = 0x19
	XFRM_MSG_UPDSA     = 0x1a

	XFRMA_ALG_AUTH               = 1
	XFRMA_ALG_CRYPT              = 2
	XFRMA_ALG_COMP               = 3
	XFRMA_ENCAP                  = 4
	XFRMA_TMPL                   = 5
	XFRMA_SEC_CTX                = 8
	XFRMA_LTIME_VAL              = 9
	XFRMA_REPLAY_VAL             = 10
	XFRMA_REPLAY_THRESH          = 11
	XFRMA_ETIMER_THRESH          = 12
	XFRMA_SRCADDR                = 13
	XFRMA_COADDR                 = 14
	XFRMA_LASTUSED               = 15
	XFRMA_POLICY_TYPE            = 16
	XFRMA_ALG_AEAD               = 18
	XFRMA_ALG_AUTH_TRUNC         = 20
	XFRMA_MARK                   = 21
	XFRMA_TFCPAD                 = 22
	XFRMA_REPLAY_ESN_VAL         = 23
	XFRMA_SA_EXTRA_FLAGS         = 24
	XFRMA_PROTO                  = 25
	XFRMA_PAD                    = 27
	XFRMA_OFFLOAD_DEV            = 28
	XFRMA_SET_MARK               = 29
	XFRMA_SET_MARK_MASK          = 30
	XFRMA_IF_ID                  = 31
	XFRMA_MTIMER_THRESH          = 32
	XFRMA_SA_DIR                 = 33
	XFRMA_NAT_KEEPALIVE_INTERVAL = 34
	XFRMA_SA_PCPU                = 35
	XFRMA_IPTFS_DROP_TIME        = 36
	XFRMA_IPTFS_REORDER_WINDOW   = 37
	XFRMA_IPTFS_DONT_FRAG        = 38
	XFRMA_IPTFS_INIT_DELAY       = 39
	XFRMA_IPTFS_MAX_QSIZE        = 40
	XFRMA_IPTFS_PKT_SIZE         = 41

	XFRM_STATE_NOECN      = 1 << 0
	XFRM_STATE_DECAP_DSCP = 1 << 1
	XFRM_STATE_NOPMTUDISC = 1 << 2
	XFRM_STATE_WILDRECV   = 1 << 3
	XFRM_STATE_ICMP       = 1 << 4
	XFRM_STATE_AF_UNSPEC  = 1 << 5
	XFRM_STATE_ALIGN4     = 1 << 6
	XFRM_STATE_ESN        = 1 << 7

	XFRM_SA_XFLAG_DONT_ENCAP_DSCP = 1 << 0
	XFRM_SA_XFLAG_OSEQ_MAY_WRAP   = 1 << 1

	XFRM_POLICY_LOCALOK = 1 << 0
	XFRM_POLICY_ICMP    = 1 << 1

	XFRM_OFFLOAD_IPV6    = 1 << 0
	XFRM_OFFLOAD_INBOUND = 1 << 1
	XFRM_OFFLOAD_PACKET  = 1 << 2
)
