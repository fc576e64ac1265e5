package nltest_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nltest"
)

func TestCapture(t *testing.T) {
	path := filepath.Join(t.TempDir(), "links.hex")
	r := nltest.Request{Seq: 7, Port: 99}
	list := []nltest.Captured{
		{Comment: "a bridge\nand its port", Message: r.Message(unix.RTM_NEWLINK, unix.NLM_F_MULTI, make([]byte, 100))},
		{Message: r.Message(unix.NLMSG_DONE, 0, nil)},
		{Comment: "the end", Message: r.Message(unix.NLMSG_DONE, 0, make([]byte, 4))},
	}
	for i := range list {
		list[i].Kernel, list[i].Command = "6.18.44", "ip -d link: all"
	}
	if err := nltest.WriteCapture(path, list); err != nil {
		t.Fatal(err)
	}
	got, err := nltest.ReadCapture(path)
	if err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("%+v, %v\nwant %+v", got, err, list)
	}
	if m := got[0]; m.Type() != unix.RTM_NEWLINK || m.Flags() != unix.NLM_F_MULTI || len(m.Body()) != 100 {
		t.Errorf("type %d, flags %#x, %d bytes", m.Type(), m.Flags(), len(m.Body()))
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), "# 6.18.44: ip -d link: all\n\n# a bridge\n# and its port\n74000000 10000200 07000000 63000000 ") {
		t.Errorf("%v:\n%s", err, text)
	}
	for line := range strings.Lines(string(text)) {
		if len(line) > 72 || strings.TrimRight(line, " \n")+"\n" != line {
			t.Errorf("line %q", line)
		}
	}
}

func TestCaptureDamaged(t *testing.T) {
	const head = "# 6.1: ip link\n"
	for name, test := range map[string]struct{ text, want string }{
		"empty":       {"", ":1: want"},
		"no header":   {"14000000 03000000 00000000 00000000 00000000", ":1: want"},
		"no command":  {"# 6.1\n", ":1: want"},
		"not hex":     {head + "1400000x\n", ":2: encoding/hex"},
		"odd":         {head + "140\n", ":2: encoding/hex"},
		"short":       {head + "\n14000000 03000000 00000000 00000000\n", ":4: message ends after 16 bytes"},
		"too long":    {head + "14000000 03000000 00000000 00000000 00000000 00\n", ":2: message says that it has 20 bytes, has 21"},
		"length 0":    {head + "00000000 03000000 00000000 00000000\n", ":2: message says"},
		"interrupted": {head + "14000000 03000000\n# x\n", ":3: comment inside a message"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.hex")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := nltest.ReadCapture(path); err == nil || !strings.Contains(err.Error(), path+test.want) {
				t.Errorf("got %v, want …%s…", err, test.want)
			}
		})
	}
	if _, err := nltest.ReadCapture(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}

func TestWriteCaptureRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.hex")
	for _, list := range [][]nltest.Captured{
		nil,
		{{Message: nltest.Request{}.Message(20, 0, nil)}},
		{{Kernel: "6.1", Command: "ip", Message: []byte{1}}},
		{{Kernel: "6.1", Command: "ip", Message: make([]byte, 16)}},
	} {
		if err := nltest.WriteCapture(path, list); err == nil {
			t.Errorf("%+v was written", list)
		}
	}
}
