package deployment

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/aws/smithy-go"
)

// ErrNoRegion means that no region is configured.
var ErrNoRegion = errors.New("no AWS region is configured: set --region or AWS_REGION, or set region in the profile")

// Problem is an error of AWS, or of the way there, in the operator's words. Unwrap returns the original.
type Problem struct {
	message string
	cause   error
}

func (p *Problem) Error() string { return p.message }
func (p *Problem) Unwrap() error { return p.cause }

// explained returns err with what is wrong and what to do. It returns other errors as they are.
func (d *Deployment) explained(err error) error {
	return Explain(err, Place{Table: d.Table, Function: d.Function, Region: d.Region(), Profile: d.profile})
}

// Place is where a request went, for messages.
type Place struct{ Table, Function, Region, Profile string }

// Explain returns err with what is wrong and what to do, if it is an error of AWS or of the way there.
func Explain(err error, p Place) error {
	if err == nil {
		return nil
	}
	for _, known := range []func(error, Place) string{cancelled, session, denied, missing, throttled, unreachable} {
		if message := known(err, p); message != "" {
			return &Problem{message: message, cause: err}
		}
	}
	return err
}

func cancelled(err error, _ Place) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	return ""
}

// sessions are the codes of credentials that AWS does not accept (IAM User Guide, "Troubleshooting access denied
// error messages", and the common errors of each service).
var sessions = map[string]string{
	"ExpiredToken":                "has expired",
	"ExpiredTokenException":       "has expired",
	"RequestExpired":              "has expired, or this machine's clock is wrong",
	"UnrecognizedClientException": "is not valid",
	"InvalidClientTokenId":        "is not valid",
	"InvalidSignatureException":   "is not valid, or this machine's clock is wrong",
	"SignatureDoesNotMatch":       "is not valid, or this machine's clock is wrong",
	"UnauthorizedException":       "has expired",
}

// session reports credentials that are missing, expired or not valid.
func session(err error, p Place) string {
	login := "run aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"
	if p.Profile != "" {
		login = "run aws sso login --profile " + p.Profile
	}
	if state, ok := sessions[code(err)]; ok {
		return fmt.Sprintf("the AWS session %s: %s", state, login)
	}
	text := err.Error()
	for _, sign := range []string{"get identity", "failed to refresh cached credentials", "no EC2 IMDS role found", "token has expired",
		"the SSO session has expired"} {
		if strings.Contains(text, sign) {
			return "no valid AWS credentials were found: " + login
		}
	}
	return ""
}

// action finds the IAM action in AWS's message, as in "is not authorized to perform: dynamodb:Scan on resource: …".
var action = regexp.MustCompile(`not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)(?: on resource: (\S+))?`)

// denied reports a missing right with its IAM action.
func denied(err error, p Place) string {
	switch code(err) {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationErrorException":
	default:
		return ""
	}
	what := operation(err)
	resource := ""
	if found := action.FindStringSubmatch(err.Error()); found != nil {
		what = found[1]
		if found[2] != "" {
			resource = " on " + strings.TrimRight(found[2], ".")
		}
	}
	return fmt.Sprintf("AWS denies %s%s: allow this IAM action for your user or role", what, resource)
}

// missing reports a table or function that does not exist.
func missing(err error, p Place) string {
	if code(err) != "ResourceNotFoundException" {
		return ""
	}
	switch service, _, _ := strings.Cut(operation(err), ":"); service {
	case "dynamodb":
		return fmt.Sprintf("table %s does not exist in %s: set --table and --region to those of the installation", p.Table, p.Region)
	case "lambda":
		return fmt.Sprintf("function %s does not exist in %s: set --function to the output function_name of the Terraform module",
			p.Function, p.Region)
	}
	return ""
}

func throttled(err error, _ Place) string {
	switch code(err) {
	case "ThrottlingException", "Throttling", "TooManyRequestsException", "ProvisionedThroughputExceededException", "RequestLimitExceeded":
		return fmt.Sprintf("AWS throttles %s: try again in a minute", operation(err))
	}
	return ""
}

// unreachable reports that the request did not arrive.
func unreachable(err error, p Place) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return fmt.Sprintf("the host %s was not found: check the region (%s) and the network", dns.Name, p.Region)
	}
	var network *net.OpError
	if errors.As(err, &network) {
		return fmt.Sprintf("AWS did not respond to %s in %s: %v", operation(err), p.Region, network.Err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("AWS did not respond to %s in %s in time: try again", operation(err), p.Region)
	}
	return ""
}

// code returns AWS's error code, or "".
func code(err error) string {
	var answer smithy.APIError
	if errors.As(err, &answer) {
		return answer.ErrorCode()
	}
	return ""
}

// prefixes are the services whose IAM prefix differs from the SDK's name in lower case.
var prefixes = map[string]string{"cloudwatch logs": "logs", "resource groups tagging api": "tag", "eventbridge": "events",
	"secrets manager": "secretsmanager", "route 53": "route53"}

// operation returns the request as IAM names it, such as dynamodb:Scan. A transaction of reads needs GetItem.
func operation(err error) string {
	var failed *smithy.OperationError
	if !errors.As(err, &failed) {
		return "the request"
	}
	service := strings.ToLower(failed.Service())
	if prefix, ok := prefixes[service]; ok {
		service = prefix
	}
	name := failed.Operation()
	switch service + ":" + name {
	case "dynamodb:TransactGetItems":
		name = "GetItem"
	case "lambda:Invoke":
		name = "InvokeFunction"
	}
	return service + ":" + name
}
