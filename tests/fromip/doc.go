// Package fromip runs docs/from-ip.md: each of its lines once as iproute2 has it
// and once as netlark has it, in fresh namespaces, and compares what came of it.
package fromip
