package machine

import (
	"os"
	"regexp"
	"strings"
)

// A console is what the kernel prints, in a file that QEMU appends to.
type console struct {
	file  string
	final string // all of it, once the file is gone
	seen  int    // bytes that trouble has looked at
}

// complaint matches what a kernel prints when it has found a fault in itself.
var complaint = regexp.MustCompile(`WARNING: |BUG: |UBSAN: |Oops: |INFO: task .* blocked|rcu: INFO: .* stall|` +
	`unregister_netdevice: waiting for|refcount_t: |possible .* locking`)

// known matches complaints that any program provokes which does the same: a
// change of a filter of u32 copies a selector without telling the size of its
// keys to the check of copies.
var known = regexp.MustCompile(`WARNING: .* at net/sched/cls_u32\.c:\d+ u32_change`)

// close keeps the text of a machine that has ended.
func (c *console) close() { c.final = c.all() }

func (c *console) all() string {
	if c.final != "" {
		return c.final
	}
	b, err := os.ReadFile(c.file)
	if err != nil {
		return err.Error() + "\n"
	}
	return strings.ReplaceAll(string(b), "\r", "")
}

// tail returns the last part of the console.
func (c *console) tail() string {
	const most = 4000
	text := c.all()
	return text[max(0, len(text)-most):]
}

// trouble returns the complaints since the last call.
func (c *console) trouble() []string {
	text := c.all()
	fresh := text[min(c.seen, len(text)):]
	end := strings.LastIndexByte(fresh, '\n') + 1 // a line that is not complete waits
	c.seen += end
	return complaints(fresh[:end])
}

func complaints(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if complaint.MatchString(line) && !known.MatchString(line) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}
