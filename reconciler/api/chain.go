package api

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ChainLimit is the error of a chain that exceeds a limit. Its text is the limit.
type ChainLimit string

func (l ChainLimit) Error() string { return string(l) }

// ParseChain reads PEM certificates, leaf first (RFC 8555 section 9.1), and accepts nothing else. The error is a
// ChainLimit if the chain exceeds a limit.
func ParseChain(text []byte) ([]*x509.Certificate, error) {
	if len(text) > MaxChain {
		return nil, ChainLimit(fmt.Sprintf("the chain has %d bytes, and at most %d are read", len(text), MaxChain))
	}
	var chain []*x509.Certificate
	for rest := text; len(bytes.TrimSpace(rest)) > 0; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil && len(chain) > 0 {
			return nil, errors.New("it holds something that is not PEM")
		} else if block == nil {
			break
		}
		if len(chain) == MaxChainCertificates {
			return nil, ChainLimit(fmt.Sprintf("the chain has more than %d certificates", MaxChainCertificates))
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		// This comes before any signature is checked: with a key of a million bits that takes a minute.
		if err := CheckKey(certificate); err != nil {
			return nil, ChainLimit(err.Error())
		}
		chain = append(chain, certificate)
	}
	if len(chain) == 0 {
		return nil, errors.New("it holds no certificate")
	}
	return chain, nil
}
