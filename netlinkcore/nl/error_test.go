package nl_test

import (
	"errors"
	"io/fs"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/wire"
)

func TestErrorText(t *testing.T) {
	for _, test := range []struct {
		err  nl.Error
		want string
	}{
		{nl.Error{Errno: unix.EEXIST}, "already exists (EEXIST)"},
		{nl.Error{Op: "add", Object: "link v0", Errno: unix.EEXIST}, "add link v0: already exists (EEXIST)"},
		{nl.Error{Op: "add", Errno: unix.ENODEV}, "add: no such device (ENODEV)"},
		{nl.Error{Object: "link v0", Errno: unix.ENODEV}, "link v0: no such device (ENODEV)"},
		{nl.Error{Op: "add", Object: "route 10.0.0.0/8", Path: "nexthops[1].gateway", Errno: unix.EINVAL, Message: "Nexthop has invalid gateway"},
			"add route 10.0.0.0/8: nexthops[1].gateway: invalid request: Nexthop has invalid gateway (EINVAL)"},
		{nl.Error{Op: "add", Errno: unix.EXDEV}, "add: invalid cross-device link (EXDEV)"},
		{nl.Error{Op: "add", Errno: 4095}, "add: errno 4095"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
	if nl.Describe(0) != "" {
		t.Error("success has words")
	}
}

func TestErrorIs(t *testing.T) {
	var err error = &nl.Error{Errno: unix.EEXIST}
	if !errors.Is(err, unix.EEXIST) || !errors.Is(err, fs.ErrExist) || errors.Is(err, unix.ENOENT) {
		t.Error("errors.Is does not see the errno")
	}
}

// refuse returns what becomes of an NLMSG_ERROR with these flags and this
// payload behind the errno.
func refuse(t *testing.T, flags uint16, behind func(r nltest.Request) []byte) *nl.Error {
	t.Helper()
	c, _ := scripted(func(r nltest.Request) []nltest.Reply {
		body := append(nltest.Done(unix.EINVAL).Body, behind(r)...)
		return []nltest.Reply{nltest.Raw(r.Message(unix.NLMSG_ERROR, flags, body))}
	})
	_, err := ask(t, c, 0)
	var refused *nl.Error
	if !errors.As(err, &refused) || refused.Errno != unix.EINVAL {
		t.Fatalf("got %#v", err)
	}
	return refused
}

func explained(message string) []byte {
	var w wire.Writer
	w.String(unix.NLMSGERR_ATTR_MSG, message)
	w.Uint32(unix.NLMSGERR_ATTR_OFFS, 36)
	w.Blob(unix.NLMSGERR_ATTR_COOKIE, []byte{1})
	w.Uint32(5, 7)
	w.Uint32(6, 20)
	b, _ := w.Bytes()
	return b
}

func TestExtendedAck(t *testing.T) {
	want := nl.Error{Errno: unix.EINVAL, Message: "why", Offset: 36, Missing: 7, MissingNest: 20}
	capped := func(r nltest.Request) []byte {
		return append(r.Message(r.Type, r.Flags, r.Body)[:16], explained("why")...)
	}
	whole := func(r nltest.Request) []byte { return append(r.Message(r.Type, r.Flags, r.Body), explained("why")...) }
	if got := refuse(t, unix.NLM_F_CAPPED|unix.NLM_F_ACK_TLVS, capped); *got != want {
		t.Errorf("capped: %+v", got)
	}
	if got := refuse(t, unix.NLM_F_ACK_TLVS, whole); *got != want {
		t.Errorf("with the request: %+v", got)
	}
	if got := refuse(t, 0, whole); *got != (nl.Error{Errno: unix.EINVAL}) {
		t.Errorf("without NLM_F_ACK_TLVS: %+v", got)
	}
}

// However it is cut or damaged, the errno stands.
func TestExtendedAckDamaged(t *testing.T) {
	capped := func(r nltest.Request) []byte {
		return append(r.Message(r.Type, r.Flags, r.Body)[:16], explained("why")...)
	}
	n := 16 + len(explained("why"))
	for i := range n {
		refuse(t, unix.NLM_F_CAPPED|unix.NLM_F_ACK_TLVS, func(r nltest.Request) []byte { return capped(r)[:i] })
		refuse(t, unix.NLM_F_ACK_TLVS, func(r nltest.Request) []byte { return capped(r)[:i] })
		for _, v := range []byte{0, 1, 0x7f, 0xff} {
			refuse(t, unix.NLM_F_ACK_TLVS, func(r nltest.Request) []byte {
				b := capped(r)
				b[i] = v
				return b
			})
		}
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{
		"plain":              "plain",
		"two words, ünïcode": "two words, ünïcode",
		"\x1b[31mred\x1b[0m": `\x1b[31mred\x1b[0m`,
		"line\nbreak":        `line\x0abreak`,
		"bad \xff utf-8":     `bad \xff utf-8`,
		"right\u202eto left": `right\xe2\x80\xaeto left`,
		"":                   "",
	} {
		got := refuse(t, unix.NLM_F_CAPPED|unix.NLM_F_ACK_TLVS, func(r nltest.Request) []byte {
			return append(r.Message(r.Type, r.Flags, r.Body)[:16], explained(in)...)
		})
		if got.Message != want {
			t.Errorf("%q became %q, want %q", in, got.Message, want)
		}
	}
}
