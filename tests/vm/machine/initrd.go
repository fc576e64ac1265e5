package machine

import (
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/netlark/netlark/tests/vm/frame"
	"github.com/netlark/netlark/tests/vm/guest"
	"github.com/netlark/netlark/tests/vm/kernel"
)

// bootModules are those that init needs to reach the host.
var bootModules = []string{"virtio_pci", "virtio_console", "9pnet_virtio", "9p"}

// writeInitrd writes an initramfs of this very program as init, the modules
// to reach the host, and the orders. Making it takes milliseconds, so there is
// none to keep up to date.
func writeInitrd(file string, cfg Config, shares []frame.Share) error {
	init, err := executable()
	if err != nil {
		return err
	}
	order := frame.Boot{Kernel: cfg.Kernel, Load: cfg.Load, Shares: shares}
	index, err := kernel.LoadIndex(cfg.Kernel)
	if err != nil {
		return err
	}
	if order.Modules, err = bootFiles(index); err != nil {
		return fmt.Errorf("%s: %w", cfg.Kernel, err)
	}
	text, err := json.Marshal(order)
	if err != nil {
		return err
	}
	var a archive
	a.device("/dev/console", 5, 1) // where init prints before it has anything else
	a.file("/init", 0o755, init)
	a.file(guest.BootFile, 0o644, text)
	for _, f := range order.Modules {
		data, err := os.ReadFile(filepath.Join(cfg.Kernel, f))
		if err != nil {
			return err
		}
		a.file("/"+f, 0o644, data)
	}
	return os.WriteFile(file, a.bytes(), 0o600)
}

// bootFiles returns the files of the boot modules in load order, each once.
func bootFiles(index kernel.Index) ([]string, error) {
	var all []string
	for _, name := range bootModules {
		files, ok := index.Lookup(name)
		if !ok {
			return nil, fmt.Errorf("no module %s", name)
		}
		for _, f := range files {
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all, nil
}

// executable returns this program, which has to run without the host's
// libraries.
func executable() ([]byte, error) {
	const self = "/proc/self/exe"
	f, err := elf.Open(self)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return nil, fmt.Errorf("this program is linked dynamically, so it cannot be init: build it with CGO_ENABLED=0")
		}
	}
	return os.ReadFile(self)
}
