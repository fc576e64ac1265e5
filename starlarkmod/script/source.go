package script

import "strings"

// sources are the texts that ran, by the name that positions carry, so that
// errors can show their lines.
type sources struct {
	modules map[string]*module
	secrets func() (calls, keywords []string) // Config's; nil once it was asked

	calls    map[string]bool // functions whose string literals are secret
	keywords map[string]bool // keyword arguments of that kind
}

func newSources(secrets func() (calls, keywords []string)) *sources {
	return &sources{modules: map[string]*module{}, secrets: secrets, calls: map[string]bool{"secret": true}, keywords: map[string]bool{}}
}

// secretCall reports whether string literals in calls of a function are secret,
// secretKeyword whether those of an argument are. Most runs end without asking.
func (s *sources) secretCall(name string) bool    { s.learn(); return s.calls[name] }
func (s *sources) secretKeyword(name string) bool { s.learn(); return s.keywords[name] }

func (s *sources) learn() {
	if s.secrets == nil {
		return
	}
	calls, keywords := s.secrets()
	s.secrets = nil
	for _, name := range calls {
		s.calls[name] = true
	}
	for _, name := range keywords {
		s.keywords[name] = true
	}
}

func (s *sources) add(m *module) { s.modules[m.name] = m }

// module returns the module of that name, or one without text or folder.
func (s *sources) module(name string) *module {
	if m, ok := s.modules[name]; ok {
		return m
	}
	return &module{name: name, dir: "."}
}

// line returns a line of a source, counted from 1, without its end.
func line(text string, n int) string {
	for range n - 1 {
		_, rest, found := strings.Cut(text, "\n")
		if !found {
			return ""
		}
		text = rest
	}
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimRight(first, "\r")
}
