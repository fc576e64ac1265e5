package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/complete"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

func completionCommand() *cobra.Command {
	shells := map[string]func(*cobra.Command, io.Writer) error{
		"bash": func(c *cobra.Command, w io.Writer) error { return c.GenBashCompletionV2(w, true) },
		"zsh":  (*cobra.Command).GenZshCompletion,
		"fish": func(c *cobra.Command, w io.Writer) error { return c.GenFishCompletion(w, true) },
	}
	return &cobra.Command{
		Use:       "completion (bash | zsh | fish)",
		Short:     "what makes a shell complete netlark's command line",
		Example:   "  source <(netlark completion bash)\n  netlark completion zsh > ~/.zfunc/_netlark\n  netlark completion fish | source",
		ValidArgs: []string{"bash", "zsh", "fish"},
		Args:      wrongUsage(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		RunE: func(c *cobra.Command, args []string) error {
			return shells[args[0]](c.Root(), c.OutOrStdout())
		},
	}
}

// A completion is what cobra asks for candidates.
type completion = func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective)

// completeFlags says what the values of flags may be.
func completeFlags(root *cobra.Command) {
	for _, c := range append(root.Commands(), root) {
		for flag, f := range map[string]completion{"netns": netnsNames, "color": words(colorWords())} {
			if c.Flag(flag) != nil {
				_ = c.RegisterFlagCompletionFunc(flag, f) // an error if there is one already
			}
		}
	}
}

func words(all []string) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

func netnsNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return module.NetNSNames(), cobra.ShellCompDirectiveNoFileComp
}

// watchableNames are the families of monitor.
func watchableNames(*cobra.Command, []string, string) (out []string, _ cobra.ShellCompDirective) {
	for _, f := range all.Families() {
		if f.CanWatch() {
			out = append(out, f.Name())
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// docNames are the names that doc explains.
func docNames(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c := complete.Completer{Names: script.New(script.Config{Predeclared: starlarkmod.Predeclared()}).Builtins()}
	return c.DottedNames(word), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// scripts are the files of run.
func scripts(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"star"}, cobra.ShellCompDirectiveFilterFileExt
}
