package nltest

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// A Captured is a message that a real kernel sent or took, from a file with
// the extension .hex:
//
//	# 6.18.44: ip -d link show
//	#
//	# vlan on a bridge
//	34000000 10000500 01000000 00000000
//	00000000 ...
//
// The first line names the kernel's release and the command that was captured.
// Each message is hexadecimal, nlmsghdr included, in the byte order of a
// little-endian machine, and may take several lines; spaces mean nothing. A
// message ends with its length. Comments stand before the message that they
// are about.
type Captured struct {
	Kernel  string // release
	Command string
	Comment string // lines about this message, without "# "; may be empty
	Message []byte // nlmsghdr and body
}

// Type returns the message's type.
func (c Captured) Type() uint16 { return binary.NativeEndian.Uint16(c.Message[4:]) }

// Flags returns the message's flags.
func (c Captured) Flags() uint16 { return binary.NativeEndian.Uint16(c.Message[6:]) }

// Body returns what follows the nlmsghdr.
func (c Captured) Body() []byte { return c.Message[unix.NLMSG_HDRLEN:] }

// ReadCapture reads a capture file. Its messages are whole: their lengths have
// been checked.
func ReadCapture(path string) ([]Captured, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	list, err := parseCapture(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	return list, nil
}

func parseCapture(text string) ([]Captured, error) {
	lines := strings.Split(text, "\n")
	release, command, ok := strings.Cut(strings.TrimPrefix(lines[0], "# "), ": ")
	if !ok || !strings.HasPrefix(lines[0], "# ") {
		return nil, errors.New(`1: want "# kernel release: command"`)
	}
	var list []Captured
	next := Captured{Kernel: release, Command: strings.TrimSpace(command)}
	blank := next
	for i, line := range lines[1:] {
		line = strings.TrimSpace(line)
		comment, isComment := strings.CutPrefix(line, "#")
		switch {
		case line == "":
		case isComment && len(next.Message) > 0:
			return nil, fmt.Errorf("%d: comment inside a message", i+2)
		case isComment:
			next.Comment = strings.TrimLeft(next.Comment+"\n"+strings.TrimSpace(comment), "\n")
		default:
			whole, err := next.extend(line)
			if err != nil {
				return nil, fmt.Errorf("%d: %w", i+2, err)
			}
			if whole {
				list = append(list, next)
				next = blank
			}
		}
	}
	if len(next.Message) > 0 {
		return nil, fmt.Errorf("%d: message ends after %d bytes", len(lines), len(next.Message))
	}
	return list, nil
}

// extend appends a line and reports whether the message is complete.
func (c *Captured) extend(line string) (bool, error) {
	b, err := hex.DecodeString(strings.Join(strings.Fields(line), ""))
	if err != nil {
		return false, err
	}
	c.Message = append(c.Message, b...)
	if len(c.Message) < unix.NLMSG_HDRLEN {
		return false, nil
	}
	n := int(binary.LittleEndian.Uint32(c.Message))
	if n < unix.NLMSG_HDRLEN || n < len(c.Message) {
		return false, fmt.Errorf("message says that it has %d bytes, has %d", n, len(c.Message))
	}
	return n == len(c.Message), nil
}

// WriteCapture writes a capture file. Kernel and Command are the first
// message's.
func WriteCapture(path string, list []Captured) error {
	if len(list) == 0 || list[0].Kernel == "" || list[0].Command == "" {
		return errors.New("a capture needs a message, the kernel's release and the command")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n", list[0].Kernel, list[0].Command)
	for i, c := range list {
		if len(c.Message) < unix.NLMSG_HDRLEN || int(binary.LittleEndian.Uint32(c.Message)) != len(c.Message) {
			return fmt.Errorf("message %d of the capture is not whole", i)
		}
		b.WriteByte('\n')
		for line := range strings.Lines(c.Comment) {
			b.WriteString("# " + strings.TrimSpace(line) + "\n")
		}
		writeHex(&b, c.Message)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// writeHex writes lines of 32 bytes in groups of 4.
func writeHex(b *strings.Builder, msg []byte) {
	for i := 0; i < len(msg); i += 4 {
		sep := " "
		if i+4 >= len(msg) || i%32 == 28 {
			sep = "\n"
		}
		b.WriteString(hex.EncodeToString(msg[i:min(i+4, len(msg))]) + sep)
	}
}
