package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
)

// A parser turns a test binary's output, which is written to it, into events
// for a result. The go command's own test2json does the reading.
type parser struct {
	io.WriteCloser
	cmd  *exec.Cmd
	done chan error
}

func newParser(path string, r *result, live func(text string)) (*parser, error) {
	cmd := exec.Command("go", "tool", "test2json", "-p", path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &parser{WriteCloser: in, cmd: cmd, done: make(chan error, 1)}
	go func() { p.done <- read(out, r, live) }()
	return p, nil
}

func read(out io.Reader, r *result, live func(text string)) error {
	for dec := json.NewDecoder(out); ; {
		var e event
		if err := dec.Decode(&e); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if e.Action == "output" {
			live(e.Output)
		}
		r.take(e)
	}
}

// Close says that the output is complete. The result is, when it returns.
func (p *parser) Close() error {
	if err := p.WriteCloser.Close(); err != nil {
		return err
	}
	if err := <-p.done; err != nil {
		return err
	}
	return p.cmd.Wait()
}
