package xfrm

import (
	"bytes"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Algorithms are named as the kernel's crypto layer does: "hmac(sha256)",
// "cbc(aes)", "rfc4106(gcm(aes))". Keys are secrets.

// Auth is an integrity algorithm (struct xfrm_algo_auth). Bits is the length of
// the check value that is sent; the algorithm's usual one unless set.
type Auth struct {
	Name opt.Value[string]
	Key  []byte
	Bits opt.Value[uint32]
}

// Enc is an encryption algorithm (struct xfrm_algo).
type Enc struct {
	Name opt.Value[string]
	Key  []byte
}

// AEAD is an algorithm for both (struct xfrm_algo_aead). ICV is the length of
// the check value in bits.
type AEAD struct {
	Name opt.Value[string]
	Key  []byte
	ICV  opt.Value[uint32]
}

// Compression is a compression algorithm of IPComp (struct xfrm_algo).
type Compression struct{ Name opt.Value[string] }

const nameLen = 64 // of the name in all of them

func algorithmName(p *opt.Value[string]) attr.Field {
	return attr.HeadString(0, nameLen, "name", p, "name in the kernel's crypto layer").Range(1, nameLen-1).IP("%")
}

func key(p *[]byte) attr.Field {
	return attr.BytesBehind(nameLen, "key", p, "key: \"0x…\" or its bytes").Secret().IP("%")
}

// struct xfrm_algo, xfrm_algo_auth, xfrm_algo_aead.
var (
	authSchema = attr.Define("auth", "integrity algorithm", nameLen+4, func(v *Auth) []attr.Field {
		return []attr.Field{attr.InIP("auth", ""), algorithmName(&v.Name), key(&v.Key)}
	}).Made("xfrm.auth", "name", "key")

	authTruncSchema = attr.Define("auth_trunc", "integrity algorithm with the length of its check value", nameLen+8, func(v *Auth) []attr.Field {
		return []attr.Field{attr.InIP("auth-trunc", ""), algorithmName(&v.Name), key(&v.Key), attr.Head32(nameLen+4, "bits", &v.Bits, "length of the check value, bits").IP("%")}
	}).Made("xfrm.auth_trunc", "name", "key", "bits")

	encSchema = attr.Define("enc", "encryption algorithm", nameLen+4, func(v *Enc) []attr.Field {
		return []attr.Field{attr.InIP("", ""), algorithmName(&v.Name), key(&v.Key)}
	}).Made("xfrm.enc", "name", "key")

	aeadSchema = attr.Define("aead", "algorithm for encryption and integrity", nameLen+8, func(v *AEAD) []attr.Field {
		return []attr.Field{attr.InIP("", ""), algorithmName(&v.Name), key(&v.Key), attr.Head32(nameLen+4, "icv", &v.ICV, "length of the check value, bits").IP("%")}
	}).Made("xfrm.aead", "name", "key", "icv")

	compSchema = attr.Define("comp", "compression algorithm", nameLen+4, func(v *Compression) []attr.Field {
		return []attr.Field{attr.InIP("", ""), algorithmName(&v.Name)}
	}).Made("xfrm.comp", "name")
)

// hiddenKeys says of a state whose keys the kernel does not show that they are gone
// with it: it shows zeros where it is locked down.
func hiddenKeys(v *State) string {
	var keys [][]byte
	if v.Auth != nil {
		keys = append(keys, v.Auth.Key)
	}
	if v.Enc != nil {
		keys = append(keys, v.Enc.Key)
	}
	if v.AEAD != nil {
		keys = append(keys, v.AEAD.Key)
	}
	for _, k := range keys {
		if len(k) > 0 && len(bytes.Trim(k, "\x00")) == 0 {
			return "the kernel does not show its keys"
		}
	}
	return ""
}
