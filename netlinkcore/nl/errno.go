package nl

import "golang.org/x/sys/unix"

// Describe says in words what an errno means as the answer to a netlink
// request, "" for 0.
func Describe(errno unix.Errno) string {
	switch errno {
	case 0:
		return ""
	case unix.EEXIST:
		return "already exists"
	case unix.ENOENT:
		return "no such object"
	case unix.ESRCH:
		return "no such entry"
	case unix.ENODEV:
		return "no such device"
	case unix.ENXIO:
		return "no such device or address"
	case unix.EPERM, unix.EACCES:
		return "not permitted"
	case unix.EOPNOTSUPP, unix.EPROTONOSUPPORT, unix.EAFNOSUPPORT:
		return "not supported by this kernel or kind of object"
	case unix.EINVAL:
		return "invalid request"
	case unix.ERANGE:
		return "value out of range"
	case unix.EBUSY:
		return "in use"
	case unix.ENETUNREACH:
		return "network is unreachable"
	case unix.EHOSTUNREACH:
		return "gateway or destination unreachable"
	case unix.ENETDOWN:
		return "device or network is down"
	case unix.EADDRNOTAVAIL:
		return "address is not available here"
	case unix.EADDRINUSE:
		return "address already in use"
	case unix.EMSGSIZE:
		return "message does not fit"
	case unix.ENOBUFS, unix.ENOMEM:
		return "out of kernel memory or buffers"
	case unix.ENOSPC:
		return "no room left"
	case unix.EAGAIN:
		return "try again"
	}
	return errno.Error()
}
