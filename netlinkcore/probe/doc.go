// Package probe asks the network whether it works, with sockets of its own: no
// ping binary is needed, and what a script reads is not the text of one.
//
// An answer that does not come is a result, not an error. Errors are what keeps
// a probe from being made: no permission, no such device, a cancelled context.
package probe
