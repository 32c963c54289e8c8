package iam

import (
	"fmt"
	"strings"
)

// route53: list_amazonroute53.html, and for the condition keys
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html.
func (a Account) route53(c Call) ([]Request, error) {
	r := Request{Action: "route53:" + c.Operation, Resource: "*", Context: map[string][]string{}}
	switch c.Operation {
	case "ListHostedZonesByName":
		return []Request{r}, nil
	case "GetChange":
		r.Resource = "arn:aws:route53:::change/" + c.ID
		return []Request{r}, nil
	case "GetHostedZone", "ListResourceRecordSets", "ChangeResourceRecordSets":
		r.Resource = "arn:aws:route53:::hostedzone/" + c.ID
	default:
		return nil, nil
	}
	const key = "route53:ChangeResourceRecordSets"
	for _, change := range c.Batch.Changes {
		for name, value := range map[string]string{"Actions": change.Action, "RecordTypes": change.Type, "NormalizedRecordNames": normalized(change.Name)} {
			r.Context[key+name] = distinct(append(r.Context[key+name], value))
		}
	}
	return []Request{r}, nil
}

// normalized returns a record's name as conditions see it: lower case, no final dot, other characters in octal.
func normalized(name string) string {
	var out strings.Builder
	for _, b := range []byte(strings.ToLower(strings.TrimSuffix(name, "."))) {
		switch {
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b == '-', b == '_', b == '.', b == '\\':
			out.WriteByte(b)
		default:
			fmt.Fprintf(&out, `\%03o`, b)
		}
	}
	return out.String()
}
