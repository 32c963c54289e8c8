package deployed

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"certloop/internal/sandbox/iam"
)

// fresh is how long policies are kept: a role is asked about on every call of the function.
const fresh = time.Second

// read is what a role's policies were at a time.
type read struct {
	at       time.Time
	policies []iam.Policy
}

// Policies are the inline policies of the role of that name or ARN, as they are now. A policy that is attached to it is
// an error: nothing here deploys any.
func (p *Player) Policies(ctx context.Context, role string) ([]iam.Policy, error) {
	role = role[strings.LastIndex(role, "/")+1:]
	p.mu.Lock()
	known := p.roles[role]
	p.mu.Unlock()
	if time.Since(known.at) < fresh {
		return known.policies, nil
	}
	policies, err := p.emulator.policies(ctx, role)
	if err != nil {
		return nil, fmt.Errorf("policies of role %s: %w", role, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.roles == nil {
		p.roles = map[string]read{}
	}
	p.roles[role] = read{time.Now(), policies}
	return policies, nil
}

// Role is the role of the only function that is deployed.
func (p *Player) Role(ctx context.Context) (string, error) {
	var list struct{ Functions []configuration }
	if err := p.emulator.get(ctx, "lambda", "/2015-03-31/functions/", &list); err != nil {
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
		// RFC 3986, says the API Reference; the emulator leaves it as it is.
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

// query asks IAM, which speaks the query protocol.
func (e emulator) query(ctx context.Context, action, role, policy string, out any) error {
	form := url.Values{"Action": {action}, "Version": {"2010-05-08"}, "RoleName": {role}}
	if policy != "" {
		form.Set("PolicyName", policy)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	e.sign(r, "iam")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", action, resp.Status, body)
	}
	if err != nil {
		return err
	}
	return xml.Unmarshal(body, out)
}

// may says why the role must not do this; nil: it may. ofServices is iam.Allows'.
func (p *Player) may(ctx context.Context, role, action, resource string, ofServices bool) error {
	policies, err := p.Policies(ctx, role)
	if err != nil {
		return err
	}
	ok, err := iam.Allows(policies, iam.Request{Action: action, Resource: resource}, ofServices)
	if err == nil && !ok {
		err = fmt.Errorf("role %s may not %s on %s", nameOf(role), action, resource)
	}
	return err
}

// What Lambda does with the function's role for a mapping (Lambda Developer Guide, "Using AWS Lambda with Amazon
// DynamoDB" and "… with Amazon SQS").
var (
	streamActions = []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}
	queueActions  = []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
)

// mayRead says why the role of the mapping's function must not read its source.
func (p *Player) mayRead(ctx context.Context, m mapping, actions []string) error {
	c, err := p.emulator.function(ctx, m.FunctionArn)
	if err != nil {
		return err
	}
	for _, action := range actions {
		if err := p.may(ctx, c.Role, action, m.EventSourceArn, true); err != nil {
			return err
		}
	}
	if to := m.DestinationConfig.OnFailure.Destination; to != "" {
		return p.may(ctx, c.Role, "sqs:SendMessage", to, true)
	}
	return nil
}
