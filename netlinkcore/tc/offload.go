package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Offload is who has a filter: the kernel, the device's hardware, or both.
type Offload struct {
	SkipHW, SkipSW opt.Value[bool] // leave one of them out
	Verbose        opt.Value[bool] // the kernel tells what hardware did not take
	InHW, NotInHW  opt.Value[bool] // what came of it
}

// flags is the word of TCA_CLS_FLAGS_* that each kind has among its options.
func (v *Offload) flags(id uint16) attr.Field {
	return v.flagsAs(id, func(f attr.Field) attr.Field { return f.ResendOnChange() })
}

// fixedFlags are those of kinds that do not change them, and want them in each change.
func (v *Offload) fixedFlags(id uint16) attr.Field {
	return v.flagsAs(id, func(f attr.Field) attr.Field { return f.ResendOnChange().Fixed() })
}

func (v *Offload) flagsAs(id uint16, as func(attr.Field) attr.Field) attr.Field {
	asked := func(n uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return as(attr.HeadBit(0, -1, 4, n, name, p, doc)).Default(false)
	}
	return attr.BitWord(id, 4,
		asked(uapi.TCA_CLS_FLAGS_SKIP_HW, "skip_hw", &v.SkipHW, "not in hardware"),
		asked(uapi.TCA_CLS_FLAGS_SKIP_SW, "skip_sw", &v.SkipSW, "in hardware only; the kernel takes a u32 that is in neither, see not_in_hw"),
		asked(uapi.TCA_CLS_FLAGS_VERBOSE, "verbose", &v.Verbose, "the kernel tells what hardware does not take"),
		attr.HeadBit(0, -1, 4, uapi.TCA_CLS_FLAGS_IN_HW, "in_hw", &v.InHW, "is in hardware").Counter(),
		attr.HeadBit(0, -1, 4, uapi.TCA_CLS_FLAGS_NOT_IN_HW, "not_in_hw", &v.NotInHW, "is not in hardware").Counter())
}
