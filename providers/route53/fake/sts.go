package fake

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

type assumeOutput struct {
	XMLName     xml.Name    `xml:"https://sts.amazonaws.com/doc/2011-06-15/ AssumeRoleResponse"`
	ARN         string      `xml:"AssumeRoleResult>AssumedRoleUser>Arn"`
	RoleID      string      `xml:"AssumeRoleResult>AssumedRoleUser>AssumedRoleId"`
	Credentials credentials `xml:"AssumeRoleResult>Credentials"`
}

type credentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      string
}

// assumeRole opens a session in the role's account: later calls with its access key are made there.
func (s *Service) assumeRole(c *request) (any, *Refusal) {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return nil, refuse("ValidationError", "the body is no form")
	}
	role := form.Get("RoleArn")
	parts := strings.SplitN(role, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		return nil, refuse("ValidationError", "%s is invalid", role)
	}
	if s.config.Assume != nil && !s.config.Assume(role, form.Get("ExternalId")) {
		return nil, &Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: fmt.Sprintf(
			"User: arn:aws:sts::%s:assumed-role/certloop/certloop is not authorized to perform: sts:AssumeRole on resource: %s", c.Account, role)}
	}
	s.made++
	key := fmt.Sprintf("ASIAFAKE%012d", s.made)
	s.accounts[key] = parts[4]
	return assumeOutput{
		ARN:         fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", parts[4], strings.TrimPrefix(parts[5], "role/"), form.Get("RoleSessionName")),
		RoleID:      key + ":session",
		Credentials: credentials{key, "secret", "token", stamp(time.Now().Add(time.Hour))},
	}, nil
}
