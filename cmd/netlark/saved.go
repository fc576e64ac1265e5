package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/topology"
)

// planSuffix is what files of saved plans end in.
const planSuffix = ".plan"

// A savedPlan is what was planned, and out of what: to apply it is to plan again and
// to see that it is the same. It holds the arguments of the script in clear, and
// no secret that the script took from elsewhere.
type savedPlan struct {
	File      string      `json:"file"`
	Lab       string      `json:"lab,omitempty"`
	Args      []string    `json:"args,omitempty"`
	AllowLoad []string    `json:"allow_load,omitempty"`
	Plans     []savedPart `json:"plans"`
}

// A savedPart is the plan of one lab: as a program reads it, and as it is shown.
type savedPart struct {
	Plan json.RawMessage `json:"plan"`
	Text string          `json:"text"`
}

// begin returns a plan of a file to be saved, yet empty.
func (o *labOptions) begin(file string) *savedPlan {
	p := &savedPlan{File: absolute(file), Lab: o.lab, Args: o.args}
	for _, dir := range o.allowLoad {
		p.AllowLoad = append(p.AllowLoad, absolute(dir))
	}
	return p
}

// absolute is a path from the root: the plan may be applied from elsewhere.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

func (p *savedPlan) add(c *lab.Change) error {
	part, err := partOf(c)
	p.Plans = append(p.Plans, part)
	return err
}

func partOf(c *lab.Change) (savedPart, error) {
	plan := topology.NewPlan(c)
	data, err := json.Marshal(plan)
	return savedPart{data, plan.String()}, err
}

// write saves the plan for its owner alone.
func (p *savedPlan) write(path string) error {
	if !strings.HasSuffix(path, planSuffix) {
		return usageError{fmt.Errorf("-o %s: the name has to end in %s, so that apply knows what it is", path, planSuffix)}
	}
	data, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}

// reopen reads what plan -o wrote and takes over its options; any other file is
// returned as it is, without a plan.
func (o *labOptions) reopen(file string) (script string, _ *savedPlan, err error) {
	if !strings.HasSuffix(file, planSuffix) {
		return file, nil, nil
	}
	if o.args != nil || o.lab != "" || o.allowLoad != nil {
		return "", nil, usageError{fmt.Errorf("%s says already with which arguments it was planned", file)}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	p := &savedPlan{}
	err = json.Unmarshal(data, p)
	if err == nil && p.File == "" {
		err = errors.New("it names no script")
	}
	if err != nil {
		return "", nil, fmt.Errorf("%s is no plan that netlark plan -o wrote: %w", file, err)
	}
	o.args, o.lab, o.allowLoad = p.Args, p.Lab, p.AllowLoad
	return p.File, p, nil
}

// check refuses a change that is another one than was planned; without a plan it
// takes any.
func (p *savedPlan) check(c *lab.Change) error {
	if p == nil {
		return nil
	}
	now, err := partOf(c)
	if err != nil {
		return err
	}
	was := savedPart{Text: "no plan for lab " + c.Lab.Name}
	for _, part := range p.Plans {
		if name := (struct{ Lab string }{}); json.Unmarshal(part.Plan, &name) == nil && name.Lab == c.Lab.Name {
			was = part
		}
	}
	var compact bytes.Buffer // it was indented with the file
	if was.Plan != nil && json.Compact(&compact, was.Plan) == nil && bytes.Equal(compact.Bytes(), now.Plan) {
		return nil
	}
	return fmt.Errorf("lab %s is not as it was when this was planned, or the script is another: nothing is done\n%s", c.Lab.Name, apart(was.Text, now.Text))
}

// steps are the lines of a plan without its counts.
func steps(text string) []string {
	lines := strings.Split(text, "\n")
	return lines[:max(1, len(lines)-1)]
}

// apart shows the lines in which two plans differ.
func apart(was, now string) string {
	a, b := steps(was), steps(now)
	var out []string
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, "  planned: "+strings.TrimSpace(line))
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out = append(out, "  now:     "+strings.TrimSpace(line))
		}
	}
	if out == nil {
		return "  the steps are the same, in another order or with other details"
	}
	return strings.Join(out, "\n")
}
