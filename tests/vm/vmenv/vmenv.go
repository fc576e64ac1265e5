// Package vmenv holds what the VM's runner and the tests inside the VM agree
// on, so that neither has to know the other.
package vmenv

// Environment variables of every program in the VM.
const (
	Guest  = "VMRUN_GUEST"  // "1"; unset outside a VM
	Config = "VMRUN_CONFIG" // the file with the guest kernel's configuration
)

// Lacks begins the reason of a skip that the kernel's own configuration or
// version excuses. In the VM every other skip counts as a failure.
const Lacks = "this kernel lacks "
