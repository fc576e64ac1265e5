package kernel

import "strings"

// kept names the parts of the module tree that a network needs, and what the
// VM itself is made of; gpu, sound, media, scsi and so on are dropped.
var kept = []string{
	"net/", "crypto/", "lib/", "arch/", "drivers/net/", "drivers/crypto/virtio",
	"drivers/virtio/", "drivers/char/virtio_console", "drivers/char/hw_random/",
	"fs/9p/", "fs/netfs/", "fs/fscache/", "fs/overlayfs/", "fs/fuse/",
	"drivers/vdpa/", "drivers/vhost/", "drivers/infiniband/core/", "drivers/infiniband/sw/",
	"drivers/ptp/", "drivers/pps/", "drivers/dpll/", "drivers/bus/mhi/",
}

// hardware names the parts of drivers/net that drive hardware, which a VM
// does not have.
var hardware = []string{
	"drivers/net/ethernet/", "drivers/net/wireless/", "drivers/net/usb/", "drivers/net/arcnet/",
	"drivers/net/fddi/", "drivers/net/plip/", "drivers/net/wwan/", "drivers/net/phy/",
	"drivers/net/can/usb/", "drivers/net/can/m_can/",
}

// simulated names what drives hardware that exists in software only.
var simulated = []string{
	"drivers/net/wireless/virtual/", "drivers/net/wireless/mac80211_hwsim",
	"drivers/net/phy/fixed", "drivers/net/phy/libphy",
}

// wanted reports whether a module belongs into the cache. The modules that it
// depends on are kept as well.
func wanted(file string) bool {
	return within(file, simulated) || within(file, kept) && !within(file, hardware)
}

func within(file string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(file, p) {
			return true
		}
	}
	return false
}
