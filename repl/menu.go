package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/netlark/netlark/starlarkmod/complete"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

const (
	maxDescribed  = 24  // candidates that are shown with a line each
	maxCandidates = 160 // that are shown at all
)

// menu completes a source: it returns what to insert, or else the candidates to
// show.
func (r *session) menu(src string) (insert, list string) {
	defer func() {
		if recover() != nil { // a defect must not cost the session for a TAB
			insert, list = "", ""
		}
	}()
	word, all := r.candidates(src)
	switch len(all) {
	case 0:
		return "", ""
	case 1:
		return all[0].Text[len(word):] + all[0].End, ""
	}
	common := all[0].Text
	for _, c := range all[1:] {
		for !strings.HasPrefix(c.Text, common) {
			common = common[:len(common)-1]
		}
	}
	common = strings.ToValidUTF8(common, "")
	if insert = common[min(len(word), len(common)):]; insert != "" {
		return insert, ""
	}
	return "", showCandidates(all, ScreenWidth())
}

// candidates are those of an input, which may be one for the prompt itself.
func (r *session) candidates(src string) (word string, all []complete.Candidate) {
	if own, ok := strings.CutPrefix(strings.TrimLeft(src, " "), ":"); ok {
		return r.ownCandidates(own)
	}
	c := &complete.Completer{Names: r.names(), Session: r.Session, Files: r.in.Files}
	word, all = c.Complete(src)
	return word, all
}

// ownCandidates are commands, and their arguments.
func (r *session) ownCandidates(text string) (word string, all []complete.Candidate) {
	name, arg, behind := strings.Cut(text, " ")
	arg = strings.TrimLeft(arg, " ")
	add := func(s, doc string) {
		if strings.HasPrefix(s, word) {
			all = append(all, complete.Candidate{Text: s, Doc: doc})
		}
	}
	if word = arg; !behind {
		word = name
		for _, c := range commands() {
			add(c.name, c.doc)
		}
		return word, all
	}
	switch name {
	case "ns":
		for _, n := range module.NetNSNames() {
			add(n, "")
		}
	case "save":
		for _, f := range files(word) {
			add(f, "")
		}
	}
	return word, all
}

// files are those whose path begins with what is given.
func files(path string) (out []string) {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Join(".", dir))
	if filepath.IsAbs(dir) {
		entries, err = os.ReadDir(dir)
	}
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, base) || base == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		out = append(out, dir+name)
	}
	return out
}

// showCandidates lists candidates: few with what they mean, many in columns,
// the rest as a number.
func showCandidates(all []complete.Candidate, width int) string {
	var out strings.Builder
	rest := 0
	if len(all) > maxCandidates {
		rest = len(all) - maxCandidates
		all = all[:maxCandidates]
	}
	if len(all) <= maxDescribed {
		described(&out, all, width)
	} else {
		columns(&out, all, width)
	}
	if rest > 0 {
		fmt.Fprintf(&out, "… %d more\n", rest)
	}
	return out.String()
}

func widest(all []complete.Candidate) (n int) {
	for _, c := range all {
		n = max(n, len([]rune(label(c))))
	}
	return n
}

// label is a candidate as the list shows it: names and aliases come from
// outside.
func label(c complete.Candidate) string {
	return script.Escape(strings.TrimSpace(strings.TrimRight(c.Text, "(.= ")))
}

func described(out *strings.Builder, all []complete.Candidate, width int) {
	w := widest(all)
	for _, c := range all {
		line := fmt.Sprintf("  %-*s  %s", w, label(c), script.Escape(c.Doc))
		out.WriteString(strings.TrimRight(cut(line, width-1), " ") + "\n")
	}
}

func columns(out *strings.Builder, all []complete.Candidate, width int) {
	w := widest(all) + 2
	n := max(1, (width-1)/w)
	rows := (len(all) + n - 1) / n
	for row := range rows {
		line := ""
		for i := row; i < len(all); i += rows {
			line += fmt.Sprintf("%-*s", w, label(all[i]))
		}
		out.WriteString(cut(strings.TrimRight(line, " "), width-1) + "\n")
	}
}

// cut shortens a line, and says so.
func cut(line string, width int) string {
	runes := []rune(line)
	if len(runes) <= width || width < 1 {
		return line
	}
	return string(runes[:width-1]) + "…"
}
