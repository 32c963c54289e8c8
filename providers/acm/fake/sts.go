package fake

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"certloop/providers/internal/awsfake"
)

// assumeRole opens a session in the role's account: later calls with its access key are made there.
func (s *Service) assumeRole(c *request) (any, *Refusal) {
	role := c.form.Get("RoleArn")
	parts := strings.SplitN(role, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		return nil, refuse("ValidationError", "%s is invalid", role)
	}
	if s.config.Assume != nil && !s.config.Assume(role, c.form.Get("ExternalId")) {
		return nil, &Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: fmt.Sprintf(
			"User: arn:aws:sts::%s:assumed-role/certloop/certloop is not authorized to perform: sts:AssumeRole on resource: %s", c.Account, role)}
	}
	s.made++
	key := fmt.Sprintf("ASIAFAKE%012d", s.made)
	s.accounts[key] = parts[4]
	if s.config.Assumed != nil {
		s.config.Assumed(key, parts[4])
	}
	session := fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", parts[4], strings.TrimPrefix(parts[5], "role/"), c.form.Get("RoleSessionName"))
	return fmt.Sprintf(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>`+
		`<AssumedRoleUser><AssumedRoleId>%s:session</AssumedRoleId><Arn>%s</Arn></AssumedRoleUser>`+
		`<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>`+
		`<Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		key, awsfake.Escape(session), key, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)), nil
}

func (s *Service) callerIdentity(c *request) (any, *Refusal) {
	return fmt.Sprintf(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
		`<Arn>arn:aws:iam::%[1]s:user/user</Arn><UserId>user</UserId><Account>%[1]s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, c.Account), nil
}
