// Package capture_test runs scenarios of commands on a kernel and decodes what it
// then says. With a flag it keeps the bytes, for the tests of package all.
package capture_test

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rule"
	"github.com/netlark/netlark/netlinkcore/tc"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// Captures are made anew with
//
//	go test ./tests/capture -capture $PWD/netlinkcore
//
// and for another kernel with the test binary in a VM; see tests/vm. The file
// excused_test.go of package all has to agree then.
var captureInto = flag.String("capture", "", "write captures of this kernel below `directory`, netlinkcore as a rule")

// A scenario is a list of commands, testdata/<file>.sh, and the dumps that show
// what they made, or other requests that are answered with one message.
type scenario struct {
	file string // of commands
	into string // the family's directory
	name string // of the capture
	dump []nl.Request

	family object.Family
}

const (
	newSA, getSA, getPolicy = 0x10, 0x12, 0x15 // linux/xfrm.h
	getAE, getSADInfo       = 0x1f, 0x23
	getSPDInfo, getDefault  = 0x25, 0x28
	skipStats               = 1 << 3     // RTEXT_FILTER_SKIP_STATS
	withVFs                 = 1 << 0     // RTEXT_FILTER_VF
	ingress                 = 0xfffffff2 // TC_H_CLSACT and TC_H_MIN_INGRESS
)

