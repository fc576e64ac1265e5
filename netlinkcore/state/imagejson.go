package state

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
	"github.com/netlark/netlark/netlinkcore/object"
)

// MarshalJSON returns the image as {"link": [{"maker": "user", "object": {…}}, …],
// …}: all that was read, secrets in clear. ReadImage makes the same image of it,
// also in another process.
func (im *Image) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	w := writer{w: &b}
	w.image(im)
	err := w.flush()
	return b.Bytes(), err
}

// ReadImage returns the image that MarshalJSON wrote. It may hold objects of
// families only, whose order is that in which objects are made. Whatever is
// wrong is an error that says where.
func ReadImage(families []object.Family, data []byte) (*Image, error) {
	s := jsontext.New(data)
	im, err := scanImage(families, s)
	if err == nil {
		err = s.End()
	}
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	return im, nil
}

// A writer appends JSON to a buffer, and lets that out from time to time: a
// namespace may have a million routes.
type writer struct {
	w   io.Writer
	buf []byte
	err error // the first
}

// letOut is how many bytes wait at most, for an object more.
const letOut = 64 << 10

func (w *writer) add(text string) { w.buf = append(w.buf, text...) }

// object appends what is kept of an object.
func (w *writer) object(r object.Ref) {
	if w.err != nil {
		return
	}
	buf, err := r.Table().AppendJSON(w.buf, r.Ptr())
	if w.err = err; err == nil {
		w.buf = buf
	}
	if len(w.buf) > letOut {
		_ = w.flush() // it stays in err
	}
}

// flush writes what waits, and returns the first error.
func (w *writer) flush() error {
	if w.err == nil {
		_, w.err = w.w.Write(w.buf)
	}
	w.buf = w.buf[:0]
	return w.err
}

func (w *writer) image(im *Image) {
	w.add("{")
	for i := range im.kinds {
		k := &im.kinds[i]
		if i > 0 {
			w.add(",\n")
		}
		w.buf = append(jsontext.AppendQuoted(w.buf, k.family.Name()), `:[`...)
		for j, it := range k.items {
			if j > 0 {
				w.add(",")
			}
			w.add("\n" + `{"maker":"` + it.Maker.String() + `","object":`)
			w.object(it.Ref)
			w.add("}")
		}
		w.add("]")
	}
	w.add("}")
}

var errNotCalledSo = errors.New("nothing is called so")

// at puts a name in front of an error.
func at(name []byte, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// scanImage reads an image inside a text.
func scanImage(families []object.Family, s *jsontext.Scanner) (*Image, error) {
	items := map[object.Family][]object.Item{}
	err := s.Object(func(name []byte) error {
		f, err := object.Named(families, string(name))
		if err != nil {
			return err
		}
		if _, twice := items[f]; twice {
			return fmt.Errorf("%s is given twice", name)
		}
		list, err := scanItems(f, s)
		items[f] = list
		return err
	})
	if err != nil {
		return nil, err
	}
	im := &Image{}
	for _, f := range families {
		if list, ok := items[f]; ok {
			im.kinds = append(im.kinds, kindOf(f, list))
		}
	}
	return im, nil
}

func scanItems(f object.Family, s *jsontext.Scanner) ([]object.Item, error) {
	list := []object.Item{}
	err := s.Array(func(i int) error {
		it, err := scanItem(f, s)
		if err != nil {
			return fmt.Errorf("%s %d: %w", f.Name(), i, err)
		}
		list = append(list, it)
		return nil
	})
	return list, err
}

func scanItem(f object.Family, s *jsontext.Scanner) (it object.Item, err error) {
	maker := false
	err = s.Object(func(name []byte) (err error) {
		switch string(name) {
		case "maker":
			var word []byte
			if word, err = s.Text(); err == nil {
				it.Maker, err = object.ParseOrigin(string(word))
			}
			maker = true
		case "object":
			var p attr.Ptr
			p, err = f.Table().ScanJSON(s)
			it.Ref = object.Of(f, p)
		default:
			err = errNotCalledSo
		}
		return at(name, err)
	})
	if err == nil && (!maker || it.IsZero()) {
		err = errors.New("maker or object is missing")
	}
	return it, err
}
