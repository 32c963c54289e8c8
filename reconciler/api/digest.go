package api

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// DigestInput is everything on which a certificate depends. The caller sets effective values: if the record does not
// set key type, profile or chain, they are the adopted certificate's, the account's or the default.
type DigestInput struct {
	// Names are the DNS names in any order: a certificate's names are a set.
	Names          []string
	KeyType        KeyType
	Account        string
	Directory      string
	Profile        string
	PreferredChain string
	// Force is the token of the last forced reissue, or "".
	Force string
}

// IssuanceDigest returns 32 lower-case hex digits that change exactly if a new certificate is needed. The table stores
// it: a change of its encoding would reissue every certificate.
func IssuanceDigest(in DigestInput) string {
	d := newDigest("issuance/1")
	names := nameSet(in.Names)
	d.count(len(names))
	d.text(names...)
	d.text(string(in.KeyType), in.Account, in.Directory, in.Profile, in.PreferredChain, in.Force)
	return d.hex(16)
}

// AccountKeyID returns where the key of an account is below <prefix>/accounts/: <name>/<16 hex digits of the
// directory's digest>. Another directory is another account, so it has another key.
func AccountKeyID(name, directory string) string {
	sum := sha256.Sum256([]byte(directory))
	return name + "/" + hex.EncodeToString(sum[:8])
}

// digest hashes a sequence of values so that different sequences have different input: each value is written with its
// length before it, so "ab","c" and "a","bc" differ.
type digest struct{ input []byte }

func newDigest(version string) *digest {
	d := &digest{make([]byte, 0, 512)}
	d.text(version)
	return d
}

func (d *digest) text(values ...string) {
	for _, v := range values {
		d.count(len(v))
		d.input = append(d.input, v...)
	}
}

func (d *digest) count(n int) { d.input = append(strconv.AppendInt(d.input, int64(n), 10), ':') }

// hex returns the first n bytes of the sum.
func (d *digest) hex(n int) string {
	sum := sha256.Sum256(d.input)
	return hex.EncodeToString(sum[:n])
}
