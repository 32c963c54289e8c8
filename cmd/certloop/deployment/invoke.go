package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"certloop/cmd/certloop/lang"
)

// FunctionError is an error that the function returned (docs/reference/invocation.md, Errors).
type FunctionError struct {
	// Type is InvalidEvent, ReconcileFailed, or another errorType; Message is for operators.
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func (e *FunctionError) Error() string { return e.Message }

// IsDecision reports whether the controller decided so. The types of an error of the Lambda runtime, as when the time or memory
// of the function ended, have a dot or are empty.
func (e *FunctionError) IsDecision() bool { return e.Type != "" && !strings.Contains(e.Type, ".") }

// Invoke sends an event to the function and decodes its answer. It returns a *FunctionError if the function refused
// the event or what it asks for.
func (d *Deployment) Invoke(ctx context.Context, event, answer any) error {
	payload, err := json.Marshal(event)
	if err != nil {
		return lang.Errorf("encode the event: %w", err)
	}
	out, err := d.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: &d.Function, Payload: payload})
	if err != nil {
		return d.explained(err)
	}
	if aws.ToString(out.FunctionError) != "" {
		failure := &FunctionError{}
		if err := json.Unmarshal(out.Payload, failure); err != nil || failure.Message == "" {
			return lang.Errorf("function %s failed and did not report why: read its log group /aws/lambda/%s", d.Function, d.Function)
		}
		return failure
	}
	if err := json.Unmarshal(out.Payload, answer); err != nil {
		return errors.Join(lang.Errorf("function %s returned an answer that this version does not understand: "+
			"use the command line of the function's version", d.Function), err)
	}
	return nil
}

// patient returns a client that waits as long as Lambda lets a function run.
func patient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = 16 * time.Minute
	return &http.Client{Transport: transport}
}
