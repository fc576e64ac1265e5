package netval

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/script"
)

// eval returns the text of a Starlark expression's value, or of its error.
func eval(t *testing.T, src string) string {
	t.Helper()
	in := script.New(script.Config{Predeclared: Builtins()})
	v, err := in.Source(t.Context(), "test.star", src, true)
	if err != nil {
		return "error: " + script.Diagnose(err)[0].Message
	}
	if v == nil {
		return ""
	}
	return v.String()
}

type evalTest struct{ src, want string }

func runEvalTests(t *testing.T, tests []evalTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			if got := eval(t, tt.src); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPrefix(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`prefix("10.0.0.1/24")`, `10.0.0.1/24`},
		{`"%s" % prefix("10.0.0.1/24")`, `"10.0.0.1/24"`},
		{`prefix("10.0.0.1")`, `10.0.0.1/32`},
		{`prefix("fe80::1")`, `fe80::1/128`},
		{`prefix("FE80:0::1/64")`, `fe80::1/64`},
		{`prefix("default")`, `0.0.0.0/0`},
		{`prefix(prefix("10.0.0.1/24"))`, `10.0.0.1/24`},
		{`type(prefix("::/0"))`, `"prefix"`},
		{`bool(prefix("0.0.0.0/0"))`, `True`},
		{`json.encode([prefix("10.0.0.1/24")])`, `"[\"10.0.0.1/24\"]"`},

		{`prefix("10.0.0.1/33")`, `error: prefix: for parameter text: got "10.0.0.1/33", want a prefix such as 10.0.0.1/24`},
		{`prefix("fe80::1%eth0")`, `error: prefix: for parameter text: got "fe80::1%eth0", want a prefix such as 10.0.0.1/24`},
		{`prefix("")`, `error: prefix: for parameter text: got "", want a prefix such as 10.0.0.1/24`},
		{`prefix(1)`, `error: prefix: for parameter text: got int, want a prefix`},

		{`prefix("10.0.0.1/24").address`, `"10.0.0.1"`},
		{`prefix("10.0.0.1/24").netmask`, `"255.255.255.0"`},
		{`prefix("10.0.0.1/0").netmask`, `"0.0.0.0"`},
		{`prefix("fe80::1/64").netmask`, `"ffff:ffff:ffff:ffff::"`},
		{`prefix("10.0.0.1/24").broadcast`, `"10.0.0.255"`},
		{`prefix("10.0.0.1/30").broadcast`, `"10.0.0.3"`},
		{`prefix("10.0.0.1/31").broadcast`, `None`},
		{`prefix("10.0.0.1/32").broadcast`, `None`},
		{`prefix("fe80::1/64").broadcast`, `None`},
		{`prefix("10.0.0.1/24").network`, `10.0.0.0/24`},
		{`prefix("10.0.0.1/24").len`, `24`},
		{`prefix("10.0.0.1/24").family`, `4`},
		{`prefix("::1/128").family`, `6`},
		{`prefix("::1/128").nonsense`, `error: prefix has no .nonsense field or method`},
		{`dir(prefix("::1/128"))`, `["address", "broadcast", "contains", "count", "family", "host", "len", "netmask", "network", "subnet", "subnets"]`},
	})
}

func TestPrefixHost(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`prefix("10.0.0.77/24").host(0)`, `10.0.0.0/24`},
		{`prefix("10.0.0.77/24").host(1)`, `10.0.0.1/24`},
		{`prefix("10.0.0.77/24").host(-1)`, `10.0.0.255/24`},
		{`prefix("10.0.0.77/24").host(-256)`, `10.0.0.0/24`},
		{`prefix("10.0.0.0/31").host(1)`, `10.0.0.1/31`},
		{`prefix("10.0.0.9/32").host(0)`, `10.0.0.9/32`},
		{`prefix("2001:db8::/64").host(0x1ffff)`, `2001:db8::1:ffff/64`},
		{`prefix("2001:db8::/64").host(-1)`, `2001:db8::ffff:ffff:ffff:ffff/64`},
		{`prefix("2001:db8::/32").host(1 << 90)`, `2001:db8:400::/32`},
		{`prefix("10.0.0.0/24").host(1).address`, `"10.0.0.1"`},
		{`prefix("10.0.0.0/24").host(256)`, `error: prefix.host: got 256, but 10.0.0.0/24 has 256 of length 32`},
		{`prefix("10.0.0.0/24").host(-257)`, `error: prefix.host: got -257, but 10.0.0.0/24 has 256 of length 32`},
		{`prefix("10.0.0.0/24").host("1")`, `error: prefix.host: for parameter n: got string, want int`},
	})
}

