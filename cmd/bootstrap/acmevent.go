package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// sourceACM is the source of EventBridge events about certificates: those of ACM itself, and API calls that CloudTrail
// recorded.
const sourceACM = "aws.acm"

// mostARNs bounds the certificates of one event that are looked up. AWS's events have one.
const mostARNs = 10

var certificateARN = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:[a-z0-9-]{1,20}:acm:[a-z0-9-]{1,30}:\d{12}:certificate/[A-Za-z0-9-]{1,64}$`)
})

// acmEvent is an EventBridge event about certificates in ACM. It only wakes the records that own them; the state of a
// certificate is read from ACM.
type acmEvent struct {
	// arns are the certificates. by is the role that made the call, or "" if there is none.
	arns []string
	by   string
}

// recognizeACM reads an EventBridge event. Fields of another type count as absent.
//
// https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html,
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func recognizeACM(payload []byte) (event, error) {
	var e struct {
		Source    string   `json:"source"`
		Resources []string `json:"resources"`
		Detail    struct {
			ErrorCode         string                          `json:"errorCode"`
			RequestParameters struct{ CertificateArn string } `json:"requestParameters"`
			ResponseElements  struct{ CertificateArn string } `json:"responseElements"`
			UserIdentity      struct {
				SessionContext struct {
					SessionIssuer struct {
						ARN string `json:"arn"`
					} `json:"sessionIssuer"`
				} `json:"sessionContext"`
			} `json:"userIdentity"`
		} `json:"detail"`
	}
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, fmt.Errorf("the EventBridge event cannot be read: %w: %s", err, accepted)
	}
	if e.Source != sourceACM {
		return nil, fmt.Errorf("the event's source is %s: %s", shown(e.Source), accepted)
	}
	// A failed call changed nothing.
	if e.Detail.ErrorCode != "" {
		return acmEvent{}, nil
	}
	found := acmEvent{by: e.Detail.UserIdentity.SessionContext.SessionIssuer.ARN}
	for _, arn := range append(e.Resources, e.Detail.RequestParameters.CertificateArn, e.Detail.ResponseElements.CertificateArn) {
		if len(found.arns) < mostARNs && certificateARN().MatchString(arn) && !slices.Contains(found.arns, arn) {
			found.arns = append(found.arns, arn)
		}
	}
	return found, nil
}

// serve wakes the records that own the certificates. Calls of the function itself wake nothing.
func (e acmEvent) serve(ctx context.Context, h *handler) (any, error) {
	if len(e.arns) == 0 || h.role != "" && e.by == h.role {
		return struct{}{}, nil
	}
	return struct{}{}, failed(h.controller.WakeOwners(ctx, e.arns), "WakeFailed")
}
