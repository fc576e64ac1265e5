package state

import (
	"cmp"
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
)

// phases are the places of steps in a plan. In one namespace they follow each
// other; at a barrier all namespaces wait for each other.
type phases struct {
	setting       int32 // of the namespace, which devices to come are born with
	moving        int32 // of devices, to where nothing is in their way any more
	along         int32 // what another object brings, possibly from another namespace
	stacked       int32 // devices that stand on what another object brings
	deviceSetting int32 // of a device, when it is there
	up            int32 // devices go up when they have what does not need that
	place         map[object.Family]int32
	stacks        map[object.Family]bool // whose objects stand on each other
	standing      int32                  // what is of those
	last          int32
	naming        object.Family
}

// newPhases orders families that are in the order in which their objects are
// made.
func newPhases(families []object.Family) *phases {
	ph := &phases{place: map[object.Family]int32{}, stacks: map[object.Family]bool{}, moving: 2}
	n := int32(3) // after settings, the removal of devices, and moves
	for _, f := range families {
		if f.NeedsUp() && ph.up == 0 {
			ph.up = n
			n++
		}
		ph.place[f] = n
		if stands(f) {
			ph.stacks[f] = true
			ph.standing = cmp.Or(ph.standing, n)
		}
		n++
		if f.Table().Naming() >= 0 {
			ph.naming = f
			ph.along, ph.stacked, ph.deviceSetting = n, n+1, n+2
			n += 3
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
func (ph *phases) making(f object.Family) int32 {
	if ph.stacks[f] {
		return ph.standing
	}
	return ph.place[f]
}

// settingOf is when values of a family that belong to devices are set: when these
// are there, and what families before it make on them.
func (ph *phases) settingOf(f object.Family) int32 { return max(ph.deviceSetting, ph.place[f]) }

// removal is when objects of a family are removed. Devices go first, since new
// ones may need their names or numbers; all else last, so that what replaces it
// is there before, and what was made last goes first.
func (ph *phases) removal(f object.Family) int32 {
	if f == ph.naming {
		return 1
	}
	return 2*ph.last - ph.place[f]
}

// barriers are the phases before which all of a plan is done in all namespaces,
// in order: devices may need names that others leave, the other ends of pairs,
// the carrier of what is elsewhere, and what is removed goes when all else is there.
func (ph *phases) barriers(steps []*Step) []int32 {
	all := []int32{ph.moving, ph.place[ph.naming], ph.along}
	if slices.ContainsFunc(steps, func(s *Step) bool { return s.Object.Table().Elsewhere(s.Object.Ptr()) }) {
		all = append(all, ph.up) // a parent in another namespace has to be up
	}
	return append(all, ph.up+1, ph.last+1)
}
