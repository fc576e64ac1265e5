package kernel

import (
	"fmt"
	"os"
	"path/filepath"
)

// Files that Prepare leaves in a kernel's directory.
const (
	ConfigFile = "config"      // the configuration that the kernel was built with
	indexFile  = "index"       // names and aliases of modules, with files
	imageFile  = "vmlinuz"     // the image as packaged
	plainFile  = "vmlinux"     // the image unpacked, if that could be done
	moduleLink = "modules"     // link to the directory named by the release
	vmlinuz    = "vmlinuz-*"   // in boot/, up to 6.18
	configs    = "config-*"    // in boot/, up to 6.18
	moduleTree = "lib/modules" // also below usr/
)

// Prepared reports whether dir holds a kernel that Prepare is done with.
func Prepared(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, indexFile))
	return err == nil
}

// Image returns the file to boot.
func Image(dir string) string {
	// The unpacked image spares an emulated CPU 0.3 to 1.5 s.
	if plain := filepath.Join(dir, plainFile); exists(plain) {
		return plain
	}
	return filepath.Join(dir, imageFile)
}

// Release returns the kernel's own name for itself, as uname -r gives it.
func Release(dir string) string {
	target, err := os.Readlink(filepath.Join(dir, moduleLink))
	if err != nil {
		return "unknown release"
	}
	return filepath.Base(target)
}

// Prepare makes a kernel that was unpacked into dir ready: it drops the
// modules that a network has no use for, decompresses the others, indexes them
// and unpacks the image.
func Prepare(dir string) error {
	moddir, err := moduleDir(dir)
	if err != nil {
		return err
	}
	t, err := scan(moddir)
	if err != nil {
		return err
	}
	if err := t.keepWanted(); err != nil {
		return err
	}
	image := firstMatch(filepath.Join(dir, "boot", vmlinuz), filepath.Join(moddir, imageFile))
	if err := extractVmlinux(image, filepath.Join(dir, plainFile)); err != nil {
		fmt.Fprintln(os.Stderr, "prepare: booting the compressed image:", err)
	}
	config := firstMatch(filepath.Join(dir, "boot", configs), filepath.Join(moddir, ConfigFile))
	for name, target := range map[string]string{imageFile: image, ConfigFile: config, moduleLink: moddir} {
		if err := link(dir, name, target); err != nil {
			return err
		}
	}
	// The index is last: its presence says that the rest is done.
	if err := os.WriteFile(filepath.Join(dir, indexFile), t.text(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d modules kept of %d\n", filepath.Base(moddir), len(t.kept), len(t.files))
	return nil
}

// moduleDir finds the one directory of modules; Debian moved it below usr/.
func moduleDir(dir string) (string, error) {
	for _, top := range []string{"", "usr"} {
		if m, _ := filepath.Glob(filepath.Join(dir, top, moduleTree, "*")); len(m) == 1 {
			return m[0], nil
		}
	}
	return "", fmt.Errorf("no single directory of modules under %s", dir)
}

func firstMatch(pattern, otherwise string) string {
	if m, _ := filepath.Glob(pattern); len(m) > 0 {
		return m[0]
	}
	return otherwise
}

// link makes dir/name a relative link, so that the cache can be moved.
func link(dir, name, target string) error {
	if !exists(target) {
		return fmt.Errorf("no %s: %s does not exist", name, target)
	}
	rel, err := filepath.Rel(dir, target)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, name)
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Symlink(rel, file)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
