package route

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Metrics are what is known, or decreed, of the path of a route (RTAX_*).
type Metrics struct {
	attr.Extra
	// Lock says which metrics the kernel must not change: bit 1<<RTAX_MTU and so on.
	Lock opt.Value[uint32]
	// RTT counts 1/8 ms, RTTVar 1/4 ms.
	MTU, Window, RTT, RTTVar, SSThresh, CWnd, AdvMSS opt.Value[uint32]
	Reordering, HopLimit, InitCWnd, Features         opt.Value[uint32]
	RTOMin                                           opt.Value[uint32] // ms
	InitRWnd, QuickACK, FastOpenNoCookie             opt.Value[uint32]
	CongestionControl                                opt.Value[string]
}

// locks names the bits of Metrics.Lock after the metrics.
var locks = attr.Enum{{1 << unix.RTAX_MTU, "mtu"}, {1 << unix.RTAX_WINDOW, "window"}, {1 << unix.RTAX_RTT, "rtt"},
	{1 << unix.RTAX_RTTVAR, "rttvar"}, {1 << unix.RTAX_SSTHRESH, "ssthresh"}, {1 << unix.RTAX_CWND, "cwnd"},
	{1 << unix.RTAX_ADVMSS, "advmss"}, {1 << unix.RTAX_REORDERING, "reordering"}, {1 << unix.RTAX_HOPLIMIT, "hoplimit"},
	{1 << unix.RTAX_INITCWND, "initcwnd"}, {1 << unix.RTAX_FEATURES, "features"}, {1 << unix.RTAX_RTO_MIN, "rto_min"},
	{1 << unix.RTAX_INITRWND, "initrwnd"}, {1 << unix.RTAX_QUICKACK, "quickack"}, {1 << unix.RTAX_CC_ALGO, "congctl"},
	{1 << unix.RTAX_FASTOPEN_NO_COOKIE, "fastopen_no_cookie"}}

var features = attr.Enum{{unix.RTAX_FEATURE_ECN, "ecn"}, {unix.RTAX_FEATURE_SACK, "sack"},
	{unix.RTAX_FEATURE_TIMESTAMP, "timestamp"}, {unix.RTAX_FEATURE_ALLFRAG, "allfrag"}, {unix.RTAX_FEATURE_TCP_USEC_TS, "tcp_usec_ts"}}

// In the kernel a RTT counts 1/8 ms and its variation 1/4 ms.
var metrics = attr.Define("metrics", "what is known of a path", 0, func(v *Metrics) []attr.Field {
	return []attr.Field{
		attr.InIP("", ""),
		attr.Set(unix.RTAX_LOCK, "lock", &v.Lock, locks, "metrics that the kernel must not change").IP("*lock"),
		attr.Uint32(unix.RTAX_MTU, "mtu", &v.MTU, "path MTU, bytes"),
		attr.Uint32(unix.RTAX_WINDOW, "window", &v.Window, "largest advertised window, bytes"),
		attr.Uint32(unix.RTAX_RTT, "rtt", &v.RTT, "first estimate of the round-trip time, 1/8 ms"),
		attr.Uint32(unix.RTAX_RTTVAR, "rttvar", &v.RTTVar, "first estimate of its variation, 1/4 ms"),
		attr.Uint32(unix.RTAX_SSTHRESH, "ssthresh", &v.SSThresh, "first slow-start threshold, packets"),
		attr.Uint32(unix.RTAX_CWND, "cwnd", &v.CWnd, "clamp of the congestion window, packets"),
		attr.Uint32(unix.RTAX_ADVMSS, "advmss", &v.AdvMSS, "advertised segment size, bytes"),
		attr.Uint32(unix.RTAX_REORDERING, "reordering", &v.Reordering, "first reordering degree, packets"),
		attr.Uint32(unix.RTAX_HOPLIMIT, "hoplimit", &v.HopLimit, "hop limit").Range(0, 255),
		attr.Uint32(unix.RTAX_INITCWND, "initcwnd", &v.InitCWnd, "first congestion window, packets"),
		attr.Set(unix.RTAX_FEATURES, "features", &v.Features, features, "TCP features"),
		attr.Uint32(unix.RTAX_RTO_MIN, "rto_min", &v.RTOMin, "smallest retransmission time-out").In(attr.Milliseconds).IP("rto_min %*"),
		attr.Uint32(unix.RTAX_INITRWND, "initrwnd", &v.InitRWnd, "first receive window, packets"),
		attr.Uint32(unix.RTAX_QUICKACK, "quickack", &v.QuickACK, "acknowledge at once").Range(0, 1),
		attr.String(unix.RTAX_CC_ALGO, "congctl", &v.CongestionControl, "congestion control algorithm").Range(0, 15).Means("congestion"),
		attr.Uint32(unix.RTAX_FASTOPEN_NO_COOKIE, "fastopen_no_cookie", &v.FastOpenNoCookie, "TCP Fast Open without a cookie").Range(0, 1).IP("fastopen_no_cookie %-"),
		attr.Unknown(&v.Extra),
	}
})
