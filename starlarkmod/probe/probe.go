// Package probe is the module probe: the network asked by netlark's own
// sockets.
package probe

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/probe"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/netval"
	"github.com/netlark/netlark/starlarkmod/script"
)

// Module returns the module probe for a target; nil is the session's current one.
func Module(t *module.Target) *module.Module {
	p := func(name, typ, def, doc string) module.Param {
		return module.Param{Name: name, Type: typ, Default: def, Doc: doc}
	}
	ping := module.NewFunction("probe.ping",
		"send ICMP echo requests; gives struct(ok, sent, received, loss, rtt, reason): loss in percent, rtt with min, avg, max, mdev in milliseconds or None. No answer is a result, not an error",
		1, module.Fixed(
			p("dst", "address", "", "address to ask"),
			p("count", "number", "3", "requests to send"),
			p("interval", "time", `"10ms"`, "between requests"),
			p("size", "number", "56", "bytes of payload"),
			p("timeout", "time", fmt.Sprintf("%q", probe.DefaultTimeout), "to wait for answers after the last request"),
			p("df", "boolean", "False", "do not fragment"),
			p("dev", "string", "None", "device to send by"),
			p("src", "address", "None", "source address"),
			p("ttl", "number", "None", "time to live, or hop limit"),
		), func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return run(th, t, b, args, kwargs)
		})
	return module.NewModule("probe", "the network asked by netlark's own sockets", map[string]starlark.Value{"ping": ping})
}

func run(th *starlark.Thread, t *module.Target, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := script.RequireLive(th, b.Name()); err != nil {
		return nil, err
	}
	s, ok := script.Session[*module.Session](th)
	if !ok {
		return nil, errors.New("probe.ping: no session")
	}
	if err := s.Sync(script.Context(th)); err != nil {
		return nil, err
	}
	if t == nil {
		t = s.Current
	}
	c, err := parse(b, args, kwargs)
	if err != nil {
		return nil, err
	}
	c.Enter = t.Do
	r, err := probe.Ping(script.Context(th), *c)
	if err != nil {
		if ended := script.Context(th).Err(); ended != nil {
			return nil, ended
		}
		return nil, &script.Problem{Class: object.Code(err), Err: err, Message: fmt.Sprintf("probe.ping: %v", err)}
	}
	return result(r), nil
}

func parse(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (*probe.Config, error) {
	c := &probe.Config{Count: probe.DefaultCount, Size: probe.DefaultSize}
	var dst, src starlark.Value
	interval := script.Time{Duration: probe.DefaultInterval}
	timeout := script.LongTime{Time: script.Time{Duration: probe.DefaultTimeout}}
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "dst", &dst, "count?", &c.Count, "interval??", &interval, "size?", &c.Size,
		"timeout??", &timeout, "df?", &c.DF, "dev??", &c.Dev, "src??", &src, "ttl??", &c.TTL); err != nil {
		return nil, err
	}
	var err error
	if c.Dst, err = address("dst", dst); err != nil {
		return nil, err
	}
	if src != nil {
		if c.Src, err = address("src", src); err != nil {
			return nil, err
		}
	}
	if c.Count < 1 || c.Count > 100000 {
		return nil, invalid("count", "want 1 to 100000")
	}
	if c.Size < 0 || c.Size > 65000 {
		return nil, invalid("size", "want 0 to 65000 bytes")
	}
	if c.Size == 0 {
		c.Size = -1 // none, for the core
	}
	c.Interval, c.Timeout = max(interval.Duration, 1), timeout.Duration // 0 would be the default to the core
	return c, nil
}

func invalid(name, why string) error {
	return &script.Problem{Class: "invalid", Path: name, Message: fmt.Sprintf("probe.ping: %s: %s", name, why)}
}

func address(name string, v starlark.Value) (netip.Addr, error) {
	if p, ok := v.(netval.Prefix); ok {
		return p.Addr(), nil
	}
	s, _ := starlark.AsString(v)
	a, err := netip.ParseAddr(s)
	if err != nil {
		p := invalid(name, fmt.Sprintf("%v is not an IP address", v)).(*script.Problem)
		if name == "dst" {
			p.Index = 1
		}
		return a, p
	}
	return a, nil
}

func result(r probe.Result) starlark.Value {
	ms := func(d time.Duration) starlark.Value { return starlark.Float(float64(d.Microseconds()) / 1000) }
	rtt := starlark.Value(starlark.None)
	if r.Received > 0 {
		rtt = starlarkstruct.FromStringDict(starlark.String("rtt"), starlark.StringDict{
			"min": ms(r.Min), "avg": ms(r.Avg), "max": ms(r.Max), "mdev": ms(r.Mdev)})
	}
	reason := starlark.Value(starlark.None)
	if r.Reason != "" {
		reason = starlark.String(r.Reason)
	}
	return starlarkstruct.FromStringDict(starlark.String("ping"), starlark.StringDict{
		"ok": starlark.Bool(r.OK()), "sent": starlark.MakeInt(r.Sent), "received": starlark.MakeInt(r.Received),
		"loss": starlark.Float(r.Loss()), "rtt": rtt, "reason": reason})
}
