package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/topology"
)

// labOptions are the flags of what works on the topologies of a file.
type labOptions struct {
	options
	lab     string
	several bool // there are several labs: their names are said
	target  []string
}

func (o *labOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.lab, "lab", "", "only the topology of this `name`")
	f.StringArrayVar(&o.args, "arg", nil, "give the script an argument, `name=value`; may be repeated")
	f.StringArrayVar(&o.allowLoad, "allow-load", nil, "let the script load from this `folder` too; may be repeated")
}

// declared evaluates a file, which changes nothing, and returns the topologies
// that it declares.
func (o *labOptions) declared(ctx context.Context, file string) ([]*lab.Lab, *script.Interp, error) {
	cfg, err := o.config(nil)
	if err != nil {
		return nil, nil, err
	}
	s := module.NewSession(module.NewTarget("", nil))
	defer s.Close()
	cfg.Session, cfg.Abandon, cfg.Mode = s, o.abandon, script.ModePlan
	in := script.New(cfg)
	if err := in.File(ctx, file); err != nil {
		return nil, nil, err
	}
	var labs []*lab.Lab
	var names []string
	for _, l := range s.Labs {
		names = append(names, l.Name)
		if o.lab == "" || o.lab == l.Name {
			labs = append(labs, l)
		}
	}
	switch {
	case len(s.Labs) == 0:
		return nil, nil, fmt.Errorf("%s declares no topology: topology(name) begins one", file)
	case len(labs) == 0:
		return nil, nil, usageError{fmt.Errorf("--lab: %s declares no %q, but %s", file, o.lab, strings.Join(names, ", "))}
	}
	for _, l := range labs {
		for _, w := range topology.Warnings(l) {
			fmt.Fprintf(os.Stderr, "Warning: %s\n", script.Escape(w))
		}
	}
	return labs, in, nil
}

// each evaluates a file and calls fn for each topology that it declares, one after
// the other.
func (o *labOptions) each(ctx context.Context, file string, fn func(l *lab.Lab) error) error {
	labs, in, err := o.declared(ctx, file)
	if err != nil {
		return err
	}
	debug.SetGCPercent(100) // what a plan holds lives long
	o.several = len(labs) > 1
	if err := o.checkTarget(labs); err != nil {
		return err
	}
	for _, l := range labs {
		if err := fn(l); err != nil {
			return in.Placed(topology.Explain(err))
		}
	}
	return nil
}

func planCommand(u *ui) *cobra.Command {
	o := labOptions{options: options{ui: u}}
	var save, as string
	var detailed bool
	c := &cobra.Command{
		ValidArgsFunction: scripts,
		Use:               "plan FILE",
		Short:             "what apply would do with the topologies of a file",
		Long: "plan evaluates a file, compares the topologies that it declares with what is there, and prints what apply\n" +
			"would do: + makes, ~ changes, ± makes anew, - removes; ? is to be changed and is not there; = was changed by\n" +
			"somebody and stays. A step with ! cannot be fully undone. Nothing is changed.",
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case as != "" && as != asIP:
				return usageError{fmt.Errorf("--as %s: the only form is %s", as, asIP)}
			case as != "" && o.json:
				return usageError{fmt.Errorf("--as %s and --json exclude each other", asIP)}
			}
			ctx := interruptible(c.Context(), nil)
			saved, changes := o.begin(args[0]), false
			err := o.each(ctx, args[0], func(l *lab.Lab) error {
				change, err := l.Compare(ctx)
				if err != nil {
					return err
				}
				defer change.Close()
				changes = changes || !change.Empty()
				show := func(out io.Writer) error { return o.showPlan(out, change) }
				if as == asIP {
					show = func(out io.Writer) error { return o.showCommands(ctx, out, change) }
				}
				return errors.Join(saved.add(change), show(c.OutOrStdout()))
			})
			if err == nil && save != "" {
				err = saved.write(save)
			}
			if err == nil && detailed && changes {
				err = &script.ExitError{Code: exitChanges}
			}
			return err
		},
	}
	o.flags(c)
	f := c.Flags()
	f.StringVarP(&save, "output", "o", "", "write the plan to this `file` too, for netlark apply FILE"+planSuffix)
	f.StringSliceVar(&o.target, "target", nil, "show only what is to be done in these `nodes`, and say how much there is in others")
	f.StringVar(&as, "as", "", "print it in another `form`: ip, a script for a shell with the commands of iproute2 that do the same")
	f.BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 if there is anything to do")
	u.flagJSON(c, "print each plan as a JSON object on a line of its own, and errors too")
	return c
}

