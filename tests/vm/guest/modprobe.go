package guest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/netlark/netlark/tests/vm/kernel"
	"golang.org/x/sys/unix"
)

// runModprobe is what the kernel starts through /proc/sys/kernel/modprobe. It
// says nothing of unknown names: the kernel asks for all it can think of.
func runModprobe(args []string) (status int) {
	index, err := kernel.LoadIndex(kernelDir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "modprobe:", err)
		return 1
	}
	for _, name := range args {
		if strings.HasPrefix(name, "-") {
			continue
		}
		files, ok := index.Lookup(name)
		if !ok {
			status = 1
		}
		for _, file := range files {
			if err := insert(filepath.Join(kernelDir, file)); err != nil {
				fmt.Fprintln(os.Stderr, "modprobe:", err)
				status = 1
			}
		}
	}
	return status
}

// insert loads one module; a loaded one is fine.
func insert(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.FinitModule(int(f.Fd()), "", 0); err != nil && err != unix.EEXIST {
		return fmt.Errorf("load %s: %w", file, err)
	}
	return nil
}
