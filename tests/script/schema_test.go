package script

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A schema is as much of JSON Schema as docs/plan.schema.json says; what else it
// said would not be looked at, and is an error.
type schema struct {
	Schema      string             `json:"$schema"`
	Title       string             `json:"title"`
	Description string             `json:"description"`
	Type        string             `json:"type"`
	Enum        []string           `json:"enum"`
	Required    []string           `json:"required"`
	More        *bool              `json:"additionalProperties"`
	Properties  map[string]*schema `json:"properties"`
	Items       *schema            `json:"items"`
}

// check returns what is wrong with a value.
func (s *schema) check(at string, v any) (wrong []string) {
	if s == nil {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		wrong = s.object(at, v)
	case []any:
		for i, e := range v {
			wrong = append(wrong, s.Items.check(fmt.Sprintf("%s[%d]", at, i), e)...)
		}
	case string:
		if s.Enum != nil && !slices.Contains(s.Enum, v) {
			wrong = append(wrong, fmt.Sprintf("%s is %q", at, v))
		}
	}
	if is := typeOf(v); s.Type != "" && s.Type != is {
		wrong = append(wrong, fmt.Sprintf("%s is of type %s, not %s", at, is, s.Type))
	}
	return wrong
}

// typeOf is what JSON Schema calls the type of a value.
func typeOf(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	}
	return fmt.Sprintf("%T", v)
}

func (s *schema) object(at string, v map[string]any) (wrong []string) {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			wrong = append(wrong, at+" has no "+name)
		}
	}
	for name, e := range v {
		p, known := s.Properties[name]
		if !known && s.More != nil && !*s.More {
			wrong = append(wrong, at+" has a "+name)
		}
		wrong = append(wrong, p.check(at+"."+name, e)...)
	}
	return wrong
}

// planned is a topology, and plans of it that make, change, make anew, remove and miss
// something, and leave what somebody changed.
var planned = map[string]string{"lab.star": `
lab = topology("s")
a = lab.node("a")
lab.cable(a, lab.node("b"), subnet = "10.0.0.0/30", mtu = arg("mtu", 1400))
a.link.add("vx0", link.vxlan(id = arg("vni", 5), local = "10.0.0.1", dstport = 4789))
a.sysctl.set("net.ipv4.ip_forward", 1)
if arg("host", True):
    lab.host().link.set("lo", alias = "ours")
if arg("missing", False):
    a.link.set("eth9", mtu = 1400)
`, "run.star": `
for args in ([], ["--arg", "mtu=1300", "--arg", "vni=6"], ["--arg", "missing=true"]):
    print(exec(["netlark", "plan", "--json", "lab.star"] + args).stdout.rstrip())
    exec(["netlark", "apply", "lab.star"])
    exec(["ip", "-n", "s.a", "route", "replace", "10.9.0.0/16", "via", "10.0.0.2"])
exec(["ip", "link", "set", "lo", "alias", "theirs"])
print(exec(["netlark", "plan", "--json", "lab.star", "--arg", "host=false"]).stdout.rstrip())
`}

// plans returns the plans, one a line.
func plans(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range planned {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(bin, "run", "--sandbox", "run.star")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(bin)+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// readSchema reads docs/plan.schema.json.
func readSchema(t *testing.T) *schema {
	t.Helper()
	text, err := os.ReadFile("../../docs/plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s := &schema{}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPlanSchema holds plans of all kinds against docs/plan.schema.json.
func TestPlanSchema(t *testing.T) {
	needSandbox(t)
	s, signs := readSchema(t), ""
	for line := range strings.Lines(plans(t)) {
		var plan map[string]any
		if err := json.Unmarshal([]byte(line), &plan); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		for _, w := range s.check("plan", plan) {
			t.Errorf("%s\n%s", w, line)
		}
		for _, step := range plan["steps"].([]any) {
			signs += step.(map[string]any)["sign"].(string)
		}
	}
	for _, sign := range s.Properties["steps"].Items.Properties["sign"].Enum {
		if !strings.Contains(signs, sign) {
			t.Errorf("no plan has a %s", sign)
		}
	}
	if wrong := s.check("plan", map[string]any{"lab": 1.0, "more": "", "steps": []any{map[string]any{"sign": "!"}}}); len(wrong) != 5 {
		t.Errorf("what is wrong all over: %q", wrong)
	}
}
