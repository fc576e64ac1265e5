package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A Snapshot holds what namespaces were before they were changed, so that they
// can be made so again. Who changes something says so before: Touch. A Snapshot
// is for one goroutine.
type Snapshot struct {
	// Around calls fn with the namespaces where ends of pairs may be that go along with
	// their other ends; nil: only those that are kept anyway are looked at.
	Around func(fn func(n attr.NetNS) error) error
	// Shared reports whether others work in a namespace, by its Space's name: what they
	// did meanwhile stays. nil: nobody does.
	Shared func(name string) bool

	families []object.Family
	kept     []*kept
	moved    []move
}

// kept is what a Snapshot holds of one namespace.
type kept struct {
	space   *Space
	before  *Image          // nil: the namespace goes as a whole
	touched map[string]bool // identities by family
	spares  bool            // only what was touched, and what is near, is given back
	near    map[string]bool // devices of which something was touched
	values  []object.Ref    // of what has values and no objects: settings
	done    func()          // closes what the Snapshot opened itself
}

// A move is a device that a call sent to another namespace.
type move struct {
	from, to *kept
	name     string // in from
	renamed  string // in to
}

// NewSnapshot returns an empty Snapshot for objects of families, which are in
// the order in which objects are made.
func NewSnapshot(families []object.Family) *Snapshot { return &Snapshot{families: families} }

// Close releases what Touch opened.
func (sn *Snapshot) Close() {
	for _, k := range sn.kept {
		if k.done != nil {
			k.done()
		}
	}
}

// Passing says that a namespace goes as a whole afterwards: nothing in it is given
// back, but for the devices that moved there.
func (sn *Snapshot) Passing(sp *Space) { sn.kept = append(sn.kept, &kept{space: sp}) }

// Touch keeps what a call is about to change: the whole namespace at the first
// call there, and each namespace that the call sends something to.
func (sn *Snapshot) Touch(ctx context.Context, sp *Space, verb object.Verb, r object.Ref) error {
	k, err := sn.keep(ctx, sp, nil)
	if err != nil {
		return err
	}
	f := r.Family
	if !f.Lasts() {
		return k.keepValue(ctx, r)
	}
	k.touched[f.Name()+" "+f.Identity(r)] = true
	if verb != object.Add && verb != object.Set {
		if err := sn.farEnds(ctx, k, f, func(id string) bool { return verb == object.Flush || id == f.Identity(r) }); err != nil {
			return err
		}
	}
	f.Devices(r, func(name string) { k.near[name] = true })
	if verb == object.Delete || verb == object.Flush {
		return nil
	}
	k.touched[asCompleted(r)] = true // as the kernel completes it
	var all error
	f.Table().Destinations(r.Ptr(), func(n attr.NetNS) {
		all = errors.Join(all, sn.follow(ctx, k, n, verb, r))
	})
	return all
}

// asCompleted names an object as the kernel completes it.
func asCompleted(r object.Ref) string { return r.Family.Name() + " " + IdentityOf(r).Key }

// Forget takes back a Touch of what somebody else made before the call could.
func (sn *Snapshot) Forget(sp *Space, r object.Ref) {
	for _, k := range sn.kept {
		if same, err := k.space.Scope.Same(sp.Scope); err == nil && same && k.before != nil && !k.had(r) {
			delete(k.touched, r.Family.Name()+" "+r.Family.Identity(r))
			delete(k.touched, asCompleted(r))
		}
	}
}

// Keep keeps a namespace in which something may go along with what goes in others.
func (sn *Snapshot) Keep(ctx context.Context, sp *Space) error {
	_, err := sn.keep(ctx, sp, nil)
	return err
}

// keep returns what is held of a namespace, and reads it if that is nothing yet.
// done is for a Space that the Snapshot opened.
func (sn *Snapshot) keep(ctx context.Context, sp *Space, done func()) (*kept, error) {
	for _, k := range sn.kept {
		same, err := k.space.Scope.Same(sp.Scope)
		if err != nil || same {
			if done != nil {
				done()
			}
			return k, err
		}
	}
	before, err := Read(ctx, sp, sn.families)
	if err != nil {
		return nil, err
	}
	k := &kept{space: sp, before: before, touched: map[string]bool{}, near: map[string]bool{}, done: done, spares: sn.Shared != nil && sn.Shared(sp.Name)}
	sn.kept = append(sn.kept, k)
	return k, nil
}

