package frame_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/netlark/netlark/tests/vm/frame"
)

func TestFramesKeepTheirOrderAndBytes(t *testing.T) {
	var buf bytes.Buffer
	w := frame.NewWriter(&buf)
	long := strings.Repeat("x", 100<<10)
	if _, err := io.WriteString(w.Stream(frame.Stdout), long); err != nil {
		t.Fatal(err)
	}
	if err := w.SendJSON(frame.Exit, frame.Status{Code: 7}); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for {
		typ, p, err := frame.Read(&buf)
		if err != nil {
			t.Fatal(err)
		}
		if typ == frame.Stdout {
			out.Write(p)
			continue
		}
		var st frame.Status
		if err := json.Unmarshal(p, &st); err != nil || typ != frame.Exit || st.Code != 7 {
			t.Fatalf("frame %q %s, %v; want an exit with code 7", typ, p, err)
		}
		break
	}
	if out.String() != long {
		t.Errorf("got %d bytes of output, want the %d that were written", out.Len(), len(long))
	}
}

func TestReadRefusesNonsense(t *testing.T) {
	for name, in := range map[string]string{
		"short head":    "O\x01",
		"short payload": "O\x05\x00\x00\x00abc",
		"huge":          "O\xff\xff\xff\xff",
	} {
		if _, _, err := frame.Read(strings.NewReader(in)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
