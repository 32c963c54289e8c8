package deployment

import (
	"context"
	"errors"
	"net"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// ErrNoRegion means that no region is configured.
var ErrNoRegion = lang.Errorf("no AWS region is configured: set --region or AWS_REGION, or set region in the profile")

// Problem is an error of AWS, or of the way there, in the operator's words. Unwrap returns the original.
type Problem struct {
	message error
	cause   error
}

func (p *Problem) Error() string { return p.message.Error() }
func (p *Problem) Unwrap() error { return p.cause }

// In implements lang.Translated.
func (p *Problem) In(l lang.Language) string { return l.Error(p.message) }

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
	for _, known := range []func(error, Place) error{cancelled, session, denied, missing, throttled, unreachable, refused} {
		if message := known(err, p); message != nil {
			return &Problem{message: message, cause: err}
		}
	}
	return err
}

func cancelled(err error, _ Place) error {
	if errors.Is(err, context.Canceled) {
		return lang.Errorf("interrupted")
	}
	return nil
}

// sessions are the codes of credentials that AWS does not accept (IAM User Guide, "Troubleshooting access denied
// error messages", and the common errors of each service), with what is wrong.
var sessions = map[string]error{
	"ExpiredToken":                errExpired,
	"ExpiredTokenException":       errExpired,
	"UnauthorizedException":       errExpired,
	"RequestExpired":              errExpiredOrClock,
	"UnrecognizedClientException": errNotValid,
	"InvalidClientTokenId":        errNotValid,
	"InvalidSignatureException":   errNotValidOrClock,
	"SignatureDoesNotMatch":       errNotValidOrClock,
}

var (
	errExpired         = lang.Errorf("the AWS session has expired")
	errExpiredOrClock  = lang.Errorf("the AWS session has expired, or this machine's clock is wrong")
	errNotValid        = lang.Errorf("the AWS session is not valid")
	errNotValidOrClock = lang.Errorf("the AWS session is not valid, or this machine's clock is wrong")
)

// session reports credentials that are missing, expired or not valid.
func session(err error, p Place) error {
	login := lang.Errorf("run aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID")
	if p.Profile != "" {
		login = lang.Errorf("run aws sso login --profile %s", p.Profile)
	}
	if wrong, ok := sessions[code(err)]; ok {
		return lang.Errorf("%v: %v", wrong, login)
	}
	text := err.Error()
	// Credentials that could not be fetched are not credentials that are missing.
	if isNetwork(err) && !strings.Contains(text, "IMDS") {
		return nil
	}
	for _, sign := range []string{"get identity", "failed to refresh cached credentials", "no EC2 IMDS role found", "token has expired",
		"the SSO session has expired"} {
		if strings.Contains(text, sign) {
			return lang.Errorf("no valid AWS credentials were found: %v", login)
		}
	}
	return nil
}

// action finds the IAM action in AWS's message, as in "is not authorized to perform: dynamodb:Scan on resource: …".
var action = regexp.MustCompile(`not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)(?: on resource: (\S+))?`)

// denied reports a missing right with its IAM action.
func denied(err error, p Place) error {
	switch code(err) {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationErrorException":
	default:
		return nil
	}
	what := operation(err)
	if found := action.FindStringSubmatch(err.Error()); found != nil {
		what = found[1]
		if found[2] != "" {
			return lang.Errorf("AWS denies %s on %s: allow this IAM action for your user or role", what, strings.TrimRight(found[2], "."))
		}
	}
	return lang.Errorf("AWS denies %s: allow this IAM action for your user or role", what)
}

// missing reports a table or function that does not exist.
func missing(err error, p Place) error {
	if code(err) != "ResourceNotFoundException" {
		return nil
	}
	switch service, _, _ := strings.Cut(operation(err), ":"); service {
	case "dynamodb":
		return lang.Errorf("table %s does not exist in %s: set --table and --region to those of the installation", p.Table, p.Region)
	case "lambda":
		return lang.Errorf("function %s does not exist in %s: set --function to the output function_name of the Terraform module",
			p.Function, p.Region)
	}
	return nil
}

func throttled(err error, _ Place) error {
	if _, ok := retry.DefaultThrottleErrorCodes[code(err)]; ok || api.KindOf(err) == api.Throttled {
		return lang.Errorf("AWS throttles %s: try again in a minute", operation(err))
	}
	return nil
}

// unreachable reports that the request did not arrive.
func unreachable(err error, p Place) error {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return lang.Errorf("the host %s was not found: check the region (%s) and the network", dns.Name, p.Region)
	}
	var network *net.OpError
	if errors.As(err, &network) {
		return lang.Errorf("AWS did not respond to %s in %s: %v", operation(err), p.Region, network.Err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return lang.Errorf("AWS did not respond to %s in %s in time: try again", operation(err), p.Region)
	}
	if isNetwork(err) {
		return lang.Errorf("the connection to AWS ended during %s in %s: try again", operation(err), p.Region)
	}
	return nil
}

// refused reports any other answer of AWS without the SDK's own words.
func refused(err error, _ Place) error {
	var answer smithy.APIError
	if !errors.As(err, &answer) || answer.ErrorCode() == "" {
		return nil
	}
	return lang.Errorf("AWS refuses %s: %s: %s", operation(err), answer.ErrorCode(), answer.ErrorMessage())
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