func TestPrefixSubnets(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`prefix("10.0.0.5/24").subnet(30, 0)`, `10.0.0.0/30`},
		{`prefix("10.0.0.5/24").subnet(30, 63)`, `10.0.0.252/30`},
		{`prefix("10.0.0.5/24").subnet(30, -1)`, `10.0.0.252/30`},
		{`prefix("10.0.0.5/24").subnet(24, 0)`, `10.0.0.0/24`},
		{`prefix("2001:db8::/32").subnet(64, 1 << 31)`, `2001:db8:8000::/64`},
		{`prefix("10.0.0.5/24").subnet(30, 64)`, `error: prefix.subnet: got 64, but 10.0.0.0/24 has 64 of length 30`},
		{`prefix("10.0.0.5/24").subnet(23, 0)`, `error: prefix.subnet: got 23, want a length from 24 to 32`},
		{`prefix("10.0.0.5/24").subnet(33, 0)`, `error: prefix.subnet: got 33, want a length from 24 to 32`},
		{`prefix("::/0").subnet(64, 1 << 63)`, `8000::/64`},
		{`prefix("::/0").subnet(65, 1 << 64)`, `8000::/65`},
		{`prefix("::/0").subnet(128, (1 << 128) - 1)`, `ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128`},
		{`prefix("::/0").subnet(128, -(1 << 127))`, `8000::/128`},
		{`prefix("::/0").subnet(128, -(1 << 128))`, `::/128`},
		{`prefix("::/0").subnet(128, -(1 << 128) - 1)`, `error: prefix.subnet: got -340282366920938463463374607431768211457, but ::/0 has 340282366920938463463374607431768211456 of length 128`},
		{`prefix("::/0").subnet(1, 1 << 200)`, `error: prefix.subnet: got 1606938044258990275541962092341162602522202993782792835301376, but ::/0 has 2 of length 1`},
		{`prefix("0.0.0.0/0").subnet(32, -1)`, `255.255.255.255/32`},
		{`prefix("10.0.0.5/24").subnet(30, -65)`, `error: prefix.subnet: got -65, but 10.0.0.0/24 has 64 of length 30`},
		{`prefix("10.0.0.0/24").count(30)`, `64`},
		{`prefix("::/0").count(128)`, `340282366920938463463374607431768211456`},

		{`list(prefix("10.0.0.9/30").subnets(31))`, `[10.0.0.8/31, 10.0.0.10/31]`},
		{`len(prefix("10.0.0.0/8").subnets(30))`, `4194304`},
		{`prefix("10.0.0.0/8").subnets(24)[257]`, `10.1.1.0/24`},
		{`prefix("10.0.0.0/8").subnets(24)[-1]`, `10.255.255.0/24`},
		{`prefix("2001:db8::/32").subnets(64)[1 << 30]`, `2001:db8:4000::/64`},
		{`prefix("10.0.0.0/24").subnets(32)[256]`, `error: subnets index 256 out of range [-256:255]`},
		{`prefix("::/0").subnets(64)`, `error: prefix.subnets: a /0 has too many subnets of length 64 to list; use subnet(newlen, n)`},
		{`list(prefix("10.0.0.0/29").subnets(32)[1:4])`, `[10.0.0.1/32, 10.0.0.2/32, 10.0.0.3/32]`},
		{`list(prefix("10.0.0.0/29").subnets(32)[::3])`, `[10.0.0.0/32, 10.0.0.3/32, 10.0.0.6/32]`},
		{`list(prefix("10.0.0.0/29").subnets(32)[::-3])`, `[10.0.0.7/32, 10.0.0.4/32, 10.0.0.1/32]`},
		{`list(prefix("10.0.0.0/29").subnets(32)[::-1][1:3])`, `[10.0.0.6/32, 10.0.0.5/32]`},
		{`list(prefix("10.0.0.0/29").subnets(32)[5:2])`, `[]`},
		{`prefix("10.0.0.0/24").subnets(30)`, `prefix("10.0.0.0/24").subnets(30)[0:64:1]`},
		{`"10.0.0.4/30" in prefix("10.0.0.0/24").subnets(30)`, `True`},
		{`"10.0.0.5/30" in prefix("10.0.0.0/24").subnets(30)`, `False`},
		{`"10.0.0.4/31" in prefix("10.0.0.0/24").subnets(30)`, `False`},
		{`"10.0.0.4/30" in prefix("10.0.0.0/24").subnets(30)[::2]`, `False`},
		{`"10.0.1.0/30" in prefix("10.0.0.0/24").subnets(30)`, `False`},
		{`prefix("10.0.0.1/24").subnets(30) == prefix("10.0.0.2/24").subnets(30)`, `True`},
		{`prefix("10.0.0.1/24").subnets(30) == prefix("10.0.0.2/24").subnets(31)`, `False`},
		{`list(prefix("2001:db8::/32").subnets(64))`, `error: list: a subnets of 4294967296 elements is too long; 16777216 is the limit`},
	})
}

