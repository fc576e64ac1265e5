package repl

import (
	"bytes"
	"io"
	"slices"
)

// Private characters stand for what the line editor has no key for.
const (
	// runeNewline is a new line within an input of several lines, which the
	// editor keeps on one.
	runeNewline = '\ue00a'
	// runeTab is a tab that was pasted, and so is no key.
	runeTab = '\ue009'
	// runePaste says that a text was pasted, which the next of keys.pasted is.
	runePaste = '\ue00b'
	// runeDelete is the Delete key, which the editor takes for Ctrl-D.
	runeDelete = '\ue003'
)

// keys reads what a terminal sends, and gives the line editor what it knows:
// terminals send several sequences for one key, and a pasted text is not typed.
// Characters that neither print nor mean anything are dropped.
type keys struct {
	in      io.Reader
	raw     []byte // read and not looked at
	out     []byte // for the editor
	err     error
	pasting bool
	text    []byte   // of the paste at hand
	pasted  []string // in the order of their runePaste

	clear, suspend func()      // Ctrl-L, Ctrl-Z
	search         func() bool // whether there is a history to search
}

// sequences are the keys that terminals send several sequences for.
var sequences = map[string]string{
	"\x1b[A": "\x10", "\x1bOA": "\x10", "\x1b[B": "\x0e", "\x1bOB": "\x0e", // up, down
	"\x1b[C": "\x06", "\x1bOC": "\x06", "\x1b[D": "\x02", "\x1bOD": "\x02", // right, left
	"\x1b[H": "\x01", "\x1bOH": "\x01", "\x1b[1~": "\x01", "\x1b[7~": "\x01", // home
	"\x1b[F": "\x05", "\x1bOF": "\x05", "\x1b[4~": "\x05", "\x1b[8~": "\x05", // end
	"\x1b[1;5C": "\x1bf", "\x1b[1;3C": "\x1bf", "\x1bOc": "\x1bf", "\x1bf": "\x1bf", // a word right
	"\x1b[1;5D": "\x1bb", "\x1b[1;3D": "\x1bb", "\x1bOd": "\x1bb", "\x1bb": "\x1bb", // a word left
	"\x1b[3;5~": "\x1bd", "\x1b[3;3~": "\x1bd", "\x1bd": "\x1bd", // delete a word
	"\x1b\x7f": "\x1b\x7f", "\x1b\x08": "\x1b\x7f", // delete the word before
	"\x1b[3~": string(runeDelete),
}

const (
	pasteBegin, pasteEnd = "\x1b[200~", "\x1b[201~"
	// known are the control characters that the editor has a meaning for.
	known = "\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0e\r\x10\x14\x15\x17\x19\x7f"

	ctrlL, ctrlR, ctrlS, ctrlZ, escape = 0x0c, 0x12, 0x13, 0x1a, 0x1b
)

// Read gives what was translated, and waits for more if there is none.
func (k *keys) Read(p []byte) (int, error) {
	for len(k.out) == 0 {
		if k.err != nil {
			return 0, k.err
		}
		var buf [4096]byte
		n, err := k.in.Read(buf[:])
		k.raw, k.err = append(k.raw, buf[:n]...), err
		k.translate()
	}
	n := copy(p, k.out)
	k.out = k.out[n:]
	return n, nil
}

// translate takes from raw all that is whole.
func (k *keys) translate() {
	for len(k.raw) > 0 {
		switch {
		case k.pasting:
			if !k.paste() {
				return
			}
		case k.raw[0] == escape:
			if !k.sequence() {
				return
			}
		default:
			k.control(k.raw[0])
			k.raw = k.raw[1:]
		}
	}
}

// paste takes what was pasted, and reports whether its end was seen.
func (k *keys) paste() bool {
	end := bytes.Index(k.raw, []byte(pasteEnd))
	if end < 0 { // the end may have come in part
		keep := min(len(k.raw), len(pasteEnd)-1)
		k.text = append(k.text, k.raw[:len(k.raw)-keep]...)
		k.raw = slices.Clone(k.raw[len(k.raw)-keep:])
		return false
	}
	k.text = append(k.text, k.raw[:end]...)
	k.raw = k.raw[end+len(pasteEnd):]
	k.pasted = append(k.pasted, string(k.text))
	k.out = append(k.out, string(runePaste)...)
	k.text, k.pasting = nil, false
	return true
}

// sequence takes a sequence that Escape begins, and reports whether it was
// whole. One without a meaning is dropped; where Escape was a key of its own,
// the character after it stays.
func (k *keys) sequence() bool {
	n := sequenceLength(k.raw)
	if n == 0 {
		return false
	}
	seq := string(k.raw[:n])
	key, known := sequences[seq]
	switch {
	case seq == pasteBegin:
		k.pasting = true
	case known:
		k.out = append(k.out, key...)
	case n == 2:
		n = 1
	}
	k.raw = k.raw[n:]
	return true
}

// sequenceLength is the length of the sequence at the start of b; 0 if its end
// is still to come.
func sequenceLength(b []byte) int {
	switch {
	case len(b) < 2:
		return 0
	case b[1] == 'O' && len(b) < 3:
		return 0
	case b[1] == 'O':
		return 3
	case b[1] != '[':
		return 2
	}
	for i, c := range b[2:] {
		switch {
		case c >= '@' && c <= '~':
			return i + 3
		case c < ' ' || c > '~': // none after all
			return i + 2
		}
	}
	return 0
}

// control passes a byte on unless it is a control character without a meaning.
func (k *keys) control(c byte) {
	switch {
	case c == ctrlZ:
		k.suspend()
	case c == ctrlL:
		k.clear()
	case c == ctrlR || c == ctrlS:
		if k.search() { // the editor crashes where there is nothing to search
			k.out = append(k.out, c)
		}
	case c >= 0x20 && c != 0x7f || bytes.IndexByte([]byte(known), c) >= 0:
		k.out = append(k.out, c)
	}
}

// takePaste returns the text that a runePaste stands for.
func (k *keys) takePaste() string {
	if len(k.pasted) == 0 {
		return ""
	}
	text := k.pasted[0]
	k.pasted = k.pasted[1:]
	return text
}
