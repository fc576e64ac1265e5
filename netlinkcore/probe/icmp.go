package probe

import (
	"bytes"
	"encoding/binary"
)

// ICMP and ICMPv6 as far as echo needs them (RFC 792, RFC 4443): type, code,
// checksum, identifier, sequence number, payload.
const (
	typeEchoReply4   = 0
	typeEchoRequest4 = 8
	typeEchoRequest6 = 128
	typeEchoReply6   = 129

	echoHeader = 8
	maxHeaders = 60 + echoHeader // of an answer: IPv4 with options, and ICMP
	maxSize    = 65535 - 40 - echoHeader
)

// An echo makes requests and recognises their answers.
type echo struct {
	v6      bool
	id      uint16
	payload []byte // of all requests: it starts with random bytes
}

func newEcho(v6 bool, size int) echo {
	payload := random(min(size, 16))
	for i := len(payload); i < size; i++ {
		payload = append(payload, byte(i))
	}
	return echo{v6: v6, id: randomID(), payload: payload}
}

// request returns the request of that number. The kernel computes the checksum
// of ICMPv6, and of datagram sockets, where it also sets the identifier.
func (e *echo) request(seq int) []byte {
	packet := make([]byte, echoHeader, echoHeader+len(e.payload))
	packet[0] = typeEchoRequest4
	if e.v6 {
		packet[0] = typeEchoRequest6
	}
	binary.BigEndian.PutUint16(packet[4:], e.id)
	binary.BigEndian.PutUint16(packet[6:], uint16(seq))
	packet = append(packet, e.payload...)
	if !e.v6 {
		binary.BigEndian.PutUint16(packet[2:], checksum(packet))
	}
	return packet
}

// answer returns the number of the request that packet answers, if it does.
// The identifier counts on raw sockets only: on others the kernel has chosen
// it, and looked at it already.
func (e *echo) answer(packet []byte, raw bool) (seq int, ok bool) {
	reply := byte(typeEchoReply6)
	if !e.v6 {
		reply = typeEchoReply4
		if raw {
			packet = withoutIPv4Header(packet)
		}
	}
	if len(packet) < echoHeader || packet[0] != reply || packet[1] != 0 {
		return 0, false
	}
	if raw && binary.BigEndian.Uint16(packet[4:]) != e.id {
		return 0, false
	}
	if !bytes.Equal(packet[echoHeader:], e.payload) {
		return 0, false
	}
	return int(binary.BigEndian.Uint16(packet[6:])), true
}

// quoted returns the number of the request that an error quotes the beginning
// of.
func (e *echo) quoted(packet []byte, raw bool) (seq int, ok bool) {
	request := byte(typeEchoRequest4)
	if e.v6 {
		request = typeEchoRequest6
	}
	if len(packet) < echoHeader || packet[0] != request {
		return 0, false
	}
	if raw && binary.BigEndian.Uint16(packet[4:]) != e.id {
		return 0, false
	}
	return int(binary.BigEndian.Uint16(packet[6:])), true
}

// withoutIPv4Header returns what follows the header, nothing if it is damaged.
func withoutIPv4Header(packet []byte) []byte {
	if len(packet) == 0 {
		return nil
	}
	length := int(packet[0]&0x0f) * 4
	if length < 20 || length > len(packet) {
		return nil
	}
	return packet[length:]
}

// checksum returns the Internet checksum (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