func TestPrefixContains(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`"10.0.0.7" in prefix("10.0.0.1/24")`, `True`},
		{`"10.0.1.7" in prefix("10.0.0.1/24")`, `False`},
		{`"10.0.0.0/25" in prefix("10.0.0.1/24")`, `True`},
		{`"10.0.0.0/24" in prefix("10.0.0.1/24")`, `True`},
		{`"10.0.0.0/23" in prefix("10.0.0.1/24")`, `False`},
		{`prefix("10.0.0.9/32") in prefix("10.0.0.1/24")`, `True`},
		{`"::1" in prefix("0.0.0.0/0")`, `False`},
		{`prefix("10.0.0.1/24").contains("10.0.0.9")`, `True`},
		{`prefix("10.0.0.1/24").contains(x = "11.0.0.9")`, `False`},
		{`"nonsense" in prefix("10.0.0.1/24")`, `error: got "nonsense", want a prefix such as 10.0.0.1/24`},
		{`1 in prefix("10.0.0.1/24")`, `error: got int, want a prefix`},
	})
}

func TestPrefixOrder(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`sorted([prefix(p) for p in ["::/0", "10.0.0.0/8", "9.0.0.0/8", "10.0.0.0/7", "2001::/16"]])`,
			`[9.0.0.0/8, 10.0.0.0/7, 10.0.0.0/8, ::/0, 2001::/16]`},
		{`prefix("10.0.0.1/24") == prefix("10.0.0.1/24")`, `True`},
		{`prefix("10.0.0.1/24") == prefix("10.0.0.0/24")`, `False`},
		{`prefix("10.0.0.1/24").network == prefix("10.0.0.2/24").network`, `True`},
		{`prefix("10.0.0.1/24") == "10.0.0.1/24"`, `False`},
		{`prefix("10.0.0.1/24") <= prefix("10.0.0.1/24")`, `True`},
		{`prefix("10.0.0.1/24") > prefix("10.0.0.1/24")`, `False`},
		{`{prefix("10.0.0.1/24"): 1}[prefix("10.0.0.1/24")]`, `1`},
		{`prefix("10.0.0.1/24") + 1`, `error: unknown binary op: prefix + int`},
	})
}

