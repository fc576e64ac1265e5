package nstest

import (
	"errors"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// scratch makes what probes build upon: p0 and p1 are up, p0 has addresses and
// several queues, p3 has a place for filters, and nothing else uses p2, p4 and
// p5. Where there is no dummy they are veths; what is there already and what
// the kernel lacks is passed over.
const scratch = `
ip -force -batch - 2>/dev/null <<END || true
link add p0 numtxqueues 4 type dummy
link add p1 type dummy
link add p2 type dummy
link add p3 type dummy
link add p4 type dummy
link add p5 type dummy
link add p0 numtxqueues 4 type veth peer name p1
link add p2 type veth peer name p3
link add p4 type veth peer name p5
link set p0 up
link set p1 up
address add 192.0.2.1/24 dev p0
address add 2001:db8::1/64 dev p0 nodad
END
tc qdisc add dev p3 clsact 2>/dev/null || true
`

// probeOnce returns a probe that remembers its answers.
func probeOnce() func(row) error {
	var mu sync.Mutex
	answers := map[string]error{}
	return func(r row) error {
		mu.Lock()
		defer mu.Unlock()
		err, known := answers[r.name]
		if !known {
			err = probe(r.probe)
			answers[r.name] = err
		}
		return err
	}
}

// probe runs a row's command in a namespace that is gone afterwards.
func probe(command string) error {
	_, err := inScratch(command)
	return err
}

// inScratch runs a shell script in a scratch namespace.
func inScratch(script string) (out string, err error) {
	if _, err := find("ip"); err != nil {
		return "", errors.New("iproute2 is not installed to tell")
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked, so the namespace ends here
		n, uerr := unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS)
		if err = uerr; err != nil {
			return
		}
		defer n.close()
		out, err = output("sh", "-ec", scratch+script)
	}()
	<-done
	return out, err
}