func scenarios() []scenario {
	get := func(typ uint16, body ...byte) nl.Request { return nl.Request{Type: typ, Body: body} }
	head := func(family byte, n int) []byte { return append([]byte{family}, make([]byte, n-1)...) }
	links := append(make([]byte, unix.SizeofIfInfomsg), 8, 0, unix.IFLA_EXT_MASK, 0, skipStats, 0, 0, 0)
	cards := append(make([]byte, unix.SizeofIfInfomsg), 8, 0, unix.IFLA_EXT_MASK, 0, withVFs, 0, 0, 0)
	neighs := head(unix.AF_UNSPEC, unix.SizeofNdMsg)
	proxies := head(unix.AF_UNSPEC, unix.SizeofNdMsg)
	proxies[10] = unix.NTF_PROXY
	get4, get6 := head(unix.AF_INET, 12), head(unix.AF_INET6, 12)
	ipsec := func(typ uint16) []nl.Request { return []nl.Request{{Proto: unix.NETLINK_XFRM, Type: typ}} }
	traffic := func(dev, parent uint32) []byte { // struct tcmsg
		b := binary.NativeEndian.AppendUint32(make([]byte, 4), dev)
		return append(binary.NativeEndian.AppendUint32(append(b, 0, 0, 0, 0), parent), 0, 0, 0, 0)
	}
	one := func(typ uint16, n int) []nl.Request {
		return []nl.Request{{Proto: unix.NETLINK_XFRM, Type: typ, Body: make([]byte, n)}}
	}
	return []scenario{
		{"link_kinds", "link", "kinds", []nl.Request{get(unix.RTM_GETLINK, links...)}, link.Type},
		{"link_ports", "link", "ports", []nl.Request{get(unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg)...)}, link.Type},
		{"link_vfs", "link", "vfs", []nl.Request{get(unix.RTM_GETLINK, cards...)}, link.Type},
		{"addr_all", "addr", "all", []nl.Request{get(unix.RTM_GETADDR, head(0, unix.SizeofIfAddrmsg)...)}, addr.Type},
		{"addr_label", "addr", "label", []nl.Request{get(unix.RTM_GETADDRLABEL, head(unix.AF_INET6, 12)...)}, addr.LabelType},
		{"addr_all", "addr", "multicast", []nl.Request{get(unix.RTM_GETMULTICAST, head(unix.AF_INET6, unix.SizeofIfAddrmsg)...)}, addr.MulticastType},
		{"addr_all", "addr", "anycast", []nl.Request{get(unix.RTM_GETANYCAST, head(unix.AF_INET6, unix.SizeofIfAddrmsg)...)}, addr.AnycastType},
		{"neigh_all", "neigh", "table", []nl.Request{get(unix.RTM_GETNEIGHTBL, head(0, 4)...)}, neigh.TableType},
		{"neigh_all", "neigh", "all", []nl.Request{get(unix.RTM_GETNEIGH, neighs...), get(unix.RTM_GETNEIGH, proxies...)}, neigh.Type},
		{"bridge_fdb", "bridge", "fdb", []nl.Request{get(unix.RTM_GETNEIGH, head(unix.AF_BRIDGE, unix.SizeofNdMsg)...)}, bridge.FDBType},
		{"bridge_mdb", "bridge", "mdb", []nl.Request{get(unix.RTM_GETMDB, head(unix.AF_BRIDGE, 8)...)}, bridge.MDBType},
		{"bridge_vlan", "bridge", "vlan", []nl.Request{get(unix.RTM_GETVLAN, head(unix.AF_BRIDGE, 8)...), get(unix.RTM_GETVLAN, append(head(unix.AF_BRIDGE, 8), 8, 0, 1, 0, 1, 0, 0, 0)...)}, bridge.VLANType}, // the second with counters
		{"bridge_vlan", "bridge", "vlan_global", []nl.Request{get(unix.RTM_GETVLAN, append(head(unix.AF_BRIDGE, 8), 8, 0, 1, 0, 2, 0, 0, 0)...)}, bridge.VLANGlobalType},
		{"nexthop_all", "nexthop", "all", []nl.Request{get(unix.RTM_GETNEXTHOP, append(head(0, 8), 8, 0, 14, 0, 3, 0, 0, 0)...)}, nexthop.Type}, // with counters
		{"nexthop_all", "nexthop", "bucket", []nl.Request{get(unix.RTM_GETNEXTHOPBUCKET, head(0, 8)...)}, nexthop.BucketType},
		{"route_all", "route", "all", []nl.Request{get(unix.RTM_GETROUTE, get4...), get(unix.RTM_GETROUTE, get6...)}, route.Type},
		{"route_mpls", "route", "mpls", []nl.Request{get(unix.RTM_GETROUTE, head(unix.AF_MPLS, 12)...)}, route.Type},
		{"rule_all", "rule", "all", []nl.Request{get(unix.RTM_GETRULE, get4...), get(unix.RTM_GETRULE, get6...)}, rule.Type},
		{"tc_qdisc", "tc", "qdisc", []nl.Request{get(unix.RTM_GETQDISC, traffic(0, 0)...)}, tc.QdiscType},
		{"tc_class", "tc", "class", []nl.Request{get(unix.RTM_GETTCLASS, traffic(1000, 0)...)}, tc.ClassType},
		{"tc_filter", "tc", "filter", []nl.Request{get(unix.RTM_GETTFILTER, traffic(1001, ingress)...)}, tc.FilterType},
		{"xfrm_all", "xfrm", "state", ipsec(getSA), xfrm.StateType},
		{"xfrm_all", "xfrm", "policy", ipsec(getPolicy), xfrm.PolicyType},
		{"xfrm_all", "xfrm", "ae", progress(), xfrm.ProgressType},
		{"xfrm_all", "xfrm", "default", one(getDefault, 3), xfrm.DefaultType},
		{"xfrm_all", "xfrm", "spd", one(getSPDInfo, 4), xfrm.SPDType},
		{"xfrm_all", "xfrm", "sad", one(getSADInfo, 4), xfrm.SADType},
	}
}

// requires says what scenarios need of a kernel, without which there is nothing
// that could be dumped.
var requires = map[string]string{"bridge_vlan": "bridge:vlan"}