func TestMAC(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`mac("02:00:00:00:00:0A")`, `02:00:00:00:00:0a`},
		{`mac("02-00-00-00-00-0a")`, `02:00:00:00:00:0a`},
		{`mac("0200.0000.000a")`, `02:00:00:00:00:0a`},
		{`mac(mac("02:00:00:00:00:0a"))`, `02:00:00:00:00:0a`},
		{`"%s" % mac("02:00:00:00:00:0a")`, `"02:00:00:00:00:0a"`},
		{`type(mac("02:00:00:00:00:0a"))`, `"mac"`},
		{`json.encode(mac("02:00:00:00:00:0a"))`, `"\"02:00:00:00:00:0a\""`},
		{`mac("02:00:00")`, `error: mac: for parameter text: got "02:00:00", want a MAC address such as 02:00:00:00:00:01`},
		{`mac(5)`, `error: mac: for parameter text: got int, want a MAC address`},

		{`mac("02:00:00:00:00:00").add(1)`, `02:00:00:00:00:01`},
		{`mac("02:00:00:00:00:ff").add(1)`, `02:00:00:00:01:00`},
		{`mac("02:00:00:00:01:00").add(-1)`, `02:00:00:00:00:ff`},
		{`mac("ff:ff:ff:ff:ff:ff").add(1)`, `error: mac.add: ff:ff:ff:ff:ff:ff + 1 is no MAC address`},
		{`mac("00:00:00:00:00:00").add(-1)`, `error: mac.add: 00:00:00:00:00:00 + -1 is no MAC address`},

		{`mac("02:00:00:00:00:01").eui64("fe80::/64")`, `fe80::ff:fe00:1/64`},
		{`mac("00:1b:21:aa:bb:cc").eui64(prefix("2001:db8::5/48"))`, `2001:db8::21b:21ff:feaa:bbcc/48`},
		{`mac("02:00:00:00:00:00:00:01").eui64("fe80::/64")`, `fe80::1/64`},
		{`mac("02:00:00:00:00:01").eui64("fe80::/65")`, `error: mac.eui64: got fe80::/65, want an IPv6 prefix of length 64 or less`},
		{`mac("02:00:00:00:00:01").eui64("10.0.0.0/24")`, `error: mac.eui64: got 10.0.0.0/24, want an IPv6 prefix of length 64 or less`},

		{`mac("02:00:00:00:00:01") == mac("02-00-00-00-00-01")`, `True`},
		{`mac("02:00:00:00:00:01") < mac("02:00:00:00:00:02")`, `True`},
		{`{mac("02:00:00:00:00:01"): 1}[mac("02-00-00-00-00-01")]`, `1`},
		{`dir(mac("02:00:00:00:00:01"))`, `["add", "eui64"]`},
	})
}

func TestSecret(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`secret("abc")`, `<redacted>`},
		{`secret(secret("abc"))`, `<redacted>`},
		{`str(secret("abc"))`, `"<redacted>"`},
		{`repr(secret("abc"))`, `"<redacted>"`},
		{`"%s %r" % (secret("abc"), secret("abc"))`, `"<redacted> <redacted>"`},
		{`"{}".format(secret("abc"))`, `"<redacted>"`},
		{`json.encode({"key": secret("abc")})`, `"{\"key\":\"<redacted>\"}"`},
		{`struct(key = secret("abc"))`, `struct(key = <redacted>)`},
		{`[secret("abc")]`, `[<redacted>]`},
		{`type(secret("abc"))`, `"secret"`},
		{`dir(secret("abc"))`, `["derive", "reveal"]`},
		// Test case 3 of RFC 5869 has no info either; its salt is empty, as here.
		{`secret("\x0b" * 22).derive("", 42).reveal()`, `"0x8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"`},
		{`secret("abc").derive("a", 16)`, `<redacted>`},
		{`secret("abc").derive("a", 16) == secret("abc").derive("a", 16)`, `True`},
		{`secret("abc").derive("a", 16) == secret("abc").derive("b", 16)`, `False`},
		{`secret("abc").derive("a", 0)`, `error: secret.derive: size: 0 is out of range 1 to 8160 bytes`},
		{`secret("").derive("a", 16)`, `error: secret.derive: the secret is empty: everybody could derive the same keys`},
		{`dir(secret)`, `["from_env", "from_file"]`},
		{`secret("abc").reveal()`, `"abc"`},
		{`bool(secret("")), bool(secret("a"))`, `(False, True)`},

		{`secret("abc") == secret("ab" + "c")`, `True`},
		{`secret("abc") != secret("abd")`, `True`},
		{`secret("abc") == "abc"`, `False`},
		{`{secret("abc"): 1}[secret("abc")]`, `1`},
		{`secret("abc") in [secret("abc")]`, `True`},
		{`secret("abc") < secret("abd")`, `error: secrets have no order`},
		{`sorted([secret("b"), secret("a")])`, `error: secrets have no order`},

		{`secret("abc") + "d"`, `error: a secret cannot be an operand of +`},
		{`"d" + secret("abc")`, `error: a secret cannot be an operand of +`},
		{`secret("abc") * 2`, `error: a secret cannot be an operand of *`},
		{`2 * secret("abc")`, `error: a secret cannot be an operand of *`},
		{`secret("abc")[0]`, `error: unhandled index operation secret[int]`},
		{`len(secret("abc"))`, `error: len: value of type secret has no len`},
		{`list(secret("abc"))`, `error: list: for parameter 1: got secret, want a list`},
		{`",".join([secret("abc")])`, `error: join: in list, want string, got secret`},
		{`secret(5)`, `error: secret: for parameter text: got int, want a secret or a string`},
	})
}

