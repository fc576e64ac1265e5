package state

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A loader reads what Save wrote, without opening anything.
type loader struct {
	families []object.Family
	s        *jsontext.Scanner
	version  uint64
	spaces   []savedSpace
	moved    []move
}

// A savedSpace is a namespace before it is opened.
type savedSpace struct {
	name string
	id   netns.ID
	kept *kept
}

func (l *loader) read() error {
	err := l.s.Object(func(name []byte) (err error) {
		switch string(name) {
		case "version":
			if l.version, err = l.number(); err == nil && l.version != version {
				err = fmt.Errorf("it is %d, want %d", l.version, version)
			}
		case "spaces":
			err = l.each(l.space)
		case "moved":
			err = l.each(l.move)
		default:
			err = errNotCalledSo
		}
		return at(name, err)
	})
	switch {
	case err != nil:
		return err
	case l.version == 0:
		return errors.New("it has no version")
	}
	return l.s.End()
}

// each reads a list by one.
func (l *loader) each(one func() error) error {
	return l.s.Array(func(i int) error {
		if err := one(); err != nil {
			return fmt.Errorf("%d: %w", i, err)
		}
		return nil
	})
}

func (l *loader) number() (uint64, error) {
	text, _, err := l.s.Number()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is no number that can stand here", text)
	}
	return n, nil
}

func (l *loader) space() error {
	k := &kept{touched: map[string]bool{}, near: map[string]bool{}}
	saved := savedSpace{kept: k}
	passing := false
	err := l.s.Object(func(name []byte) (err error) {
		switch string(name) {
		case "name":
			saved.name, err = l.s.AnyText()
		case "boot":
			saved.id.Boot, err = l.s.AnyText()
		case "cookie":
			saved.id.Cookie, err = l.number()
		case "touched":
			err = l.each(func() error {
				id, err := l.s.AnyText()
				k.touched[id] = true
				return err
			})
		case "shared":
			var text []byte
			text, err = l.s.Value()
			k.spares = string(text) == "true"
		case "near":
			err = l.each(func() error {
				name, err := l.s.AnyText()
				k.near[name] = true
				return err
			})
		case "values":
			err = l.each(func() error { return l.value(k) })
		case "passing":
			_, err = l.s.Value() // it has no image
			passing = true
		case "image":
			k.before, err = scanImage(l.families, l.s)
		default:
			err = errNotCalledSo
		}
		return at(name, err)
	})
	if err == nil && (k.before == nil && !passing || saved.id.Boot == "" || saved.id.Cookie == 0) {
		err = errors.New("it has no image, or nothing that identifies it")
	}
	l.spaces = append(l.spaces, saved)
	return err
}

func (l *loader) value(k *kept) error {
	r, err := object.ScanRef(l.families, l.s)
	k.values = append(k.values, r)
	return err
}

// move reads a move between two namespaces, which have to stand before.
func (l *loader) move() (err error) {
	var m move
	err = l.s.Object(func(name []byte) (err error) {
		switch string(name) {
		case "from":
			m.from, err = l.place()
		case "to":
			m.to, err = l.place()
		case "name":
			m.name, err = l.s.AnyText()
		case "renamed":
			m.renamed, err = l.s.AnyText()
		default:
			err = errNotCalledSo
		}
		return at(name, err)
	})
	if err == nil && (m.from == nil || m.to == nil || m.name == "" || m.renamed == "") {
		err = errors.New("it does not say from where, to where and what")
	}
	l.moved = append(l.moved, m)
	return err
}

// place reads the place of a namespace among all.
func (l *loader) place() (*kept, error) {
	n, err := l.number()
	if err != nil {
		return nil, err
	}
	if n >= uint64(len(l.spaces)) {
		return nil, fmt.Errorf("there is no namespace %d", n)
	}
	return l.spaces[n].kept, nil
}