// showPlan prints a plan, with its lab's name if there are several.
func (o *labOptions) showPlan(out io.Writer, c *lab.Change) error {
	p, rest := topology.NewPlan(c), ""
	if o.target != nil {
		p, rest = p.Of(o.target)
	}
	if o.json {
		return json.NewEncoder(out).Encode(p)
	}
	if o.several {
		if _, err := fmt.Fprintf(out, "lab %s\n", p.Lab); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, p)
	if rest != "" && err == nil {
		_, err = fmt.Fprintln(out, rest)
	}
	return err
}

// asIP is the form of a plan that is commands of iproute2.
const asIP = "ip"

// showCommands prints a plan as commands of iproute2.
func (o *labOptions) showCommands(ctx context.Context, out io.Writer, c *lab.Change) error {
	text, err := topology.AsIP(ctx, c, o.target)
	if err == nil {
		_, err = io.WriteString(out, text)
	}
	return err
}

func applyCommand(u *ui) *cobra.Command {
	o := labOptions{options: options{ui: u}}
	var confirm timeFlag
	var wait patience
	var irreversible bool
	c := &cobra.Command{
		ValidArgsFunction: scripts,
		Use:               "apply (FILE | PLAN" + planSuffix + ")",
		Short:             "make the topologies of a file so",
		Long: "apply evaluates a file and makes what it declares so: it prints what it does, as plan does, and does it. If a\n" +
			"step fails, all is as it was before. What plan -o wrote is done as it was planned, or not at all.",
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			var now half
			ctx := interruptible(c.Context(), now.left)
			file, saved, err := o.reopen(args[0])
			if err != nil {
				return err
			}
			return o.each(ctx, file, func(l *lab.Lab) error {
				p := progress{out: os.Stderr, terminal: isTerminal(os.Stderr)}
				defer p.end()
				defer now.done()
				a := lab.Apply{Done: p.done, Confirm: time.Duration(confirm), Detach: detach, Irreversible: irreversible, Commit: now.commit}
				a.Recovered = func(said string) { recovered(l.Name, said) }
				a.Loaded = func(what lab.Loaded) {
					p.end()
					fmt.Fprintf(os.Stderr, "lab %s: %s\n", l.Name, script.Escape(what.String()))
				}
				a.Undoing = func(err error) {
					p.end()
					undoing(ctx, l.Name)
				}
				a.Show = func(change *lab.Change) error {
					if err := saved.check(change); err != nil {
						return err
					}
					p.begin(change)
					now.begin(l.Name)
					return o.showPlan(c.OutOrStdout(), change)
				}
				return wait.patiently(ctx, func() error {
					_, err := a.Apply(ctx, l)
					return err
				})
			})
		},
	}
	o.flags(c)
	wait.flag(c)
	c.Flags().BoolVar(&irreversible, "irreversible", false, "do in namespaces of others, too, what cannot be fully undone")
	c.Flags().Var(&confirm, "confirm", "undo it after this time, such as 60s, unless netlark confirm LAB follows; each lab of a file on its own")
	u.flagJSON(c, "print each plan as a JSON object on a line of its own, and errors too")
	return c
}

// oneFile refuses all but the name of one file.
func oneFile(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError{fmt.Errorf("give one file that declares topologies: netlark %s FILE", c.Name())}
	}
	return nil
}

