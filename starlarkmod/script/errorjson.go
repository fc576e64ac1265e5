package script

import (
	"encoding/json"
)

// An ErrorReport is an error as --json shows it.
type ErrorReport struct {
	Message   string  `json:"message"`
	Code      string  `json:"code"`
	At        *Place  `json:"at,omitempty"`
	Attribute string  `json:"attribute,omitempty"`
	Errno     string  `json:"errno,omitempty"`
	Kernel    string  `json:"kernel,omitempty"`
	Hint      string  `json:"hint,omitempty"`
	Callers   []Place `json:"callers,omitempty"`
}

// A Place is a line of a script.
type Place struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Function string `json:"function,omitempty"`
}

// Reports returns err as one report or, where it joins several errors, several.
func Reports(err error) []ErrorReport {
	var all []ErrorReport
	for _, d := range Diagnose(err) {
		report := ErrorReport{
			Message:   d.Message,
			Code:      d.Code,
			Attribute: d.Attribute,
			Errno:     d.Errno,
			Kernel:    d.Kernel,
			Hint:      d.Hint,
		}
		if isScriptPosition(d.Pos) {
			at := placeOf(d.where())
			report.At = &at
		}
		for _, site := range d.Callers[:min(len(d.Callers), maxErrors)] {
			report.Callers = append(report.Callers, placeOf(site))
		}
		all = append(all, report)
	}
	return all
}

func placeOf(s Site) Place {
	return Place{s.Pos.Filename(), int(s.Pos.Line), int(s.Pos.Col), s.Func}
}

// ErrorJSON returns err as a JSON document: {"errors": [ … ]}.
func ErrorJSON(err error) []byte {
	text, marshalErr := json.Marshal(struct {
		Errors []ErrorReport `json:"errors"`
	}{Reports(err)})
	if marshalErr != nil { // strings and numbers always marshal
		panic(marshalErr)
	}
	return text
}
