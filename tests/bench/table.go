package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"golang.org/x/sys/unix"
)

type unixRusage = syscall.Rusage // what os/exec tells of a child

// A row is one line of the table.
type row struct {
	Job, What        string
	Unit             string
	Median, Min, Max float64
	CPU              float64 // ms, median; 0: not measured
	Ratio            float64 // to the floor; 0: there is none
	Bar              string
	OK               bool // meets the bar, if there is one
}

// series holds the samples of peers, in the order of rounds.
type series map[string][]sample

// of takes one figure out of each sample.
func (s series) of(peer string, figure func(*sample) float64) []float64 {
	out := make([]float64, len(s[peer]))
	for i := range out {
		out[i] = figure(&s[peer][i])
	}
	return out
}

func wallMS(s *sample) float64 { return ms(s.Wall) }
func cpuMS(s *sample) float64  { return ms(s.CPU) }

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// median of what is not empty.
func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}

// rowOf describes measured figures.
func rowOf(job, what, unit string, v []float64) row {
	return row{Job: job, What: what, Unit: unit, Median: median(v), Min: slices.Min(v), Max: slices.Max(v)}
}

// times describes a peer's time; its ratio is the median of the ratios to the
// floor of the same round.
func (s series) times(job, what, peer, floor string) row {
	wall, base := s.of(peer, wallMS), s.of(floor, wallMS)
	r := rowOf(job, what, "ms", wall)
	r.CPU = median(s.of(peer, cpuMS))
	ratios := make([]float64, len(wall))
	for i := range ratios {
		ratios[i] = wall[i] / base[i]
	}
	r.Ratio = median(ratios)
	return r
}

// atMost gives a row the bar that its ratio must reach.
func (r row) atMost(ratio float64) row {
	r.Bar, r.OK = fmt.Sprintf("≤ %.4g ×", ratio), r.Ratio <= ratio
	return r
}

// limit gives a row the bar that its median must reach.
func (r row) limit(most float64) row {
	r.Bar, r.OK = fmt.Sprintf("≤ %.4g %s", most, r.Unit), r.Median <= most
	return r
}

func (r row) cells() []string {
	c := []string{r.Job, r.What, number3(r.Median) + " " + r.Unit, number3(r.Min) + "–" + number3(r.Max), "", "", r.Bar, ""}
	if r.CPU > 0 {
		c[4] = number3(r.CPU) + " ms"
	}
	if r.Ratio > 0 {
		c[5] = fmt.Sprintf("%.2f", r.Ratio)
	}
	if r.Bar != "" {
		c[7] = "missed"
		if r.OK {
			c[7] = "reached"
		}
	}
	return c
}

// number3 formats with three digits, or more before the point.
func number3(x float64) string {
	switch {
	case x == 0:
		return "0"
	case x >= 100 || x <= -100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10 || x <= -10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1 || x <= -1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3f", x)
}

var columns = []string{"job", "what", "median", "min–max", "CPU", "ratio to floor", "bar", "verdict"}

func printText(w io.Writer, rows []row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer t.Flush()
	fmt.Fprintln(t, strings.Join(columns, "\t"))
	for i, r := range rows {
		if i > 0 && rows[i-1].Job != r.Job {
			fmt.Fprintln(t, strings.Repeat("\t", len(columns)-1))
		}
		fmt.Fprintln(t, strings.Join(r.cells(), "\t"))
	}
}

// printMarkdown prints what docs/performance.md holds under "Figures".
func printMarkdown(w io.Writer, rows []row, rounds int) {
	fmt.Fprintf(w, "Measured on %s, %d rounds, on %s.\n\n", time.Now().Format("2006-01-02"), rounds, machine())
	fmt.Fprintf(w, "| %s |\n|---|---|--:|--:|--:|--:|---|---|\n", strings.Join(columns, " | "))
	last := ""
	for _, r := range rows {
		c := r.cells()
		if r.Job == last {
			c[0] = ""
		}
		last = r.Job
		fmt.Fprintf(w, "| %s |\n", strings.Join(c, " | "))
	}
}

// machine describes what the figures depend on.
func machine() string {
	var u unix.Utsname
	_ = unix.Uname(&u) // an empty release is no reason to lose the figures
	model := "unknown processor"
	info, _ := os.ReadFile("/proc/cpuinfo")
	if _, rest, ok := strings.Cut(string(info), "model name"); ok {
		line, _, _ := strings.Cut(rest, "\n")
		model = strings.TrimSpace(strings.TrimLeft(line, "\t :"))
	}
	return fmt.Sprintf("%s, %d CPUs, Linux %s, %s", model, runtime.NumCPU(), unix.ByteSliceToString(u.Release[:]), runtime.Version())
}
