package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const recordName = "record.jsonl"

func recordPath(lab string) string { return filepath.Join(Dir, lab, recordName) }

// A record is a file of lines, each a value of JSON: the lab, then two for each
// namespace, the Site and its Objects. Who takes a lab away need not read objects,
// which are nearly all of it.

// A header is the first line.
type header struct {
	Record
	Sites int `json:"nodes"` // that follow, so that half a file does not pass for a whole one
}

// readRecord reads what is known of a lab; one that was never applied has an
// empty record.
func readRecord(lab string) (*Record, error) {
	data, err := os.ReadFile(recordPath(lab))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Record{Lab: lab}, nil
	case err != nil:
		return nil, err
	}
	r, err := parseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("record of lab %q, %s: %w", lab, recordPath(lab), err)
	}
	return r, nil
}

func parseRecord(data []byte) (*Record, error) {
	line := func() (this []byte) {
		this, data, _ = bytes.Cut(data, []byte{'\n'})
		return this
	}
	var h header
	if err := json.Unmarshal(line(), &h); err != nil {
		return nil, err
	}
	r := h.Record
	for range h.Sites {
		s := new(Site)
		if err := json.Unmarshal(line(), s); err != nil {
			return nil, err
		}
		if objects := line(); len(objects) > 0 {
			s.Objects = objects
		}
		r.Sites = append(r.Sites, s)
	}
	if len(data) > 0 {
		return nil, errors.New("more nodes than it says")
	}
	return &r, nil
}

// write puts the record in place as a whole.
func (r *Record) write() error {
	var b bytes.Buffer
	to := json.NewEncoder(&b) // ends each value with a line
	if err := to.Encode(header{*r, len(r.Sites)}); err != nil {
		return err
	}
	for _, s := range r.Sites {
		plain := *s
		plain.Objects = nil
		if err := to.Encode(&plain); err != nil {
			return err
		}
		b.Write(s.Objects)
		b.WriteByte('\n')
	}
	return replaceFile(recordPath(r.Lab), b.Bytes())
}

// restore makes the record the one that counts.
func (r *Record) restore() error {
	if len(r.Sites) > 0 {
		return r.write()
	}
	err := os.Remove(recordPath(r.Lab))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// replaceFile puts a file in place as a whole, so that a reader never sees half of
// it.
func replaceFile(path string, data []byte) error {
	begun := path + half
	if err := os.WriteFile(begun, data, 0o600); err != nil {
		_ = os.Remove(begun) // there may be none
		return err
	}
	return os.Rename(begun, path)
}

// half is the end of the name of a file that is being written.
const half = ".new"
