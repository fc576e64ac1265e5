package state

import "github.com/netlark/netlark/netlinkcore/object"

// phases are the places of steps in a plan. A phase is done in all namespaces
// before the next one begins: a device of one may need a namespace, a parent or a
// carrier in another.
type phases struct {
	setting       int // of the namespace, which devices to come are born with
	along         int // what another object brings, possibly from another namespace
	deviceSetting int // of a device, when it is there
	up            int // devices go up when they have what does not need that
	place         map[object.Family]int
	standing      int // what stands on each other, of several families
	last          int
	naming        object.Family
}

// newPhases orders families that are in the order in which their objects are
// made.
func newPhases(families []object.Family) *phases {
	ph := &phases{place: map[object.Family]int{}}
	n := 2 // after settings and the removal of devices
	for _, f := range families {
		if f.NeedsUp() && ph.up == 0 {
			ph.up = n
			n++
		}
		ph.place[f] = n
		if stands(f) && ph.standing == 0 {
			ph.standing = n
		}
		n++
		if f.Table().Naming() >= 0 {
			ph.naming = f
			ph.along, ph.deviceSetting = n, n+1
			n += 2
		}
	}
	if ph.up == 0 {
		ph.up = n
		n++
	}
	ph.last = n
	return ph
}

// making is when objects of a family are made and changed.
func (ph *phases) making(f object.Family) int {
	if stands(f) {
		return ph.standing
	}
	return ph.place[f]
}

// settingOf is when values of a family that belong to devices are set: when these
// are there, and what families before it make on them.
func (ph *phases) settingOf(f object.Family) int { return max(ph.deviceSetting, ph.place[f]) }

// removal is when objects of a family are removed. Devices go first, since new
// ones may need their names or numbers; all else last, so that what replaces it
// is there before, and what was made last goes first.
func (ph *phases) removal(f object.Family) int {
	if f == ph.naming {
		return 1
	}
	return 2*ph.last - ph.place[f]
}
