package link

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// joint is what joined looks at.
func joint(v *Link) *Link {
	return &Link{Name: v.Name, Index: v.Index, Parent: v.Parent, ParentNSID: v.ParentNSID, Kind: v.Kind}
}

// joined reports whether v and other, which was read there, are the ends of one
// pair: each is the other's parent, in the other's namespace.
func joined(ctx context.Context, s *object.Scope, v *Link, there *object.Scope, other *Link) (bool, error) {
	_, isPair := v.Kind.(pair)
	if _, both := other.Kind.(pair); !isPair || !both {
		return false, nil
	}
	if same, err := s.Same(there); same || err != nil {
		return v.Parent.Name() == other.Name && other.Parent.Name() == v.Name && !v.ParentNSID.IsSet(), err
	}
	id, elsewhere := v.ParentNSID.Get()
	if !elsewhere || v.Parent.Index != other.Index.Or(0) || other.Parent.Index != v.Index.Or(0) {
		return false, nil
	}
	home, err := there.Home()
	if err != nil {
		return false, err
	}
	defer home.Close()
	known, err := s.NSID(ctx, attr.NSFD("", int(home.Fd())), false)
	return known == id, err
}

// far is the namespace of the other end of a pair, if that is another one.
func far(v *Link) (nsid int32, elsewhere bool) {
	if _, isPair := v.Kind.(pair); !isPair {
		return 0, false
	}
	return v.ParentNSID.Get()
}

// join returns what makes v together with other, in another namespace.
func join(v, other *Link, ns rt.NetNS) *Link {
	out := *v
	out.Parent, out.ParentNSID = rt.Dev{}, opt.Value[int32]{}
	there := *other
	there.Parent, there.ParentNSID, there.Kind = rt.Dev{}, opt.Value[int32]{}, nil
	end := AtBirth(&there)
	end.NetNS = ns
	return WithPeer(&out, end)
}

// AtBirth is what a pair's other end can be given when it is made. The rest is
// said when it is there.
func AtBirth(end *Link) *Link {
	p := schema.Clone(attr.To(end))
	for i := range schema.Fields() {
		if f := &schema.Fields()[i]; f.Last || f.There || f.Access&attr.Create == 0 {
			schema.Unset(p, i)
		}
	}
	return attr.From[Link](p)
}
