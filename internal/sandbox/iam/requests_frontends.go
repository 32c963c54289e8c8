package iam

// balancers: list_awselasticloadbalancingv2.html and list_awselasticloadbalancing.html. Descriptions know no resource.
func (a Account) balancers(c Call) ([]Request, error) {
	switch c.Operation {
	case "DescribeLoadBalancers", "DescribeListeners", "DescribeListenerCertificates":
		return []Request{{Action: "elasticloadbalancing:" + c.Operation, Resource: "*"}}, nil
	}
	return nil, nil
}

// cloudFront: list_amazoncloudfront.html.
func (a Account) cloudFront(c Call) ([]Request, error) {
	if c.Operation != "GetDistribution" {
		return nil, nil
	}
	return []Request{{Action: "cloudfront:GetDistribution", Resource: "arn:aws:cloudfront::" + a.ID + ":distribution/" + c.ID}}, nil
}

// apiGateway: list_amazonapigatewaymanagement.html. Actions are HTTP methods, resources are paths.
func (a Account) apiGateway(c Call) ([]Request, error) {
	if c.Operation != "GetDomainNames" {
		return nil, nil
	}
	return []Request{{Action: "apigateway:GET", Resource: "arn:aws:apigateway:" + c.Region + "::/domainnames"}}, nil
}
