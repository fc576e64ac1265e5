package state

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// rejoin has steps that make one end of a pair make the other one too, in the
// namespace of the Snapshot that it was in.
func (sn *Snapshot) rejoin(ctx context.Context, k *kept, steps []Step) error {
	for i := range steps {
		s := &steps[i]
		if s.Verb != object.Add || s.Object.Table().Naming() < 0 {
			continue
		}
		there, other, err := sn.otherEnd(ctx, k, s.Object)
		if err != nil {
			return err
		}
		if there == nil {
			continue
		}
		home, err := there.space.Scope.Home()
		if err != nil {
			return err
		}
		s.Object = s.Object.Family.Join(s.Object, made(other), attr.NSFD(there.space.Name, int(home.Fd())))
		before := s.hold().finally
		s.more.finally = func() {
			_ = home.Close() // only named
			if before != nil {
				before()
			}
		}
	}
	return nil
}

// farEnds keeps the namespaces where the other ends of devices are that a call may
// take away: they go along.
func (sn *Snapshot) farEnds(ctx context.Context, k *kept, f object.Family, may func(id string) bool) error {
	if f.Table().Naming() < 0 || sn.Around == nil {
		return nil
	}
	wanted := map[int32]bool{}
	for _, it := range k.before.of(f).items {
		if nsid, elsewhere := f.FarEnd(it.Ref); elsewhere && may(f.Identity(it.Ref)) {
			wanted[nsid] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return sn.Around(func(n attr.NetNS) error {
		nsid, err := k.space.Scope.NSID(ctx, n, false)
		if err != nil || !wanted[nsid] { // it may be gone by now
			return nil
		}
		there, done, err := k.space.Scope.Elsewhere(n)
		if err != nil {
			return nil
		}
		_, err = sn.keep(ctx, &Space{Name: n.Name(), Scope: there}, done)
		return err
	})
}

// otherEnd finds the other end of a pair among what the other namespaces were; nil
// if r was the end of none.
func (sn *Snapshot) otherEnd(ctx context.Context, k *kept, r object.Ref) (*kept, object.Ref, error) {
	f := r.Family
	at, ok := k.before.of(f).at[f.Identity(r)]
	if !ok {
		return nil, object.Ref{}, nil
	}
	was := k.before.of(f).items[at].Ref
	for _, there := range sn.kept {
		if there == k || there.before == nil {
			continue
		}
		for _, it := range there.before.of(f).items {
			joined, err := f.Joined(ctx, k.space.Scope, was, there.space.Scope, it.Ref)
			if joined || err != nil {
				return there, it.Ref, err
			}
		}
	}
	return nil, object.Ref{}, nil
}
