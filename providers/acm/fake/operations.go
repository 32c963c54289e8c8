package fake

// operations are the actions that are served. Each runs while the Service is locked.
var operations = map[string]func(*Service, *request) (any, *Refusal){
	"ImportCertificate":         decode((*Service).importCertificate),
	"DescribeCertificate":       decode((*Service).describeCertificate),
	"GetCertificate":            decode((*Service).getCertificate),
	"DeleteCertificate":         decode((*Service).deleteCertificate),
	"ListCertificates":          decode((*Service).listCertificates),
	"ListTagsForCertificate":    decode((*Service).listTags),
	"AddTagsToCertificate":      decode((*Service).addTags),
	"RemoveTagsFromCertificate": decode((*Service).removeTags),
	"GetResources":              decode((*Service).getResources),
	"AssumeRole":                (*Service).assumeRole,
	"GetCallerIdentity":         (*Service).callerIdentity,
}

// named is the input of an action on one certificate.
type named struct{ CertificateArn string }

// none is the output of an action that returns nothing.
type none struct{}

func (s *Service) deleteCertificate(c *request, in named) (any, *Refusal) {
	cert, err := s.find(c, in.CertificateArn)
	if err != nil {
		return nil, err
	}
	if len(cert.InUseBy) > 0 {
		return nil, refuse("ResourceInUseException", "Certificate %s in account %s is in use.", cert.ARN, cert.Account)
	}
	s.remove(cert)
	return none{}, nil
}
