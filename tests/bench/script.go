package main

import (
	"fmt"
	"os"
)

// scriptJob adds routes from a script. The program's whole run counts, its
// start and the compilation of the script included; of the batch in Go only
// the work itself does.
var scriptJob = &job{name: "script",
	peers: []peer{
		{name: "go", run: addBatch},
		{name: "subnets", argv: runScript("subnets")},
		{name: "subnet", argv: runScript("subnet")},
		{name: "text", argv: runScript("text")},
	},
	run: func(s *stage) ([]row, error) {
		for name, body := range scripts {
			if err := os.WriteFile(scriptFile(name), fmt.Appendf(nil, body, scaled(manyRoutes)), 0o600); err != nil {
				return nil, err
			}
		}
		got, err := s.addRoutes("go", "subnets", "subnet", "text")
		if err != nil {
			return nil, err
		}
		const title = "add 100k routes from a script, batched"
		return []row{
			got.times(title, "floor: the batch in Go", "go", "go"),
			got.times(title, "netlark run; `for p in net.subnets(32)[:100000]`", "subnets", "go").atMost(1.5),
			got.times(title, "netlark run; `net.subnet(32, i)`", "subnet", "go"),
			got.times(title, "netlark run; `\"10.%d.%d.%d/32\" % …`", "text", "go"),
		}, nil
	},
}

var scripts = map[string]string{
	"subnets": `
def main():
    for dst in prefix("10.0.0.0/8").subnets(32)[:%d]:
        route.add(dst, via = "192.0.2.2", dev = "v0")

batch(main)
`,
	"subnet": `
net = prefix("10.0.0.0/8")

def main():
    for i in range(%d):
        route.add(net.subnet(32, i), via = "192.0.2.2", dev = "v0")

batch(main)
`,
	"text": `
def main():
    for i in range(%d):
        dst = "10.%%d.%%d.%%d/32" %% (i >> 16, i >> 8 & 255, i & 255)
        route.add(dst, via = "192.0.2.2", dev = "v0")

batch(main)
`,
}

func scriptFile(name string) string { return os.Getenv(dirVar) + "/" + name + ".star" }

func runScript(name string) func() []string {
	return func() []string { return []string{os.Getenv(netlarkVar), "run", scriptFile(name)} }
}
