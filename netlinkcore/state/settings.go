package state

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
)

// scope is where the settings are, or those of a namespace like the one to come.
func (c *course) scope() *object.Scope {
	if c.goal.Fresh != nil {
		return c.goal.Pristine
	}
	return c.goal.Space.Scope
}

// settled is a setting as it is wanted: what was named before and is named no longer
// is as it was then, or as a device begins with it, or as it is by default.
func (c *course) settled(ctx context.Context, w *Want, have object.Ref) (object.Ref, error) {
	f := c.former(w)
	if f == nil || !f.Before.IsNil() || w.Object.Family.Lasts() {
		want, _ := c.asBefore(w)
		return want, nil
	}
	start, err := w.Object.Family.Starts(ctx, c.scope(), have)
	if err != nil {
		return w.Object, err
	}
	if start.IsZero() {
		want, _ := c.asBefore(w)
		return want, nil
	}
	want := w.Object.Clone()
	want.Table().GiveBack(want.Ptr(), named(f.Declared).Ptr(), start.Ptr())
	return want, nil
}

// settings plans values of what is always there.
func (c *course) settings(ctx context.Context, f object.Family, wants []*Want) error {
	if c.goal.Fresh != nil { // most are to be set
		c.steps = slices.Grow(c.steps, len(wants))
	}
	for _, wanted := range wantsInOrder(f, wants) {
		w := *wanted
		s := Step{Space: c.goal.Space, Verb: object.Set, Object: w.Object, Note: w.Note, phase: c.phases.setting}
		later := false // its device does not exist yet
		f.Devices(w.Object, func(name string) { s.phase, later = c.phases.settingOf(f), later || c.coming[name] })
		var have object.Ref
		if !later && !(w.Once && c.goal.Fresh != nil) { // or else it is known to differ
			var err error
			have, err = f.One(ctx, c.scope(), object.Of(f, keyed(w.Object)))
			if object.Code(err) == "not_found" && s.phase > c.phases.deviceSetting {
				later, err = true, nil // it comes with what other families make
			}
			if err != nil {
				return err
			}
			if !later && c.others(&w, have) {
				continue
			}
			if s.Object, err = c.settled(ctx, &w, have); err != nil {
				return err
			}
			if !later {
				s.changes(f.Table().Difference(s.Object.Ptr(), have.Ptr(), false).Deltas)
			}
		}
		c.remember(&w, have)
		if later && w.former != nil { // its device begins with what is not declared
			if c.goal.Whole || w.former.Before.IsNil() {
				continue
			}
			s.Object, _ = c.asBefore(&w)
		}
		if later || have.IsZero() || s.Deltas() != nil {
			c.steps = append(c.steps, s)
		}
	}
	return nil
}
