package deployed

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"certloop/internal/sandbox/iam"
)

// fresh is how long policies are cached: every call of the function reads its role's policies.
const fresh = time.Second

// read is the policies that a role had at a time.
type read struct {
	at       time.Time
	policies []iam.Policy
}

// Policies returns the current inline policies of the role with that name or ARN. An attached policy is an error:
// nothing here deploys one.
func (r *Runner) Policies(ctx context.Context, role string) ([]iam.Policy, error) {
	role = role[strings.LastIndex(role, "/")+1:]
	r.mu.Lock()
	known := r.roles[role]
	r.mu.Unlock()
	if time.Since(known.at) < fresh {
		return known.policies, nil
	}
	policies, err := r.emulator.policies(ctx, role)
	if err != nil {
		return nil, fmt.Errorf("policies of role %s: %w", role, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.roles == nil {
		r.roles = map[string]read{}
	}
	r.roles[role] = read{time.Now(), policies}
	return policies, nil
}

// Role returns the role of the only deployed function.
func (r *Runner) Role(ctx context.Context) (string, error) {
	var list struct{ Functions []configuration }
	if err := r.emulator.get(ctx, "lambda", "/2015-03-31/functions/", &list); err != nil {
		return "", err
	}
	if len(list.Functions) != 1 {
		return "", fmt.Errorf("%d functions are deployed, want one", len(list.Functions))
	}
	return list.Functions[0].Role, nil
}

func (e emulator) policies(ctx context.Context, role string) (all []iam.Policy, err error) {
	var attached struct {
		Names []string `xml:"ListAttachedRolePoliciesResult>AttachedPolicies>member>PolicyName"`
	}
	if err := e.query(ctx, "ListAttachedRolePolicies", role, "", &attached); err != nil {
		return nil, err
	}
	if len(attached.Names) > 0 {
		return nil, fmt.Errorf("the attached policies %v are not read here", attached.Names)
	}
	var inline struct {
		Names []string `xml:"ListRolePoliciesResult>PolicyNames>member"`
	}
	if err := e.query(ctx, "ListRolePolicies", role, "", &inline); err != nil {
		return nil, err
	}
	for _, name := range inline.Names {
		var one struct {
			Document string `xml:"GetRolePolicyResult>PolicyDocument"`
		}
		if err := e.query(ctx, "GetRolePolicy", role, name, &one); err != nil {
			return nil, err
		}
		// The API Reference promises RFC 3986 encoding; the emulator does not encode.
		if strings.HasPrefix(one.Document, "%7B") {
			if one.Document, err = url.PathUnescape(one.Document); err != nil {
				return nil, err
			}
		}
		p, err := iam.Parse(one.Document)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// query sends a request to IAM, which uses the query protocol.
func (e emulator) query(ctx context.Context, action, role, policy string, out any) error {
	form := url.Values{"Action": {action}, "Version": {"2010-05-08"}, "RoleName": {role}}
	if policy != "" {
		form.Set("PolicyName", policy)
	}
	status, body, err := e.send(ctx, "iam", http.MethodPost, "", form.Encode())
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: HTTP %d: %s", action, status, body)
	}
	if err != nil {
		return err
	}
	return xml.Unmarshal(body, out)
}

// may returns an error if the role may not do this. ofServices has the meaning that it has in iam.Allows.
func (r *Runner) may(ctx context.Context, role, action, resource string, ofServices bool) error {
	policies, err := r.Policies(ctx, role)
	if err != nil {
		return err
	}
	ok, err := iam.Allows(policies, iam.Request{Action: action, Resource: resource}, ofServices)
	if err == nil && !ok {
		err = fmt.Errorf("role %s may not %s on %s", nameOf(role), action, resource)
	}
	return err
}

// These are the actions that Lambda takes with the function's role for a mapping (Lambda Developer Guide, "Using AWS
// Lambda with Amazon DynamoDB" and "… with Amazon SQS").
var (
	streamActions = []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}
	queueActions  = []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
)

// mayRead returns an error if the role of the mapping's function may not read its source.
func (r *Runner) mayRead(ctx context.Context, m mapping, actions []string) error {
	c, err := r.emulator.function(ctx, m.FunctionArn)
	if err != nil {
		return err
	}
	for _, action := range actions {
		if err := r.may(ctx, c.Role, action, m.EventSourceArn, true); err != nil {
			return err
		}
	}
	if to := m.DestinationConfig.OnFailure.Destination; to != "" {
		return r.may(ctx, c.Role, "sqs:SendMessage", to, true)
	}
	return nil
}
