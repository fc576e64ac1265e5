package lab

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/netlark/netlark/netlinkcore/internal/cores"
)

const recordName = "record.jsonl"

// earlierName is the record that an Apply replaced, until it is final: an undo puts it
// back. It is a second name of the file, which needs no room.
const earlierName = "earlier.jsonl"

func earlierPath(lab string) string { return filepath.Join(Dir, lab, earlierName) }

func recordPath(lab string) string { return filepath.Join(Dir, lab, recordName) }

// A record is a file of lines, each a value of JSON: the lab, a Site for each namespace,
// then the Objects of each. Who takes a lab away need not read objects, which are nearly
// all of it.

// A header is the first line.
type header struct {
	Record
	Sites int `json:"nodes"` // that follow, so that half a file does not pass for a whole one
}

// readRecord reads what is known of a lab; one that was never applied has an
// empty record.
func readRecord(lab string) (*Record, error) { return openRecord(lab, recordPath(lab), true) }

// openRecord reads a record. Without objects it leaves out those of namespaces that the
// lab made, which matter only while the lab is compared.
func openRecord(lab, path string, objects bool) (*Record, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Record{Lab: lab}, nil
	case err != nil:
		return nil, err
	}
	defer f.Close()
	r, err := parseRecord(bufio.NewReaderSize(f, recordBuffer), objects)
	if err != nil {
		return nil, fmt.Errorf("record of lab %q, %s: %w", lab, path, err)
	}
	return r, nil
}

// recordBuffer is for reading and writing: a whole record may be some megabytes.
const recordBuffer = 64 << 10

func parseRecord(from *bufio.Reader, objects bool) (*Record, error) {
	var h header
	text, err := line(from, true)
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	if err != nil {
		return nil, err
	}
	r := h.Record
	if r.Sites, err = parseSites(from, h.Sites); err != nil {
		return nil, err
	}
	wanted := func(s *Site) bool { return objects || !s.Owned }
	last := len(r.Sites)
	for last > 0 && !wanted(r.Sites[last-1]) {
		last--
	}
	for _, s := range r.Sites[:last] {
		text, err := line(from, wanted(s))
		if err != nil {
			return nil, err
		}
		if len(text) > 0 {
			s.Objects = text
		}
	}
	if last < len(r.Sites) { // nobody asked for the rest
		return &r, nil
	}
	if _, err := from.ReadByte(); err != io.EOF {
		return nil, errors.Join(errors.New("more lines than it says"), err)
	}
	return &r, nil
}

// parseSites reads n lines.
func parseSites(from *bufio.Reader, n int) ([]*Site, error) {
	var texts [][]byte
	for range n {
		text, err := line(from, true)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	sites := make([]*Site, len(texts)) // n may be less than none in a damaged file
	return sites, cores.Each(len(texts), func(i int) error {
		sites[i] = new(Site)
		return json.Unmarshal(texts[i], sites[i])
	})
}

// line goes past a line, and returns a copy of it if it is wanted.
func line(from *bufio.Reader, wanted bool) (text []byte, err error) {
	for {
		part, err := from.ReadSlice('\n')
		if wanted {
			text = append(text, part...)
		}
		switch {
		case err == nil:
			return bytes.TrimSuffix(text, []byte{'\n'}), nil
		case err == io.EOF:
			return nil, io.ErrUnexpectedEOF
		case err != bufio.ErrBufferFull:
			return nil, err
		}
	}
}

// write puts the record in place as a whole.
func (r *Record) write() error { return replaceFile(recordPath(r.Lab), r.writeTo) }

// writeTo writes the whole record.
func (r *Record) writeTo(f io.Writer) error {
	w := bufio.NewWriterSize(f, recordBuffer)
	to := json.NewEncoder(w) // ends each value with a line
	if err := to.Encode(header{*r, len(r.Sites)}); err != nil {
		return err
	}
	for _, s := range r.Sites {
		plain := *s
		plain.Objects = nil
		if err := to.Encode(&plain); err != nil {
			return err
		}
	}
	var objects []byte
	for _, s := range r.Sites {
		var err error
		if objects, err = s.writeObjects(w, objects); err != nil {
			return err
		}
		if err := w.WriteByte('\n'); err != nil {
			return err
		}
	}
	return w.Flush()
}

// setAside keeps the record that is there, for an undo.
func setAside(lab string) error {
	err := os.Link(recordPath(lab), earlierPath(lab))
	if errors.Is(err, fs.ErrNotExist) { // the lab has none
		return nil
	}
	return err
}

// earlierRecord is what was known before the Apply whose journal is there.
func earlierRecord(lab string) (*Record, error) {
	if there(filepath.Join(Dir, lab), earlierName) {
		return openRecord(lab, earlierPath(lab), false)
	}
	return openRecord(lab, recordPath(lab), false)
}

// putBack has the record count that was there before an Apply, if there was one.
func putBack(lab string, known bool) error {
	if !known {
		return removeFile(recordPath(lab))
	}
	if err := os.Rename(earlierPath(lab), recordPath(lab)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return removeFile(earlierPath(lab)) // of one file, rename leaves both names
}

// forgetJournal makes an Apply final, or its undo.
func forgetJournal(lab string) error {
	return errors.Join(removeFile(journalPath(lab)), removeFile(earlierPath(lab)))
}

// restore makes the record the one that counts.
func (r *Record) restore() error {
	if len(r.Sites) > 0 {
		return r.write()
	}
	return removeFile(recordPath(r.Lab))
}

// removeFile is os.Remove for a file that may be gone.
func removeFile(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replaceFile puts a file in place as a whole, so that a reader never sees half of
// it.
func replaceFile(path string, write func(io.Writer) error) error {
	f, err := beginFile(path)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		_ = os.Remove(f.Name()) // what is there is not whole
		return err
	}
	return os.Rename(f.Name(), path)
}

// beginFile opens what is to be put in place of a file when it is whole.
func beginFile(path string) (*os.File, error) {
	return os.OpenFile(path+half, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
}

// half is the end of the name of a file that is being written.
const half = ".new"
