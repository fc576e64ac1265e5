package nstest

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/netlark/netlark/tests/vm/vmenv"
	"golang.org/x/sys/unix"
)

// A config tells which options a kernel was built with, as y or m; the names
// are without CONFIG_.
type config map[string]bool

// readConfig reads the running kernel's configuration.
func readConfig() (config, error) {
	if file := os.Getenv(vmenv.Config); file != "" {
		return readConfigFile(file)
	}
	if c, err := readConfigFile("/proc/config.gz"); err == nil {
		return c, nil
	}
	var name unix.Utsname
	_ = unix.Uname(&name) // fails for a bad address only
	return readConfigFile("/boot/config-" + unix.ByteSliceToString(name.Release[:]))
}

func readConfigFile(file string) (config, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	c := parseConfig(string(text))
	if !c["NET"] {
		return nil, fmt.Errorf("%s: no configuration of a kernel with a network", file)
	}
	return c, nil
}

func parseConfig(text string) config {
	c := config{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		option, isOption := strings.CutPrefix(name, "CONFIG_")
		if ok && isOption && (value == "y" || value == "m") {
			c[option] = true
		}
	}
	return c
}
