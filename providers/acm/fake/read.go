package fake

import (
	"encoding/hex"
	"strings"
	"time"
)

func (s *Service) getCertificate(c *request, in named) (any, *Refusal) {
	cert, err := s.find(c, in.CertificateArn)
	if err != nil {
		return nil, err
	}
	if cert.Leaf == "" {
		return nil, refuse("RequestInProgressException", "Certificate %s is not issued yet.", cert.ARN)
	}
	out := map[string]any{"Certificate": cert.Leaf}
	if cert.Chain != "" {
		out["CertificateChain"] = cert.Chain
	}
	return out, nil
}

func (s *Service) describeCertificate(c *request, in named) (any, *Refusal) {
	cert, err := s.find(c, in.CertificateArn)
	if err != nil {
		return nil, err
	}
	detail := s.summary(cert)
	detail["InUseBy"] = append([]string{}, cert.InUseBy...)
	// DescribeCertificate answers the key algorithm with a hyphen, which its own enumeration does not have.
	detail["KeyAlgorithm"] = strings.Replace(detail["KeyAlgorithm"].(string), "_", "-", 1)
	for _, name := range []string{"InUse", "SubjectAlternativeNameSummaries", "HasAdditionalSubjectAlternativeNames"} {
		delete(detail, name)
	}
	if x := cert.X509; x != nil {
		detail["Serial"] = colons(x.SerialNumber.Bytes())
		detail["Subject"], detail["Issuer"] = x.Subject.String(), x.Issuer.CommonName
		detail["SignatureAlgorithm"] = strings.ToUpper(strings.ReplaceAll(x.SignatureAlgorithm.String(), "-", "WITH"))
		detail["SubjectAlternativeNames"] = domains(x)
		detail["KeyUsages"], detail["ExtendedKeyUsages"] = usageObjects(cert), extendedUsageObjects(cert)
	}
	return map[string]any{"Certificate": detail}, nil
}

// summary is what listing and description have in common; times are seconds since 1970, with milliseconds.
func (s *Service) summary(cert *Certificate) map[string]any {
	out := map[string]any{
		"CertificateArn": cert.ARN, "Type": cert.Type, "Status": s.status(cert), "KeyAlgorithm": "RSA_2048",
		"CreatedAt": epoch(cert.CreatedAt), "InUse": len(cert.InUseBy) > 0, "RenewalEligibility": "INELIGIBLE",
	}
	if cert.Type == "IMPORTED" {
		out["ImportedAt"] = epoch(cert.ImportedAt)
	}
	if x := cert.X509; x != nil {
		names := domains(x)
		out["DomainName"], out["KeyAlgorithm"] = names[0], algorithm(x)
		out["SubjectAlternativeNameSummaries"] = names[:min(len(names), 100)]
		out["HasAdditionalSubjectAlternativeNames"] = len(names) > 100
		out["NotBefore"], out["NotAfter"] = epoch(x.NotBefore), epoch(x.NotAfter)
	}
	return out
}

func (s *Service) status(cert *Certificate) string {
	switch {
	case cert.X509 == nil:
		return "PENDING_VALIDATION"
	case s.config.Now().After(cert.X509.NotAfter):
		return "EXPIRED"
	}
	return "ISSUED"
}

func usageObjects(cert *Certificate) []map[string]string {
	list := []map[string]string{}
	for _, name := range keyUsages(cert.X509) {
		list = append(list, map[string]string{"Name": name})
	}
	return list
}

func extendedUsageObjects(cert *Certificate) []map[string]string {
	list := []map[string]string{}
	for _, u := range cert.X509.ExtKeyUsage {
		list = append(list, map[string]string{"Name": extendedUsages[u].name, "OID": extendedUsages[u].oid})
	}
	for _, oid := range cert.X509.UnknownExtKeyUsage {
		list = append(list, map[string]string{"Name": "CUSTOM", "OID": oid.String()})
	}
	return list
}

func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func colons(b []byte) string {
	parts := make([]string, 0, len(b))
	for i := range b {
		parts = append(parts, hex.EncodeToString(b[i:i+1]))
	}
	return strings.Join(parts, ":")
}
