package script

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// TestTopologies runs docs/topologies.md, all of it in the same namespaces, as the
// page says.
func TestTopologies(t *testing.T) {
	needSandbox(t)
	pid := hold(t)
	p := page{file: "../../docs/topologies.md", dir: t.TempDir()}
	p.shell = func(command string) *exec.Cmd {
		return exec.Command("nsenter", "--user", "--preserve-credentials", "--net", "--mount", "--target", pid, "sh", "-c", `cd "$0"; `+command, p.dir)
	}
	p.has = func(what string) bool {
		return what == "netem" && p.shell("tc qdisc add dev lo root netem delay 1ms").Run() == nil
	}
	if err := os.WriteFile(filepath.Join(p.dir, "typo.star"), []byte(typo), 0o644); err != nil {
		t.Fatal(err)
	}
	p.test(t)
}

// typo is a file that the page shows the error of.
const typo = `lab = topology("typo")
lab.cable(lab.node("a"), lab.node("b"), subnets = "10.0.0.0/30")
`

// hold begins namespaces that last as long as the test, and returns the process that
// holds them.
func hold(t *testing.T) (pid string) {
	t.Helper()
	for _, tool := range []string{"unshare", "nsenter", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	c := exec.Command("unshare", "-rnm", "sh", "-c", "mount -t tmpfs run /run && echo ready && exec sleep 1000")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Skip("no namespaces to try it in")
	}
	return strconv.Itoa(c.Process.Pid)
}