func TestSecretInGo(t *testing.T) {
	s := NewSecret("hunter2")
	holder := struct{ key Secret }{s}
	asJSON, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%v %s %q %x %#v %+v %d %v %+v %#v %s", s, s, s, s, s, s, s, &s, holder, holder, asJSON)
	if strings.Contains(shown, "hunter2") || strings.Contains(shown, "68756e74657232") {
		t.Errorf("the secret shows: %s", shown)
	}
	if got := s.Reveal(); got != "hunter2" {
		t.Errorf("Reveal: got %q", got)
	}
	if got := (Secret{}).Reveal(); got != "" {
		t.Errorf("Reveal of none: got %q", got)
	}
}

func TestSecretFromEnv(t *testing.T) {
	t.Setenv("NETVAL_TEST_KEY", "abc")
	runEvalTests(t, []evalTest{
		{`secret.from_env("NETVAL_TEST_KEY")`, `<redacted>`},
		{`secret.from_env("NETVAL_TEST_KEY") == secret("abc")`, `True`},
		{`secret.from_env("NETVAL_TEST_NONE")`, `error: secret.from_env: the environment has no NETVAL_TEST_NONE`},
	})
}

func TestSecretFromFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	private := write("private", "abc\n", 0o600)
	readOnly := write("readonly", "abc\r\n", 0o400)
	group := write("group", "abc", 0o640)
	others := write("others", "abc", 0o604)
	foreign := write("foreign", "abc", 0o600)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(private, link); err != nil {
		t.Fatal(err)
	}
	call := func(path, rest string) string { return fmt.Sprintf("secret.from_file(%q)%s", path, rest) }
	tests := []evalTest{
		{call(private, ` == secret("abc")`), `True`},
		{call(readOnly, ` == secret("abc")`), `True`},
		{call(link, ` == secret("abc")`), `True`},
		{call(group, ""), fmt.Sprintf("error: secret.from_file: %s is accessible to its group or to others", group)},
		{call(others, ""), fmt.Sprintf("error: secret.from_file: %s is accessible to its group or to others", others)},
		{call(dir, ""), fmt.Sprintf("error: secret.from_file: %s is not a regular file", dir)},
		{call("/nonexistent", ""), "error: secret.from_file: open /nonexistent: no such file or directory"},
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(foreign, 12345, -1); err != nil {
			t.Fatal(err)
		}
		tests = append(tests, evalTest{call(foreign, ""), fmt.Sprintf("error: secret.from_file: %s belongs to neither you nor root", foreign)})
	}
	runEvalTests(t, tests)
}

func TestUnset(t *testing.T) {
	runEvalTests(t, []evalTest{
		{`unset`, `unset`},
		{`type(unset)`, `"unset"`},
		{`unset == unset`, `True`},
		{`unset == None`, `False`},
		{`bool(unset)`, `False`},
		{`{unset: 1}[unset]`, `1`},
	})
}

func TestUnpack(t *testing.T) {
	var p Prefix
	var m MAC
	var s Secret
	kwargs := []starlark.Tuple{
		{starlark.String("p"), starlark.String("10.0.0.1/24")},
		{starlark.String("m"), MAC("\x02\x00\x00\x00\x00\x01")},
		{starlark.String("s"), starlark.String("key")},
	}
	if err := starlark.UnpackArgs("f", nil, kwargs, "p", &p, "m", &m, "s", &s); err != nil {
		t.Fatal(err)
	}
	if p.String() != "10.0.0.1/24" || m.String() != "02:00:00:00:00:01" || s.Reveal() != "key" {
		t.Errorf("got %v, %v, %q", p, m, s.Reveal())
	}
}

func TestArguments(t *testing.T) {
	in := script.New(script.Config{
		Predeclared: Builtins(),
		Args:        map[string]string{"net": "10.1.0.0/16", "hw": "02:00:00:00:00:09", "key": "k"},
	})
	v, err := in.Source(t.Context(), "test.star", `
net = arg("net", prefix("10.0.0.0/8"))
hw = arg("hw", mac("02:00:00:00:00:01"))
key = arg("key", secret(""))
(type(net), str(net), type(hw), str(hw), key == secret("k"))
`, true)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.String(), `("prefix", "10.1.0.0/16", "mac", "02:00:00:00:00:09", True)`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