// keepValue keeps the value of a setting.
func (k *kept) keepValue(ctx context.Context, r object.Ref) error {
	f := r.Family
	id := f.Name() + " " + f.Identity(r)
	if k.touched[id] || !f.Can(object.Set) || !f.Can(object.Get) {
		return nil
	}
	key := r.Table().New()
	r.Table().Merge(key, r.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	old, err := f.One(ctx, k.space.Scope, object.Of(f, key))
	if object.Code(err) == "not_found" {
		return nil // its device is yet to come, or the call will say so
	}
	if err != nil {
		return err
	}
	k.touched[id] = true
	k.values = append(k.values, old)
	others, err := f.Affects(ctx, k.space.Scope, r)
	for _, other := range others {
		if id := f.Name() + " " + f.Identity(other); !k.touched[id] {
			k.touched[id] = true
			k.values = append([]object.Ref{other}, k.values...) // set back after what they follow
		}
	}
	return err
}

// follow keeps the namespace that a call sends its object to, or a part of it.
func (sn *Snapshot) follow(ctx context.Context, from *kept, n attr.NetNS, verb object.Verb, r object.Ref) error {
	there, done, err := from.space.Scope.Elsewhere(n)
	if err != nil {
		return nil // the call will say so
	}
	to, err := sn.keep(ctx, &Space{Name: n.Name(), Scope: there}, done)
	if err != nil || verb != object.Set || to == from {
		return err
	}
	name := r.Family.Identity(r)
	m := move{from, to, name, name}
	t := r.Table()
	if i := t.Naming(); i >= 0 && t.IsSet(r.Ptr(), i) {
		m.renamed = t.Get(r.Ptr(), i).S
	}
	sn.moved = append(sn.moved, m)
	return nil
}

// rounds bounds how often Restore looks at what is left: what went along with
// something else shows when that is back.
const rounds = 6

// A Leftover is a difference that Restore could not undo.
type Leftover struct {
	Step Step
	Err  error // what the kernel said; nil: it took it, and yet it is so
}

// Restore makes all namespaces what they were. done counts the calls it made.
// What it could not give back is left over. It goes over the namespaces until nothing
// is done any more: a pair that is made again in one makes anew what is in another, and
// what stood in the way there, or is needed from there, may be gone, or back, by then.
func (sn *Snapshot) Restore(ctx context.Context) (done int, left []Leftover, err error) {
	ctx = object.AsItWas(ctx)
	done, moved := sn.SendBack(ctx)
	todo := slices.DeleteFunc(slices.Clone(sn.kept), func(k *kept) bool { return k.before == nil })
	slices.Reverse(todo)
	alone := len(todo) == 1
	for round := 1; ; round++ {
		var n int
		n, left, err = sn.restore(ctx, todo, alone || round > 1)
		done += n
		settled := n == 0 && (len(left) == 0 || round > 1)
		if err != nil || alone || settled || round == passes {
			return done, append(moved, left...), err
		}
	}
}

// restore goes over namespaces once.
func (sn *Snapshot) restore(ctx context.Context, todo []*kept, patient bool) (done int, left []Leftover, err error) {
	for _, k := range todo {
		n, l, e := k.restore(ctx, sn, patient)
		done, left = done+n, append(left, l...)
		if e != nil {
			err = errors.Join(err, fmt.Errorf("restore%s: %w", k.space.in(), e))
		}
	}
	return done, left, err
}

func (sp *Space) in() string {
	if sp.Name == "" {
		return ""
	}
	return fmt.Sprintf(" namespace %q", sp.Name)
}

// SendBack moves devices back to where they came from, the last move first. It is
// a part of Restore, for who has to do something in between.
func (sn *Snapshot) SendBack(ctx context.Context) (done int, left []Leftover) {
	for _, m := range slices.Backward(sn.moved) {
		s, ok := m.step(ctx)
		if !ok {
			continue
		}
		if err := s.Do(ctx); err != nil {
			left = append(left, Leftover{s, err})
			continue
		}
		done++
	}
	return done, left
}

// step is the call that moves a device back, if it is there and not here.
func (m *move) step(ctx context.Context) (s Step, ok bool) {
	f := m.link()
	if f == nil {
		return s, false
	}
	t := f.Table()
	named := func(name string) object.Ref {
		r := f.New()
		_ = t.Put(&attr.Put{}, r.Ptr(), t.Lookup("name"), attr.TextValue(name)) // it was a name before
		return r
	}
	if _, err := f.One(ctx, m.from.space.Scope, named(m.name)); err == nil {
		return s, false
	}
	r := named(m.renamed)
	if _, err := f.One(ctx, m.to.space.Scope, r); err != nil {
		return s, false
	}
	home, err := m.from.space.Scope.Home()
	if err != nil {
		return s, false
	}
	for i := range t.Fields() {
		if t.Fields()[i].Moves {
			_ = t.Put(&attr.Put{}, r.Ptr(), i, attr.IntValue(int64(home.Fd()))) // a descriptor
		}
	}
	if m.renamed != m.name {
		_ = t.Put(&attr.Put{}, r.Ptr(), t.Naming(), attr.TextValue(m.name))
	}
	return Step{Space: m.to.space, Verb: object.Set, Object: r, more: &more{finally: func() { _ = home.Close() }}}, true
}

// link is the family of what has names and can move.
func (m *move) link() object.Family {
	for i := range m.from.before.kinds {
		if f := m.from.before.kinds[i].family; f.Table().Naming() >= 0 {
			return f
		}
	}
	return nil
}

// restore makes one namespace what it was. Settings are set before the objects
// that they rule, and again after: some belong to devices that were gone. patient:
// it waits for what may pass.
func (k *kept) restore(ctx context.Context, sn *Snapshot, patient bool) (done int, left []Leftover, err error) {
	values, _ := k.restoreValues(ctx)
	done, left, err = k.restoreObjects(ctx, sn, patient)
	again, rest := k.restoreValues(ctx)
	return values + done + again, append(left, rest...), err
}

// restoreObjects goes in rounds.
func (k *kept) restoreObjects(ctx context.Context, sn *Snapshot, patient bool) (done int, left []Leftover, err error) {
	var failed []Leftover
	patience := time.Now()
	if patient {
		patience = patience.Add(settling)
	}
	for round := 0; ; {
		now, err := Read(ctx, k.space, sn.families)
		if err != nil {
			return done, left, err
		}
		steps := back(k.space, k.before, now, func(f object.Family, id string) bool { return k.touched[f.Name()+" "+id] }, k.theirs())
		if len(steps) == 0 {
			return done, left, nil
		}
		if round == rounds {
			return done, append(left, leftovers(steps, failed)...), nil
		}
		if err := sn.rejoin(ctx, k, steps); err != nil {
			return done, left, err
		}
		n := 0
		n, failed = attempt(ctx, steps)
		done += n
		switch {
		case ctx.Err() != nil:
			return done, left, ctx.Err()
		case n > 0:
			round++
		case !slices.ContainsFunc(failed, Leftover.mayPass) || time.Now().After(patience):
			return done, append(left, failed...), nil
		default:
			time.Sleep(settling / 50)
		}
	}
}

// had reports whether an object was there before.
func (k *kept) had(r object.Ref) bool {
	_, was := k.before.of(r.Family).at[r.Family.Identity(named(r))]
	return was
}

// settling is how long Restore waits for carrier: what is set up comes up a
// little later, and a nexthop needs it.
const settling = 3 * time.Second

// mayPass reports whether waiting may help.
func (l Leftover) mayPass() bool { return l.Err != nil && object.Code(l.Err) == "unreachable" }

// attempt does what can be done of steps.
func attempt(ctx context.Context, steps []Step) (done int, failed []Leftover) {
	for _, s := range steps {
		if err := s.Do(ctx); err != nil && !s.needless(err) {
			failed = append(failed, Leftover{s, err})
			continue
		}
		done++
	}
	return done, failed
}

// leftovers are steps that are still to be done, with what the kernel said to
// them last.
func leftovers(steps []Step, failed []Leftover) (left []Leftover) {
	for _, s := range steps {
		l := Leftover{Step: s}
		for _, f := range failed {
			if f.Step.String() == s.String() {
				l.Err = f.Err
			}
		}
		left = append(left, l)
	}
	return left
}

// restoreValues sets settings back, the last one first.
func (k *kept) restoreValues(ctx context.Context) (done int, left []Leftover) {
	for _, old := range slices.Backward(k.values) {
		f := old.Family
		now, err := f.One(ctx, k.space.Scope, object.Of(f, keyed(old)))
		if err == nil && old.Table().Equal(now.Ptr(), old.Ptr()) {
			continue
		}
		s := Step{Space: k.space, Verb: object.Set, Object: made(old)}
		if err := s.Do(ctx); err != nil {
			left = append(left, Leftover{s, err})
			continue
		}
		done++
	}
	return done, left
}
