package export

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/value"
)

// Script returns a script that makes namespaces what they are: a function for each,
// and what calls it. Where pairs reach from one to another there is a function for
// these, and planned the script is a topology.
func Script(ctx context.Context, spaces []*state.Space, families []object.Family, o Options) (string, error) {
	var all []*namespace
	functions := names{}
	for _, sp := range spaces {
		own := o
		own.Name = functions.unused("configure_" + word(sp.Name, ""))
		n, err := read(ctx, sp, families, own)
		if err != nil {
			return "", fmt.Errorf("namespace %q: %w", sp.Name, err)
		}
		all = append(all, n)
	}
	cables, err := cablesOf(ctx, all)
	if err != nil {
		return "", err
	}
	text := ""
	for _, n := range all {
		function, err := n.function(ctx, families)
		if err != nil {
			return "", fmt.Errorf("namespace %q: %w", n.space.Name, err)
		}
		text += function + "\n"
	}
	if cables == nil {
		return text + calls(all, func(n *namespace) string { return live(n.space.Name) }), nil
	}
	return text + define("cables", cables) + "\n" + begin(all) + "cables(n)\n" + calls(all, (*namespace).at), nil
}

// calls are the calls of the functions.
func calls(all []*namespace, at func(n *namespace) string) (out string) {
	for _, n := range all {
		out += n.writer.options.Name + "(" + at(n) + ")\n"
	}
	return out
}

// live is the expression for a namespace that is there, or made.
func live(name string) string { return fmt.Sprintf("netns.get(%q) or netns.add(%q)", name, name) }

// at is the expression for a namespace among several.
func (n *namespace) at() string { return "n[" + strconv.Quote(n.space.Name) + "]" }

// cablesOf writes the pairs between namespaces, and tells these that their ends
// are there.
func cablesOf(ctx context.Context, all []*namespace) (lines []string, err error) {
	var ends []end
	for i, n := range all {
		for _, it := range n.items {
			if l, ok := link.Type.As(it.Ref); ok && it.Maker == object.User && l.ParentNSID.IsSet() {
				ends = append(ends, end{i, n.space.Scope, l})
			}
		}
	}
	err = match(ctx, ends, func(a, b end) {
		from, to := all[a.at], all[b.at]
		from.writer.cabled[a.link.Name], to.writer.cabled[b.link.Name] = true, true
		lines = append(lines, cabling(from, a.link, to, b.link))
	})
	return lines, err
}

// cabling is the call that makes a pair.
func cabling(from *namespace, a *link.Link, to *namespace, b *link.Link) string {
	first, _ := apart(link.Type.Ref(a))
	second, _ := apart(link.Type.Ref(b))
	const there = "?" // no namespace has it
	second.NetNS = rt.NSName(there)
	pr := value.Printer{Prefix: from.at() + ".", Whole: true}
	call := pr.Verb(value.OfRef(both(first, second)), object.Add)
	return strings.Replace(call, `netns = "?"`, "netns = "+to.at(), 1) // quotes in texts are escaped
}

// begin says what the namespaces are: nodes where a topology is planned.
func begin(all []*namespace) string {
	prefix, nodes := labOf(all), names{}
	declared, there := "", ""
	for _, n := range all {
		name := n.space.Name
		declared += fmt.Sprintf("        %q: lab.node(%q),\n", name, nodes.unused(word(strings.TrimPrefix(name, prefix), "-")))
		there += fmt.Sprintf("        %q: %s,\n", name, live(name))
	}
	return "if __mode__ == \"plan\":\n    lab = topology(arg(\"lab\", \"exported\"))\n    n = {\n" + declared +
		"    }\nelse:\n    n = {\n" + there + "    }\n"
}

// labOf is what the names of all namespaces begin with if they are nodes of one
// lab, with its dot.
func labOf(all []*namespace) string {
	name, _, found := strings.Cut(all[0].space.Name, ".")
	for _, n := range all {
		if !found || !strings.HasPrefix(n.space.Name, name+".") {
			return ""
		}
	}
	return name + "."
}

// names are those that are given away.
type names map[string]bool

// unused is a name, or one like it if that is given away.
func (all names) unused(name string) string {
	for all[name] {
		name += "_"
	}
	all[name] = true
	return name
}
