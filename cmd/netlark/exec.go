package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/script"
)

func execCommand() *cobra.Command {
	c := &cobra.Command{
		ValidArgsFunction: nodeNames,
		Use:               "exec LAB NODE -- COMMAND…",
		Short:             "run a program in a node of a lab",
		Long: "exec becomes the program, in a node of a lab: with the node's name as host name, and the nodes of the lab in\n" +
			"/etc/hosts. LAB NODE may be written LAB.NODE.",
		Example: "  netlark exec triangle r1 -- ping -c 1 r2\n  netlark exec triangle.r1 ip route",
		RunE: func(_ *cobra.Command, args []string) error {
			site, words, err := nodeOf(args)
			if err != nil {
				return err
			}
			if len(words) == 0 {
				return usageError{errors.New("name a program: netlark exec LAB NODE -- COMMAND; netlark shell LAB NODE for a shell")}
			}
			return become(site, words)
		},
	}
	c.Flags().SetInterspersed(false) // flags behind the node are the program's
	return c
}

func shellCommand() *cobra.Command {
	return &cobra.Command{
		ValidArgsFunction: nodeNames,
		Use:               "shell LAB NODE",
		Short:             "a shell in a node of a lab",
		Long:              "shell becomes $SHELL, or /bin/sh, in a node of a lab; see netlark exec. LAB NODE may be written LAB.NODE.",
		RunE: func(_ *cobra.Command, args []string) error {
			site, rest, err := nodeOf(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return usageError{errors.New("netlark exec LAB NODE -- COMMAND runs a program")}
			}
			shell := os.Getenv("SHELL")
			if shell == "" {
				shell = "/bin/sh"
			}
			return become(site, []string{shell})
		},
	}
}

// nodeOf reads LAB NODE or LAB.NODE off the front of the arguments.
func nodeOf(args []string) (*lab.Site, []string, error) {
	if len(args) == 0 {
		return nil, nil, usageError{errors.New("name a lab and a node; netlark list shows which there are")}
	}
	name, node, both := strings.Cut(args[0], ".")
	rest := args[1:]
	if !both {
		if len(rest) == 0 {
			return nil, nil, usageError{fmt.Errorf("name a node of lab %q too; netlark list shows which there are", name)}
		}
		node, rest = rest[0], rest[1:]
	}
	sites, err := lab.Sites(name)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	i := slices.IndexFunc(sites, func(s *lab.Site) bool { return s.Owned && s.Node == node })
	if i < 0 {
		p := &script.Problem{Class: "not_found", Message: fmt.Sprintf("lab %q has no node %q", name, node)}
		if near := script.Nearest(node, owned(sites)); near != "" {
			p.Advice = fmt.Sprintf("did you mean %s?", near)
		}
		return nil, nil, p
	}
	if len(rest) > 0 && rest[0] == "--" {
		rest = rest[1:]
	}
	return sites[i], rest, nil
}

// owned are the nodes that the lab made.
func owned(sites []*lab.Site) (names []string) {
	for _, s := range sites {
		if s.Owned {
			names = append(names, s.Node)
		}
	}
	return names
}

// become puts this process into a node and has it be a program.
func become(site *lab.Site, words []string) error {
	path, err := exec.LookPath(words[0])
	if err != nil {
		return fmt.Errorf("%s: %w", words[0], errors.Unwrap(err))
	}
	runtime.LockOSThread() // the program takes the place of all threads, and this one's namespaces
	if err := site.Enter(); err != nil {
		return err
	}
	return os.NewSyscallError("execve "+path, syscall.Exec(path, words, os.Environ()))
}

// nodeNames completes a lab, and then a node of it.
func nodeNames(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return labNames(c, args, word)
	}
	if len(args) > 1 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	sites, _ := lab.Sites(args[0]) // what cannot be read is not offered
	return owned(sites), cobra.ShellCompDirectiveNoFileComp
}
