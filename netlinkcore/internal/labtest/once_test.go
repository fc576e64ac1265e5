package labtest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/tests/nstest"
)

// marks is where the programs of these tests leave what they did.
const marks = "/run/marks"

// mark is a program that leaves a mark with the alias of lo as it finds it: it runs
// in the namespace, and when what is declared is there.
func mark(name, key string) *lab.Once {
	return &lab.Once{Key: key,
		Cmd:  []string{"sh", "-c", fmt.Sprintf("mkdir -p %s; ip -o link show up | wc -l >%[1]s/%s", marks, name)},
		Undo: []string{"rm", "-f", marks + "/" + name}}
}

// marked is a lab of one node and the host, whose programs leave marks.
func marked(t labtest.Failer, key string, names ...string) *lab.Lab {
	t.Helper()
	l, err := lab.New("marked", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, host := labtest.Node(t, l, "a"), l.Host(nil)
	labtest.Declare(t, a, object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}, Up: opt.Of(true)}))
	for _, name := range names {
		n := a
		if strings.HasPrefix(name, "host") {
			n = host
		}
		if err := n.Once(mark(name, key)); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// otherMarks is the lab with another key and other programs: two are taken back, one
// changes, two come.
func otherMarks(t labtest.Failer) *lab.Lab { return marked(t, "2", "two", "host2", "three") }

// seen are the marks, with what is in them.
func seen(t *testing.T, ns *nstest.NS) string {
	t.Helper()
	return ns.Sh(t, "mkdir -p "+marks+"; cd "+marks+"; for f in $(ls); do echo $f $(cat $f); done")
}

func TestOnce(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	labtest.Apply(t, marked(t, "1", "one", "host1"))
	if got := seen(t, ns); !strings.HasPrefix(got, "host1 ") || !strings.HasSuffix(got, "\none 2") { // lo and br0
		t.Errorf("%q", got)
	}
	ns.Sh(t, "rm "+marks+"/one")
	if n := labtest.Apply(t, marked(t, "1", "one", "host1")); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	if n := labtest.Apply(t, marked(t, "2", "one", "host1")); n != 2 {
		t.Errorf("with another key it took %d steps", n)
	}
	if got := seen(t, ns); !strings.Contains(got, "one 2") {
		t.Errorf("with another key: %q", got)
	}
	labtest.Apply(t, marked(t, "2", "two"))
	if got := seen(t, ns); got != "two 2" {
		t.Errorf("with other programs: %q", got)
	}
	d, err := lab.Destroy(t.Context(), "marked", all.Families())
	if err != nil || d.Failed != nil || seen(t, ns) != "" {
		t.Errorf("after destroy: %v %v %q", d, err, seen(t, ns))
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}

// TestOnceFails: what a program says is in the error, and all is as it was; the one
// that failed is taken back, too.
func TestOnceFails(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	l := marked(t, "", "one")
	half := &lab.Once{Cmd: []string{"sh", "-c", "touch " + marks + "/half; echo no such table >&2; exit 3"}, Undo: []string{"rm", marks + "/half"}}
	if err := l.Find("a").Once(half); err != nil {
		t.Fatal(err)
	}
	_, err := (&lab.Apply{}).Apply(t.Context(), l)
	if failed, ok := errors.AsType[*lab.OnceError](err); !ok || failed.Err.Error() != "exit status 3: no such table" {
		t.Error(err)
	}
	if got := seen(t, ns); got != "" {
		t.Errorf("marks are left: %s", got)
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}

// TestOnceFailsEach fails each step and each program in turn: what ran before has
// run again, what came is taken back.
func TestOnceFailsEach(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, marked(t, "1", "one", "host1", "two"))
	ns.Sh(t, "ip -n marked.a link del br0")
	before, marksBefore := labtest.Look(t, ns), seen(t, ns)
	n := labtest.FailEach(t, func() string { return marksDiffer(t, ns, before, marksBefore) }, otherMarks, 7)
	t.Logf("one in %d of %d steps failed in turn", labtest.Stride(), n)
	if got := seen(t, ns); !strings.Contains(got, "two 2") || strings.Contains(got, "one") {
		t.Errorf("%q", got)
	}
}

// marksDiffer says how the machine or the marks differ. What ran again found the
// node without its bridge.
func marksDiffer(t *testing.T, ns *nstest.NS, before, marksBefore string) string {
	t.Helper()
	strip := strings.NewReplacer(" 1", "", " 2", "", " 3", "")
	return labtest.Differ(labtest.Look(t, ns), before) + labtest.Differ(strip.Replace(seen(t, ns)), strip.Replace(marksBefore))
}

// TestOnceDies kills the process before each step and program in turn.
func TestOnceDies(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, marked(t, "1", "one", "host1", "two"))
	ns.Sh(t, "ip -n marked.a link del br0")
	before, marksBefore := labtest.Look(t, ns), seen(t, ns)
	n := labtest.DieAtEach(t, func() string { return marksDiffer(t, ns, before, marksBefore) }, "marked", "otherMarks")
	if n < 7 {
		t.Errorf("only %d steps", n)
	}
}

// TestOnceNotTakenBack: a program that does not take back what it did keeps neither
// destroy from its work nor an undo.
func TestOnceNotTakenBack(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	bad := func() *lab.Lab {
		l := marked(t, "")
		if err := l.Find("a").Once(&lab.Once{Cmd: []string{"true"}, Undo: []string{"sh", "-c", "echo cannot >&2; false"}}); err != nil {
			t.Fatal(err)
		}
		return l
	}
	labtest.Apply(t, bad())
	d, err := lab.Destroy(t.Context(), "marked", all.Families())
	if err != nil || len(d.Failed) != 1 || !strings.Contains(d.Failed[0], "cannot") {
		t.Errorf("%v, %v", d, err)
	}
	a := lab.Apply{TryOnce: func(*lab.Ran, bool) error { return labtest.ErrInjected }}
	if _, err := a.Apply(t.Context(), bad()); !errors.Is(err, labtest.ErrInjected) || !strings.Contains(err.Error(), "but for:\n  undo of once true: ") {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(lab.Dir, "marked", "journal.json")); err != nil {
		t.Errorf("nothing is left for recover: %v", err)
	}
	said, err := lab.Recover(t.Context(), "marked", all.Families())
	if err != nil || !strings.Contains(said, "undo of once true") {
		t.Errorf("%s, %v", said, err)
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}
