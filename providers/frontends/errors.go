package frontends

import (
	"strings"

	"certloop/providers/internal/awserr"
	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

// failed makes resources Unknown that could not be described. The message is the same from run to run.
func (s *search) failed(resources []resource, err error, actions ...string) {
	why := s.cause(err, strings.Join(actions, " and "))
	for _, r := range resources {
		s.unknown(r.arn, why)
	}
}

func (s *search) cause(err error, actions string) string {
	if e := awsrole.AssumeError(err, s.at.Role, "", ""); e != nil {
		return e.Message
	}
	switch kind := awserr.Kind(err, nil); {
	case awserr.Denied(err):
		return awsrole.Name(s.at.Role) + " has no access to what uses the certificate: allow it " + actions +
			" to have its endpoints checked; AWS error message: " + awserr.Message(err)
	case kind == api.Throttled:
		return "AWS throttled " + actions + "; certloop retries"
	case kind == api.Terminal:
		return "AWS refused " + actions + ": " + awserr.Message(err)
	}
	return "AWS did not respond to " + actions + "; certloop retries"
}

// partition returns that of an ARN, such as aws or aws-cn.
func partition(arn string) string {
	parts := strings.SplitN(arn, ":", 3)
	if len(parts) < 3 {
		return "aws"
	}
	return parts[1]
}
