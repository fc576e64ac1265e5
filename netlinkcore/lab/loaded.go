package lab

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
)

// Loaded is what the kernel loaded while an Apply worked. It stays: others may use it.
type Loaded struct {
	Modules []string // of the kernel
	// Devices came meanwhile to the namespace that netlark was started in, and are not the
	// lab's: some modules make one, as bonding makes bond0.
	Devices []string
}

// String says it in a line.
func (l Loaded) String() string {
	said := "modules that the kernel loaded stay: " + strings.Join(l.Modules, ", ")
	if len(l.Devices) > 0 {
		said += "; so do devices that came meanwhile: " + strings.Join(l.Devices, ", ")
	}
	return said
}

// A moment is which modules and devices there are.
type moment struct{ modules, devices map[string]bool }

// Both files have a name at the beginning of each line.
const (
	modulesFile = "/proc/modules"
	devicesFile = "/proc/self/net/dev"
)

// thisMoment is what there is now. Where the kernel does not tell, it is nothing: then
// nothing is new later.
func thisMoment() moment { return moment{namesIn(modulesFile), namesIn(devicesFile)} }

func namesIn(file string) map[string]bool {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	names := map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if name := strings.Fields(lines.Text()); len(name) > 0 {
			names[strings.TrimSuffix(name[0], ":")] = true
		}
	}
	return names
}

// loadedSince tells what the kernel loaded since a moment.
func (l *Lab) loadedSince(m moment) (out Loaded) {
	out.Modules = newer(m.modules, namesIn(modulesFile))
	if len(out.Modules) == 0 {
		return out
	}
	out.Devices = slices.DeleteFunc(newer(m.devices, namesIn(devicesFile)), l.hasOnHost)
	return out
}

// newer are the names that were not there before, sorted.
func newer(before, now map[string]bool) []string {
	if before == nil {
		return nil
	}
	maps.DeleteFunc(now, func(name string, _ bool) bool { return before[name] })
	return slices.Sorted(maps.Keys(now))
}

// hasOnHost reports whether the lab declares a device in the namespace that netlark was
// started in.
func (l *Lab) hasOnHost(name string) bool {
	host := l.in(HostNetNS)
	return host != nil && slices.ContainsFunc(host.devices(), func(d device) bool { return d.Name == name })
}
