package script

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// RenderOptions says how errors are shown.
type RenderOptions struct {
	Color bool
	Width int // of excerpts, in characters; 100 unless given
}

// maxCallers and maxErrors keep an error on one screen.
const (
	maxCallers   = 4
	maxErrors    = 10
	defaultWidth = 100
)

// Render writes err as people read it: what is wrong, where, the guilty
// argument underlined, and a hint. What came from outside is escaped, secrets
// are masked. Of many errors it shows the first and the last, which sums up.
func Render(w io.Writer, err error, opt RenderOptions) {
	if opt.Width <= 0 {
		opt.Width = defaultWidth
	}
	all := Diagnose(err)
	p := printer{w: w, opt: opt}
	hidden := max(len(all)-maxErrors, 0)
	for i := range all {
		switch {
		case hidden > 0 && i == maxErrors-1:
			fmt.Fprintf(w, "and %d more errors\n", hidden)
		case i >= maxErrors-1 && i < maxErrors-1+hidden:
		default:
			p.diagnosis(&all[i])
		}
	}
}

// A printer writes diagnoses.
type printer struct {
	w   io.Writer
	opt RenderOptions
}

// The colours of an error.
const (
	colorError = "1;31"
	colorPlace = "36"
	colorDim   = "2"
	colorHint  = "32"
)

func (p *printer) paint(color, text string) string {
	if !p.opt.Color || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

func (p *printer) diagnosis(d *Diagnosis) {
	fmt.Fprintf(p.w, "%s %s\n", p.paint(colorError, "Error:"), p.indented(d.Message, "  "))
	if isScriptPosition(d.Pos) {
		fmt.Fprintf(p.w, "  %s %s\n", p.paint(colorDim, "at"), p.site(d.where()))
	}
	if e := excerptOf(d); e != nil {
		e.clip(p.opt.Width)
		p.excerpt(e)
	}
	if d.Hint != "" {
		fmt.Fprintf(p.w, "  %s %s\n", p.paint(colorHint, "hint:"), p.indented(wrapped(d.Hint), "        "))
	}
	p.callers(d.Callers)
}

// hintWidth is how many characters a line of a hint has at most: with what stands
// before it, it fits a terminal of 100 columns.
const hintWidth = 92

// wrapped breaks a text at spaces where its lines are too long.
func wrapped(text string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		for {
			end := len(line)
			if utf8.RuneCountInString(line) > hintWidth {
				fits := string([]rune(line)[:hintWidth+1])
				if at := strings.LastIndexByte(fits, ' '); at > 0 {
					end = at
				}
			}
			out = append(out, line[:end])
			if end == len(line) {
				break
			}
			line = line[end+1:]
		}
	}
	return strings.Join(out, "\n")
}

// indented escapes a text and indents its lines after the first.
func (p *printer) indented(text, indent string) string {
	return strings.ReplaceAll(Escape(strings.TrimSpace(text)), "\n", "\n"+indent)
}

func (p *printer) site(s Site) string {
	place := p.paint(colorPlace, Escape(s.Pos.String()))
	if s.Func == "" {
		return place
	}
	return place + " in " + Escape(s.Func)
}

func (p *printer) excerpt(e *excerpt) {
	if e.before != nil {
		p.line(*e.before)
		if e.before.number+1 < e.line.number {
			fmt.Fprintf(p.w, "%s\n", p.paint(colorDim, "   ... |"))
		}
	}
	p.line(e.line)
	underline := p.paint(colorError, strings.Repeat("^", e.to-e.from))
	if e.label != "" {
		underline += " " + Escape(e.label)
	}
	fmt.Fprintf(p.w, "%s %s%s\n", p.paint(colorDim, "       |"), strings.Repeat(" ", e.from), underline)
}

func (p *printer) line(l shownLine) {
	gutter := p.paint(colorDim, fmt.Sprintf("%6d |", l.number))
	fmt.Fprintln(p.w, strings.TrimRight(gutter+" "+string(l.text), " "))
}

// callers lists the calls that led to the error, each on a line. Of a
// recursion the middle is left out.
func (p *printer) callers(sites []Site) {
	for i, site := range sites {
		if hidden := len(sites) - maxCallers; hidden > 1 && i >= maxCallers-1 && i < len(sites)-1 {
			if i == maxCallers-1 {
				fmt.Fprintf(p.w, "  … %d more calls\n", hidden)
			}
			continue
		}
		fmt.Fprintf(p.w, "  %s %s\n", p.paint(colorDim, "from"), p.site(site))
	}
}
