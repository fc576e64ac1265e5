package kernel

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
)

// Offsets in a bzImage's header: Documentation/arch/x86/boot.rst.
const (
	hdrSetupSects    = 0x1f1
	hdrMagic         = 0x202
	hdrPayloadOffset = 0x248
	hdrPayloadLength = 0x24c
	hdrEnd           = 0x250
)

// decompressors are told apart by the first bytes of the payload.
var decompressors = []struct{ magic, tool string }{
	{"\xfd7zXZ\x00", "xz"},
	{"\x28\xb5\x2f\xfd", "zstd"},
	{"\x02\x21\x4c\x18", "lz4"},
	{"\x1f\x8b", "gzip"},
}

// extractVmlinux unpacks the ELF image out of a bzImage. QEMU boots the ELF
// image by PVH, which spares the guest the decompression.
func extractVmlinux(bzImage, out string) error {
	image, err := os.ReadFile(bzImage)
	if err != nil {
		return err
	}
	p, err := payload(image)
	if err != nil {
		return fmt.Errorf("%s: %w", bzImage, err)
	}
	elf, err := decompress(p)
	if err != nil {
		return fmt.Errorf("%s: %w", bzImage, err)
	}
	return os.WriteFile(out, elf, 0o644)
}

func payload(image []byte) ([]byte, error) {
	if len(image) < hdrEnd || string(image[hdrMagic:hdrMagic+4]) != "HdrS" {
		return nil, fmt.Errorf("not a bzImage")
	}
	setup := int(image[hdrSetupSects])
	if setup == 0 {
		setup = 4 // the value that zero stands for
	}
	off := uint64(setup+1)*512 + uint64(binary.LittleEndian.Uint32(image[hdrPayloadOffset:]))
	n := uint64(binary.LittleEndian.Uint32(image[hdrPayloadLength:]))
	if n < 8 || off+n > uint64(len(image)) {
		return nil, fmt.Errorf("payload of %d bytes at %d of %d", n, off, len(image))
	}
	return image[off : off+n], nil
}

func decompress(p []byte) ([]byte, error) {
	tool := ""
	for _, d := range decompressors {
		if bytes.HasPrefix(p, []byte(d.magic)) {
			tool = d.tool
		}
	}
	if tool == "" {
		return nil, fmt.Errorf("unknown compression % x", p[:6])
	}
	// The build appends the unpacked size, which the tools trip over: some
	// exit with an error after all is written, so the size decides.
	body, size := p[:len(p)-4], binary.LittleEndian.Uint32(p[len(p)-4:])
	cmd := exec.Command(tool, "-dc")
	cmd.Stdin = bytes.NewReader(body)
	elf, err := cmd.Output()
	if err != nil && len(elf) != int(size) {
		return nil, fmt.Errorf("%s: %w", tool, err)
	}
	if !bytes.HasPrefix(elf, []byte("\x7fELF")) {
		return nil, fmt.Errorf("the payload is no ELF image")
	}
	return elf, nil
}
