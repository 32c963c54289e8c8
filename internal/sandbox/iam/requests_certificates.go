package iam

// acm: list_awscertificatemanager.html. An import with tags also needs AddTagsToCertificate. A certificate that does
// not exist yet has an ARN with a wildcard.
func (a Account) acm(c Call) ([]Request, error) {
	arn := c.text("CertificateArn")
	switch c.Operation {
	case "ListCertificates":
		return []Request{{Action: "acm:ListCertificates", Resource: "*"}}, nil
	case "ImportCertificate":
		all := []Request{a.certificate(c, "ImportCertificate", arn)}
		if len(c.tags()) > 0 {
			all = append(all, a.certificate(c, "AddTagsToCertificate", arn))
		}
		return all, nil
	case "DescribeCertificate", "GetCertificate", "DeleteCertificate", "ListTagsForCertificate", "AddTagsToCertificate",
		"RemoveTagsFromCertificate":
		return []Request{a.certificate(c, c.Operation, arn)}, nil
	}
	return nil, nil
}

func (a Account) certificate(c Call, action, arn string) Request {
	r := Request{Action: "acm:" + action, Resource: arn, Context: map[string][]string{}}
	if arn == "" {
		r.Resource = a.arn(c, "acm", "certificate/*")
	} else {
		for key, value := range a.Tags(c.Region, arn) {
			r.Context["aws:ResourceTag/"+key] = []string{value}
		}
	}
	for key, value := range c.tags() {
		r.Context["aws:RequestTag/"+key] = []string{value}
		r.Context["aws:TagKeys"] = append(r.Context["aws:TagKeys"], key)
	}
	return r
}

// tagging: list_amazonresourcegrouptaggingapi.html.
func (a Account) tagging(c Call) ([]Request, error) {
	if c.Operation != "GetResources" {
		return nil, nil
	}
	return []Request{{Action: "tag:GetResources", Resource: "*"}}, nil
}
