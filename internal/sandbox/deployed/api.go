package deployed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// emulator reads what was deployed. The APIs of Lambda and EventBridge Scheduler are plain REST; five requests do not
// justify two more SDKs.
type emulator struct{ url, region string }

// notFound is the error about something that does not exist, or no longer exists.
type notFound struct{ what string }

func (e notFound) Error() string { return e.what + " does not exist" }

// IsNotFound reports whether an error of Invoke is about a function that is not deployed.
func IsNotFound(err error) bool { return errors.As(err, new(notFound)) }

func (e emulator) get(ctx context.Context, service, path string, out any) error {
	status, body, err := e.send(ctx, service, http.MethodGet, path, "")
	switch {
	case err != nil:
		return err
	case status == http.StatusNotFound:
		return notFound{path}
	case status != http.StatusOK:
		return fmt.Errorf("GET %s: HTTP %d: %s", path, status, body)
	}
	return json.Unmarshal(body, out)
}

// send sends a read, and sends it again if it fails in a way that passes, as the SDK does: what the Runner reports stays
// reported.
func (e emulator) send(ctx context.Context, service, method, path, form string) (status int, body []byte, err error) {
	for try := 0; ; try++ {
		status, body, err = e.once(ctx, service, method, path, form)
		if try == retries || err == nil && status < http.StatusInternalServerError {
			return status, body, err
		}
		select {
		case <-ctx.Done():
			return 0, nil, ctx.Err()
		case <-time.After(retryPause):
		}
	}
}

const (
	retries    = 5
	retryPause = 200 * time.Millisecond
)

func (e emulator) once(ctx context.Context, service, method, path, form string) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, e.url+path, strings.NewReader(form))
	if err != nil {
		return 0, nil, err
	}
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	e.sign(r, service)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// sign sets the service in the signature's scope. The emulator does not check the signature.
func (e emulator) sign(r *http.Request, service string) {
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=user/20260101/"+e.region+"/"+service+
		"/aws4_request, SignedHeaders=host, Signature=0")
}

// configuration is a function's configuration in GetFunction's response
// (https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html).
type configuration struct {
	FunctionName, FunctionArn, Role, Runtime, Handler, CodeSha256 string
	Architectures                                                 []string
	MemorySize, Timeout                                           int
	Environment                                                   struct{ Variables map[string]string }
}

// function reads the function with that name or ARN.
func (e emulator) function(ctx context.Context, name string) (c configuration, err error) {
	if parts := strings.Split(name, ":"); len(parts) >= 7 {
		name = parts[6]
	}
	var out struct{ Configuration configuration }
	err = e.get(ctx, "lambda", "/2015-03-31/functions/"+url.PathEscape(name), &out)
	return out.Configuration, err
}

// mapping is an event source mapping
// (https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html).
type mapping struct {
	UUID, EventSourceArn, FunctionArn, State, StartingPosition string
	BatchSize                                                  int32
	FunctionResponseTypes                                      []string
	MaximumRetryAttempts                                       *int
	FilterCriteria                                             struct{ Filters []struct{ Pattern string } }
	ScalingConfig                                              struct{ MaximumConcurrency int }
	DestinationConfig                                          struct{ OnFailure struct{ Destination string } }
}

func (e emulator) mappings(ctx context.Context) ([]mapping, error) {
	var out struct{ EventSourceMappings []mapping }
	err := e.get(ctx, "lambda", "/2015-03-31/event-source-mappings/", &out)
	return out.EventSourceMappings, err
}

// schedule is a schedule (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html).
type schedule struct {
	Name, GroupName, State, ScheduleExpression string
	Target                                     struct{ Arn, RoleArn, Input string }
}

func (e emulator) schedules(ctx context.Context) (all []schedule, err error) {
	var list struct{ Schedules []schedule }
	if err := e.get(ctx, "scheduler", "/schedules", &list); err != nil {
		return nil, err
	}
	for _, short := range list.Schedules {
		var s schedule
		err := e.get(ctx, "scheduler", "/schedules/"+url.PathEscape(short.Name)+"?groupName="+url.QueryEscape(short.GroupName), &s)
		if missing := new(notFound); errors.As(err, missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
