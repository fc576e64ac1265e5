package link

import "github.com/netlark/netlark/netlinkcore/attr"

// Dummy is a device that drops what it is given.
type Dummy struct{}

// KindName returns "dummy".
func (*Dummy) KindName() string { return "dummy" }

var _ = kind("dummy", "device that drops what it is given", func(*Dummy) []attr.Field { return nil })
