package script

import (
	"io"
	"io/fs"
	"maps"
	"os"
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"
)

// The modes of a run, as scripts see them in __mode__.
const (
	ModeRun  = "run"
	ModePlan = "plan"
	ModeTest = "test"
	ModeREPL = "repl"
)

// A Config says what a script may use and how far it may go. The zero Config
// works: Starlark and this package's own builtins, without limits.
type Config struct {
	// Predeclared holds modules and builtins. No file can assign to the name
	// of a value of type "module".
	Predeclared starlark.StringDict

	// Mode is the script's __mode__; ModeRun unless given.
	Mode string

	// JSON says that standard output carries JSON: print goes elsewhere.
	JSON bool

	Args map[string]string // --arg name=value
	Rest []string          // what follows --, the script's args

	Stdin          io.Reader // the script "-"; os.Stdin unless given
	Stdout, Stderr io.Writer // os.Stdout and os.Stderr unless given

	Dir       string   // where code without a file is rooted; "." unless given
	Std       fs.FS    // modules "@std//…"; none unless given
	AllowLoad []string // folders that may be loaded from, besides the root

	MaxSteps  uint64        // per run or chunk; 0 means no limit
	Timeout   time.Duration // per run or chunk; 0 means no limit
	MaxMemory uint64        // of the process, in bytes; see DefaultMaxMemory

	// Abandon is called when a run does not end within a moment of being
	// stopped and no acting builtin is at work (see NewActing): Starlark's own
	// take what time they need. It is called once, beside the run, with the
	// reason, and may end the process. Optional.
	Abandon func(err error)

	// Session is the state that builtins share, found by the function Session.
	Session any

	// Secrets names functions and keyword arguments, in addition to secret(…),
	// whose string literals error excerpts mask. It is asked once, for the
	// first excerpt. Optional.
	Secrets func() (calls, keywords []string)
}

// DefaultMaxMemory is the memory at which a script is stopped if its Config
// does not say, so that the kernel need not stop the process. On machines with
// less than eight times that, it is an eighth of theirs.
const DefaultMaxMemory = 1 << 30

// An Interp runs scripts that share modules, sources, and globals. It is for
// one goroutine at a time.
type Interp struct {
	config   Config
	builtins starlark.StringDict // Predeclared and this package's own
	globals  starlark.StringDict // builtins, shadowed by what scripts define
	defined  map[string]bool     // names in globals that scripts defined
	sources  *sources
	loader   *loader
	args     *argTable
	chunks   int
	stopping atomic.Bool  // the run at hand is being cancelled
	acting   atomic.Int32 // acting builtins at work

	outTerminal, errTerminal bool // what standard output and error are
}

// New returns an interpreter for c.
func New(c Config) *Interp {
	c.setDefaults()
	in := &Interp{
		config:  c,
		defined: map[string]bool{},
		sources: newSources(c.Secrets),
		loader:  newLoader(c.Std, c.Dir, c.AllowLoad),
		args:    newArgTable(c.Args),

		outTerminal: isTerminal(c.Stdout),
		errTerminal: isTerminal(c.Stderr),
	}
	in.builtins = in.ownBuiltins()
	maps.Copy(in.builtins, c.Predeclared)
	in.globals = maps.Clone(in.builtins)
	return in
}

func (c *Config) setDefaults() {
	if c.Mode == "" {
		c.Mode = ModeRun
	}
	if c.Stdin == nil {
		c.Stdin = os.Stdin
	}
	if c.Stdout == nil {
		c.Stdout = os.Stdout
	}
	if c.Stderr == nil {
		c.Stderr = os.Stderr
	}
	if c.Dir == "" {
		c.Dir = "."
	}
	if c.MaxMemory == 0 {
		c.MaxMemory = defaultMaxMemory()
	}
}

// Globals returns what scripts and chunks have defined so far.
func (in *Interp) Globals() starlark.StringDict {
	globals := make(starlark.StringDict, len(in.defined))
	for name := range in.defined {
		globals[name] = in.globals[name]
	}
	return globals
}

// Builtins returns the predeclared names: the Config's and this package's own.
func (in *Interp) Builtins() starlark.StringDict {
	builtins := maps.Clone(in.builtins)
	delete(builtins, factorName)
	return builtins
}

// define records what a script or a chunk defined.
func (in *Interp) define(globals starlark.StringDict) {
	for name, value := range globals {
		if name == resultName {
			continue
		}
		in.globals[name] = value
		in.defined[name] = true
	}
}