// TestScenarios makes every scenario and decodes what the kernel says of it.
func TestScenarios(t *testing.T) {
	for _, s := range scenarios() {
		t.Run(s.into+"/"+s.name, func(t *testing.T) {
			if r := requires[s.file]; r != "" {
				nstest.Require(t, r)
			}
			nstest.New(t)
			run(t, filepath.Join("testdata", s.file+".sh"))
			made(t, s.file)
			list, err := dump(t.Context(), s.dump)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d messages", len(list))
			table := s.family.Table()
			for _, m := range list {
				err := table.Each(m.Body(), func(body []byte) error { return table.Decode(&attr.Dec{}, table.New(), body) })
				if err != nil {
					t.Errorf("%v in %x", err, m.Body())
				}
			}
			if *captureInto != "" && len(list) > 0 {
				keep(t, s, list)
			}
		})
	}
}

// progress asks for the progress of states of xfrm_all.sh, thresholds too: struct
// xfrm_aevent_id.
func progress() (out []nl.Request) {
	for _, spi := range []byte{0, 1, 2, 3} {
		body := make([]byte, 48)
		copy(body, []byte{192, 0, 2, 2 + spi})
		copy(body[16:], []byte{0, 0, 1, spi, unix.AF_INET, 0, unix.IPPROTO_ESP})
		body[40] = 1 | 8 // XFRM_AE_RTHR, XFRM_AE_ETHR
		if spi == 2 {
			body = append(body, 12, 0, 21, 0, 1, 0, 0, 0, 0xff, 0, 0, 0) // XFRMA_MARK
		}
		out = append(out, nl.Request{Proto: unix.NETLINK_XFRM, Type: getAE, Body: body})
	}
	return out
}

func keep(t *testing.T, s scenario, list []nltest.Captured) {
	t.Helper()
	for i := range list {
		list[i].Kernel, list[i].Command = release(), "after tests/capture/testdata/"+s.file+".sh"
	}
	dir := filepath.Join(*captureInto, s.into, "testdata", release())
	if err := errors.Join(os.MkdirAll(dir, 0o755), nltest.WriteCapture(filepath.Join(dir, s.name+".hex"), list)); err != nil {
		t.Fatal(err)
	}
}

// run runs a file of commands, each for itself: what the kernel or the tools
// cannot do is told and left out. $dummy is a kind of device that does nothing.
func run(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin", "dummy=ifb")
	for line := range strings.Lines("ip link add dummy0 type dummy && ip link del dummy0\n" + string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		cmd := exec.Command("sh", "-c", line)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil {
			first, _, _ := strings.Cut(string(out), "\n")
			t.Logf("left out: %s: %s", line, first)
		} else if strings.HasPrefix(line, "ip link add dummy0") {
			env = append(env, "dummy=dummy")
		}
	}
}

func dump(ctx context.Context, requests []nl.Request) (list []nltest.Captured, err error) {
	conn := nl.New(nl.Config{})
	defer conn.Close()
	var want []byte
	keep := func(m nl.Message) error {
		if len(want) > 0 && want[0] != unix.AF_UNSPEC && len(m.Body) > 0 && m.Body[0] != unix.AF_UNSPEC && m.Body[0] != want[0] {
			return nil // a family that the kernel does not have stands for all
		}
		list = append(list, nltest.Captured{Message: nltest.Request{}.Message(m.Type, m.Flags, m.Body)})
		return nil
	}
	for i := range requests {
		r := &requests[i]
		if want = nil; r.Proto == unix.NETLINK_ROUTE {
			want = r.Body
		}
		if r.Proto == unix.NETLINK_XFRM && r.Type >= getAE { // not a dump, but one message
			err = conn.Call(ctx, r, keep)
		} else {
			err = each(conn.Dump(ctx, r), keep)
		}
		if err != nil && !errors.Is(err, unix.ESRCH) {
			return nil, fmt.Errorf("request %d: %w", r.Type, err)
		}
	}
	return list, nil
}

func each(messages iter.Seq2[nl.Message, error], do func(nl.Message) error) error {
	for m, err := range messages {
		if err == nil {
			err = do(m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// release is the kernel's version without what a distribution adds.
func release() string {
	var name unix.Utsname
	_ = unix.Uname(&name) // fails for a bad address only
	number, _, _ := strings.Cut(unix.ByteSliceToString(name.Release[:]), "-")
	return strings.SplitN(number, "+", 2)[0]
}
