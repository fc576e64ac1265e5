// Command bench measures netlark beside a floor, which is what the kernel alone
// takes, and beside what others take for the same work:
//
//	cd tests/bench && go run . [-run REGEXP] [-rounds 7] [-netlark PATH] [-md]
//
// Rules of this program:
//
//   - A floor has no netlark code in it: it sends what was encoded before, or
//     receives and does not look, on a socket of its own.
//   - Each measurement is a process of its own. Peers alternate, so that what
//     else the machine does meets all of them; a ratio is taken within a round.
//   - Everything happens in network namespaces that are made for it and die
//     with it. The machine's own is not touched.
//   - Objects are counted in the kernel, by the floor's code, after each run
//     that adds some. A wrong count is an error, not a figure.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// options are the command line's.
type options struct {
	run     string
	rounds  int
	netlark string
	md      bool
	divide  int
	profile string
}

func main() {
	var err error
	switch {
	case os.Getenv(sentinelVar) != "":
		_, err = io.Copy(io.Discard, os.Stdin)
	case os.Getenv(peerMark) != "":
		err = runPeer(os.Getenv(peerMark))
	case os.Getenv(stageMark) != "":
		err = runStage(os.Getenv(stageMark))
	default:
		err = bench(flags())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func flags() options {
	var o options
	flag.StringVar(&o.run, "run", "", "run the jobs whose name matches this `regexp`")
	flag.IntVar(&o.rounds, "rounds", 7, "how often each peer runs")
	flag.StringVar(&o.netlark, "netlark", "", "`path` of the program; without it it is built")
	flag.BoolVar(&o.md, "md", false, "print Markdown")
	flag.IntVar(&o.divide, "divide", 1, "divide the numbers of objects, to try this program: bars then mean nothing")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile of each peer's last run to this `directory`")
	flag.Parse()
	return o
}

// bench runs the jobs one after the other, each in a namespace of its own.
func bench(o options) error {
	want, err := regexp.Compile(o.run)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "netlark-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := programs(&o, dir); err != nil {
		return err
	}
	var rows []row
	for _, j := range jobs {
		if !want.MatchString(j.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format("15:04:05"), j.name)
		got, err := stageProcess(j.name)
		if err != nil {
			return fmt.Errorf("%s: %w", j.name, err)
		}
		rows = append(rows, got...)
	}
	if o.md {
		printMarkdown(os.Stdout, rows, o.rounds)
	} else {
		printText(os.Stdout, rows)
	}
	return nil
}

// Where stages and peers find what the command line said.
const (
	dirVar     = "NETLARK_BENCH_DIR"
	netlarkVar = "NETLARK_BENCH_PROGRAM"
	emptyVar   = "NETLARK_BENCH_EMPTY"
	roundsVar  = "NETLARK_BENCH_ROUNDS"
	divideVar  = "NETLARK_BENCH_DIVIDE"
	profileVar = "NETLARK_BENCH_PROFILE"
)

// programs builds what is measured from outside, and tells the children.
func programs(o *options, dir string) error {
	empty := dir + "/empty"
	if err := build(empty, "", "./empty"); err != nil {
		return err
	}
	if o.netlark == "" {
		o.netlark = dir + "/netlark"
		root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/netlark/netlark").Output()
		if err != nil {
			return fmt.Errorf("find the module: %w", err)
		}
		if err := build(o.netlark, string(root[:len(root)-1]), "./cmd/netlark"); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{dirVar: dir, netlarkVar: o.netlark, emptyVar: empty,
		roundsVar: strconv.Itoa(o.rounds), divideVar: strconv.Itoa(o.divide), profileVar: o.profile} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// build builds a program as the Makefile does.
func build(to, dir, pkg string) error {
	c := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, pkg)
	c.Dir, c.Stderr = dir, os.Stderr
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := c.Run(); err != nil {
		return fmt.Errorf("build %s: %w", pkg, err)
	}
	return nil
}

// number returns what an environment variable says.
func number(name string) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// scaled is n objects, or fewer with -divide.
func scaled(n int) int { return max(n/number(divideVar), 1) }
