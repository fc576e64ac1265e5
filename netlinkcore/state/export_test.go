package state

// SetRoomy sets how many namespaces may have their sockets open at once, and returns how
// many it was.
func SetRoomy(n int) (was int) {
	was, roomy = roomy, n
	return was
}
