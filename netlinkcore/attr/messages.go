package attr

// Access says in which messages an attribute is taken and given. It is a set:
// much is taken at creation only, some is ignored there, some only filters.
type Access uint16

// Members of Access.
const (
	Create   Access = 1 << iota // taken in the creating message
	Change                      // taken in a changing message
	Delete                      // narrows what a deletion means
	Lookup                      // taken in a request for one object
	Filter                      // the kernel filters its dump by it
	Report                      // reported by the kernel
	Key                         // part of the object's identity
	Volatile                    // never compared: counters, ages, learned state
	Secret                      // never shown
	Inside                      // goes with every message, moved by hooks, never seen outside
	Parting                     // told of an object that is gone, and of no other

	readWrite = Create | Change | Report
)

// IsKey makes an attribute part of the identity: it is sent with every verb.
//
//go:noinline
func (f Field) IsKey() Field {
	f.Access |= Key | Create | Change | Delete | Lookup
	return f
}

// Matches makes a deletion send the attribute, so that it narrows.
//
//go:noinline
func (f Field) Matches() Field { f.Access |= Delete; return f }

// CreateOnly: the kernel refuses or ignores it in a changing message.
//
//go:noinline
func (f Field) CreateOnly() Field { f.Access &^= Change; return f }

// ChangeOnly: the kernel ignores it in a creating message.
//
//go:noinline
func (f Field) ChangeOnly() Field { f.Access &^= Create; return f }

// ReadOnly: reported, never taken.
//
//go:noinline
func (f Field) ReadOnly() Field { f.Access &^= Create | Change | Delete; return f }

// WriteOnly: taken, never reported.
//
//go:noinline
func (f Field) WriteOnly() Field { f.Access &^= Report; return f }

// Counter: reported, never taken, never compared.
//
//go:noinline
func (f Field) Counter() Field { f = f.ReadOnly(); f.Access |= Volatile; return f }

// WhenGone: the kernel says it when it tells that the object is gone.
//
//go:noinline
func (f Field) WhenGone() Field { f.Access = Report | Volatile | Parting; return f }

// Also adds to the access.
//
//go:noinline
func (f Field) Also(a Access) Field { f.Access |= a; return f }

// Without takes from the access.
//
//go:noinline
func (f Field) Without(a Access) Field { f.Access &^= a; return f }

// Only replaces the access.
//
//go:noinline
func (f Field) Only(a Access) Field { f.Access = a; return f }

// Secret: a value that is never shown.
//
//go:noinline
func (f Field) Secret() Field { f.Access |= Secret; return f }
