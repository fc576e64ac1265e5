package uapi

// linux/neighbour.h (Linux 6.18)
const (
	NDA_PROTOCOL      = 12
	NDA_NH_ID         = 13
	NDA_FDB_EXT_ATTRS = 14
	NDA_FLAGS_EXT     = 15

	NTF_STICKY = 0x40

	NTF_EXT_MANAGED = 1 << 0
	NTF_EXT_LOCKED  = 1 << 1

	NFEA_ACTIVITY_NOTIFY = 1
	NFEA_DONT_REFRESH    = 2
)
