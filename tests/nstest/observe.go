package nstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// IP runs `ip -j -d` with args in the namespace and returns what it prints.
// Whole numbers are int, or uint64 where they have to be.
func (n *NS) IP(t testing.TB, args ...string) []map[string]any {
	t.Helper()
	return n.observe(t, "ip", args)
}

// TC is IP for `tc -j -d`.
func (n *NS) TC(t testing.TB, args ...string) []map[string]any {
	t.Helper()
	return n.observe(t, "tc", args)
}

// Bridge is IP for `bridge -j -d`.
func (n *NS) Bridge(t testing.TB, args ...string) []map[string]any {
	t.Helper()
	return n.observe(t, "bridge", args)
}

// Sh runs a shell script in the namespace, which stops at the first command
// that fails, and then the test does too. It returns what the script prints.
func (n *NS) Sh(t testing.TB, script string) string {
	t.Helper()
	needTools(t)
	out, err := n.run("sh", "-ec", script)
	if err != nil {
		t.Fatalf("%s\n%v\n%s", script, err, out)
	}
	return strings.TrimRight(out, "\n")
}

func (n *NS) observe(t testing.TB, tool string, args []string) []map[string]any {
	t.Helper()
	needTools(t)
	out, err := n.run(tool, append([]string{"-j", "-d"}, args...)...)
	var list []map[string]any
	if err == nil {
		list, err = decode(out)
	}
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", tool, strings.Join(args, " "), err, out)
	}
	return list
}

// sbin is where the tools may be without being in a user's PATH.
const sbin = ":/usr/sbin:/sbin"

func needTools(t testing.TB) {
	t.Helper()
	if _, err := find("ip"); err != nil {
		Skip(t, "iproute2 is not installed: "+err.Error())
	}
}

// find finds a program.
func find(name string) (string, error) {
	for dir := range strings.SplitSeq(os.Getenv("PATH")+sbin, ":") {
		if file, err := exec.LookPath(dir + "/" + name); err == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("no %s in PATH", name)
}

// run runs a program in the namespace and returns what it prints.
func (n *NS) run(name string, args ...string) (string, error) {
	var out string
	err := n.elsewhere(func() (err error) {
		out, err = output(name, args...)
		return err
	})
	return out, err
}

// output runs a program on the calling thread. The error says what the program
// said.
func output(name string, args ...string) (string, error) {
	file, err := find(name)
	if err != nil {
		return "", err
	}
	cmd := exec.Command(file, args...)
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+sbin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// decode reads what iproute2 prints as JSON: a list of objects, or nothing.
// For each object that a filter holds back it prints an empty one.
func decode(text string) ([]map[string]any, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var all []map[string]any
	if err := dec.Decode(&all); err != nil {
		return nil, err
	}
	var list []map[string]any
	for _, object := range all {
		if len(object) > 0 {
			list = append(list, number(object).(map[string]any))
		}
	}
	return list, nil
}

// number replaces the numbers in a decoded value by Go's own.
func number(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = number(v[k])
		}
	case []any:
		for i := range v {
			v[i] = number(v[i])
		}
	case json.Number:
		return goNumber(v)
	}
	return v
}

func goNumber(n json.Number) any {
	i, whole := new(big.Int).SetString(string(n), 10)
	switch {
	case !whole:
		f, _ := n.Float64()
		return f
	case i.IsInt64():
		return int(i.Int64())
	default:
		return i.Uint64()
	}
}