// someLabs refuses no name at all.
func someLabs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError{fmt.Errorf("name a lab: netlark %s LAB; netlark list shows which there are", c.Name())}
	}
	return nil
}

func recoverCommand() *cobra.Command {
	return &cobra.Command{
		ValidArgsFunction: labNames,
		Use:               "recover [LAB]…",
		Short:             "undo what an apply left that was killed",
		Long: "recover makes all as it was before an apply that was killed in the middle, of these labs or of all. apply and\n" +
			"destroy begin with it.",
		RunE: func(c *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				if args, err = lab.Names(); err != nil {
					return err
				}
			}
			for _, name := range args {
				said, err := lab.Recover(interruptible(c.Context(), nil), name, all.Families())
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if said == "" {
					said = "nothing to recover"
				}
				fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", name, said)
			}
			return nil
		},
	}
}

func statusCommand(u *ui) *cobra.Command {
	o := labOptions{options: options{ui: u}}
	c := &cobra.Command{
		ValidArgsFunction: labNames,
		Use:               "status LAB…",
		Short:             "how labs differ from what was applied",
		Long: "status compares labs with what was declared when they were applied, without their scripts, and prints what apply\n" +
			"would repair. It exits with 1 if anything differs.",
		Args: someLabs,
		RunE: func(c *cobra.Command, args []string) error {
			differs := false
			for _, name := range args {
				change, err := lab.Status(interruptible(c.Context(), nil), name, all.Families())
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				differs = differs || !change.Empty()
				if unfinished := lab.Unfinished(name); unfinished != nil {
					fmt.Fprintln(os.Stderr, unfinished)
					differs = differs || errors.As(unfinished, new(*lab.UnfinishedError))
				}
				o.several = len(args) > 1
				if err := errors.Join(o.showPlan(c.OutOrStdout(), change), change.Close()); err != nil {
					return err
				}
			}
			if differs {
				return &script.ExitError{Code: exitFailed}
			}
			return nil
		},
	}
	u.flagJSON(c, "print each plan as a JSON object on a line of its own, and errors too")
	return c
}

func labNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	names, _ := lab.Names() // what cannot be read is not offered
	return names, cobra.ShellCompDirectiveNoFileComp
}

// A listedLab is a line of netlark list.
type listedLab struct {
	Lab   string   `json:"lab"`
	Nodes []string `json:"nodes"`
	// Unfinished: an apply of it is at work, or ended in the middle.
	Unfinished bool `json:"unfinished,omitempty"`

	why error
}

func listCommand(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use:   "list",
		Short: "the labs that are there",
		Args:  wrongUsage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			names, err := lab.Names()
			if err != nil {
				return err
			}
			for _, name := range names {
				l := listedLab{Lab: name, Nodes: []string{}, why: lab.Unfinished(name)}
				l.Unfinished = l.why != nil
				sites, err := lab.Sites(name)
				if errors.Is(err, lab.ErrNoLab) {
					continue
				}
				if err != nil && !l.Unfinished {
					return err
				}
				for _, s := range sites {
					if s.Owned {
						l.Nodes = append(l.Nodes, s.Node)
					}
				}
				if err := u.listLab(c.OutOrStdout(), l); err != nil {
					return err
				}
			}
			return nil
		},
	}
	u.flagJSON(c, "print each lab as a JSON object on a line of its own, and errors too")
	return c
}

func (u *ui) listLab(out io.Writer, l listedLab) error {
	if u.json {
		return json.NewEncoder(out).Encode(l)
	}
	line := fmt.Sprintf("%-16s %d nodes: %s", l.Lab, len(l.Nodes), strings.Join(l.Nodes, " "))
	if l.Unfinished {
		line = fmt.Sprintf("%s (%s)", strings.TrimRight(line, ": "), l.why)
	}
	_, err := fmt.Fprintln(out, line)
	return err
}
