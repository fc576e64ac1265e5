package kernel

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTable(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := Table(root)
	if err != nil {
		t.Fatal(err)
	}
	if test, _ := Choose(rows, ""); len(test) == 0 {
		t.Error("no kernel is marked for make test")
	}
	if all, _ := Choose(rows, "all"); len(all) != len(rows) {
		t.Errorf("all chooses %d of %d", len(all), len(rows))
	}
	if _, err := Choose(rows, rows[0].Name+",nonesuch"); err == nil {
		t.Error("an unknown name is accepted")
	}
}

func TestTableRefusesHalfALine(t *testing.T) {
	for _, text := range []string{"6.1 linux-image-amd64 -", "6.1 linux-image-amd64 - maybe"} {
		if rows, err := parseTable(text); err == nil {
			t.Errorf("%q gives %v", text, rows)
		}
	}
}

func TestWanted(t *testing.T) {
	for file, want := range map[string]bool{
		"net/8021q/8021q.ko.xz":                          true,
		"drivers/net/dummy.ko":                           true,
		"drivers/net/ethernet/intel/e1000/e1000.ko":      false,
		"drivers/net/wireless/virtual/mac80211_hwsim.ko": true,
		"drivers/net/wireless/intel/iwlwifi/iwlwifi.ko":  false,
		"drivers/gpu/drm/drm.ko":                         false,
		"drivers/char/virtio_console.ko":                 true,
	} {
		if got := wanted(file); got != want {
			t.Errorf("wanted(%q) = %t", file, got)
		}
	}
}

func TestIndex(t *testing.T) {
	tr := &tree{
		builtin: []string{"unix"},
		kept: map[string]module{
			"vlan":  {file: "m/8021q.ko", deps: []string{"mrp"}},
			"mrp":   {file: "m/mrp.ko", deps: []string{"base"}},
			"base":  {file: "m/base.ko"},
			"esp4":  {file: "m/esp4.ko", soft: []string{"crypto_x"}, deps: []string{"base"}},
			"ciph":  {file: "m/ciph.ko"},
			"other": {file: "m/other.ko", deps: []string{"missing"}},
		},
		alias: map[string][]string{"rtnl_link_vlan": {"vlan"}, "crypto_x": {"ciph"}},
	}
	x := Index(tr.text())
	for name, want := range map[string][]string{
		"rtnl-link-vlan": {"modules/m/base.ko", "modules/m/mrp.ko", "modules/m/8021q.ko"},
		"vlan":           {"modules/m/base.ko", "modules/m/mrp.ko", "modules/m/8021q.ko"},
		"esp4":           {"modules/m/ciph.ko", "modules/m/base.ko", "modules/m/esp4.ko"},
		"other":          {"modules/m/other.ko"},
		"unix":           {},
	} {
		got, ok := x.Lookup(name)
		if !ok || !slices.Equal(got, want) {
			t.Errorf("Lookup(%q) = %v, %t; want %v", name, got, ok, want)
		}
	}
	if files, ok := x.Lookup("nonesuch"); ok {
		t.Errorf("Lookup of an unknown name = %v", files)
	}
}

func TestSoftBefore(t *testing.T) {
	if got := softBefore("pre: crypto-a b post: c"); !slices.Equal(got, []string{"crypto_a", "b"}) {
		t.Errorf("got %q", got)
	}
	if got := softBefore("post: c"); got != nil {
		t.Errorf("got %q", got)
	}
}

func TestPayloadRefusesNonsense(t *testing.T) {
	if _, err := payload([]byte("no kernel")); err == nil {
		t.Error("short: no error")
	}
	image := make([]byte, 0x300)
	copy(image[hdrMagic:], "HdrS")
	image[hdrPayloadLength+3] = 0xff
	if _, err := payload(image); err == nil {
		t.Error("payload beyond the end: no error")
	}
}

func TestUnsign(t *testing.T) {
	const body, signature, magic = "ELF and so on", "12345", "~Module signature appended~\n"
	info := "\x00\x00\x02\x00\x00\x00\x00\x00" + "\x00\x00\x00\x05"
	file := filepath.Join(t.TempDir(), "m.ko")
	for name, data := range map[string]string{"signed": body + signature + info + magic, "unsigned": body} {
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := unsign(file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := os.ReadFile(file); string(got) != body {
			t.Errorf("%s: %q is left of %q", name, got, data)
		}
	}
}
