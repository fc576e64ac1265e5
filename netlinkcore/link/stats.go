package link

import "github.com/netlark/netlark/netlinkcore/attr"

// Stats are a device's counters (struct rtnl_link_stats64).
type Stats struct {
	RxPackets, TxPackets, RxBytes, TxBytes, RxErrors, TxErrors, RxDropped, TxDropped uint64
	Multicast, Collisions                                                            uint64
	RxLength, RxOver, RxCRC, RxFrame, RxFIFO, RxMissed                               uint64
	TxAborted, TxCarrier, TxFIFO, TxHeartbeat, TxWindow                              uint64
	RxCompressed, TxCompressed, RxNoHandler, RxOtherHost                             uint64
}

var stats = attr.Define("stats", "counters of a device", 200, func(v *Stats) []attr.Field {
	at := int16(-8)
	n := func(name string, p *uint64, doc string) attr.Field {
		at += 8
		return attr.HeadCount(at, name, p, doc)
	}
	return []attr.Field{
		n("rx_packets", &v.RxPackets, "packets received"), n("tx_packets", &v.TxPackets, "packets sent"),
		n("rx_bytes", &v.RxBytes, "bytes received"), n("tx_bytes", &v.TxBytes, "bytes sent"),
		n("rx_errors", &v.RxErrors, "bad packets received"), n("tx_errors", &v.TxErrors, "problems in sending"),
		n("rx_dropped", &v.RxDropped, "packets dropped for want of room"), n("tx_dropped", &v.TxDropped, "packets not sent for want of room"),
		n("multicast", &v.Multicast, "multicast packets received"), n("collisions", &v.Collisions, "collisions"),
		n("rx_length_errors", &v.RxLength, "packets of a wrong length"), n("rx_over_errors", &v.RxOver, "overruns of the receiver's ring"),
		n("rx_crc_errors", &v.RxCRC, "packets with a wrong checksum"), n("rx_frame_errors", &v.RxFrame, "misaligned frames"),
		n("rx_fifo_errors", &v.RxFIFO, "overruns of the receiver's queue"), n("rx_missed_errors", &v.RxMissed, "packets missed by the receiver"),
		n("tx_aborted_errors", &v.TxAborted, "transmissions aborted"), n("tx_carrier_errors", &v.TxCarrier, "transmissions without carrier"),
		n("tx_fifo_errors", &v.TxFIFO, "underruns of the transmitter"), n("tx_heartbeat_errors", &v.TxHeartbeat, "heartbeats missed"),
		n("tx_window_errors", &v.TxWindow, "late collisions"), n("rx_compressed", &v.RxCompressed, "compressed packets received"),
		n("tx_compressed", &v.TxCompressed, "compressed packets sent"), n("rx_nohandler", &v.RxNoHandler, "packets that nothing took"),
		n("rx_otherhost_dropped", &v.RxOtherHost, "packets for other hosts, dropped"),
	}
})
