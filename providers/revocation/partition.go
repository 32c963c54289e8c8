package revocation

import (
	"encoding/asn1"
	"errors"
	"slices"
)

// issuingDistributionPoint is RFC 5280 section 5.2.5: which certificates a CRL covers.
type issuingDistributionPoint struct {
	DistributionPoint          distributionPointName `asn1:"optional,tag:0"`
	OnlyContainsUserCerts      bool                  `asn1:"optional,tag:1"`
	OnlyContainsCACerts        bool                  `asn1:"optional,tag:2"`
	OnlySomeReasons            asn1.BitString        `asn1:"optional,tag:3"`
	IndirectCRL                bool                  `asn1:"optional,tag:4"`
	OnlyContainsAttributeCerts bool                  `asn1:"optional,tag:5"`
}

type distributionPointName struct {
	FullName     []asn1.RawValue `asn1:"optional,tag:0"`
	RelativeName asn1.RawValue   `asn1:"optional,tag:1"`
}

// uniformResourceIdentifier is the tag of a URI among GeneralName's choices.
const uniformResourceIdentifier = 6

// covers returns why a CRL with that issuingDistributionPoint does not cover the certificate, and whether its silence
// means good. A partition covers it if it has the name of a distribution point of the certificate (RFC 5280 section
// 6.3.3 (b)(2)): otherwise whoever answers the request could send another partition, which does not list it.
func (c *check) covers(value []byte) (complete bool, err error) {
	var point issuingDistributionPoint
	if rest, err := asn1.Unmarshal(value, &point); err != nil || len(rest) > 0 {
		return false, errors.New("its issuingDistributionPoint cannot be read")
	}
	switch {
	case point.IndirectCRL:
		return false, errors.New("it is an indirect CRL, which is not supported")
	case point.OnlyContainsCACerts || point.OnlyContainsAttributeCerts:
		return false, errors.New("it does not cover certificates of servers")
	case len(point.DistributionPoint.RelativeName.FullBytes) > 0:
		return false, errors.New("it names its distribution point relative to the issuer, which is not supported")
	case len(point.DistributionPoint.FullName) > 0 && !c.named(point.DistributionPoint.FullName):
		return false, errors.New("it is another partition than the certificate names")
	}
	return point.OnlySomeReasons.BitLength == 0, nil
}

// named reports whether one of the names is a distribution point of the certificate.
func (c *check) named(names []asn1.RawValue) bool {
	return slices.ContainsFunc(names, func(n asn1.RawValue) bool {
		return n.Class == asn1.ClassContextSpecific && n.Tag == uniformResourceIdentifier &&
			slices.Contains(c.leaf.CRLDistributionPoints, string(n.Bytes))
	})
}
