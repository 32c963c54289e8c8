// Package cloud is the sandbox's own AWS account: one HTTP endpoint with the strict fakes of every service that certloop
// uses, in this process. It needs no other program and starts at once.
//
//	DynamoDB, DynamoDB Streams                  store/fake
//	Route 53                                    providers/route53/fake
//	SQS                                         providers/queue/fake
//	SNS (delivers to SQS), EventBridge          providers/notify/fake
//	KMS, Secrets Manager                        providers/keys/fake
//	ACM, the tag search, STS                    providers/acm/fake, which the caller configures
//	Lambda                                      no function: the gateway answers for the one that the sandbox runs
//
// The service of a request is that of its signature's credential scope; the signature itself is not checked. A request for
// another service is refused.
package cloud

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	acmfake "certloop/providers/acm/fake"
	keysfake "certloop/providers/keys/fake"
	notifyfake "certloop/providers/notify/fake"
	queuefake "certloop/providers/queue/fake"
	route53fake "certloop/providers/route53/fake"
	storefake "certloop/store/fake"
)

// Config configures a Cloud.
type Config struct {
	// Region is where table and stream are.
	Region string
	// ACM answers for ACM, the tag search and STS. Its Config.Assumed must call Route53.Session.
	ACM *acmfake.Service
	// SyncAfter is how long a change of Route 53 is PENDING.
	SyncAfter time.Duration
}

// Cloud is the account. It is safe for concurrent use.
type Cloud struct {
	Table   *storefake.Service
	Route53 *route53fake.Service
	Queues  *queuefake.Queue
	Topics  *notifyfake.SNS
	Events  *notifyfake.Events
	Keys    *keysfake.KMS
	Secrets *keysfake.Secrets

	services map[string]http.Handler
}

// New returns an account with nothing in it.
func New(c Config) *Cloud {
	o := &Cloud{
		Table: storefake.New(storefake.Config{Region: c.Region}), Route53: route53fake.New(route53fake.Config{SyncAfter: c.SyncAfter}),
		Queues: queuefake.NewService(time.Now), Topics: notifyfake.NewSNS(), Events: notifyfake.NewEvents(),
		Keys: keysfake.NewKMS(), Secrets: keysfake.NewSecrets(),
	}
	o.Topics.Deliver = o.Queues.Put
	o.services = map[string]http.Handler{
		"dynamodb": o.Table, "route53": o.Route53, "sqs": o.Queues, "sns": o.Topics, "events": o.Events, "kms": o.Keys,
		"secretsmanager": o.Secrets, "lambda": http.HandlerFunc(noFunction), "acm": c.ACM, "tagging": c.ACM, "sts": c.ACM,
	}
	return o
}

// ServeHTTP answers one request.
func (o *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service := ServiceOf(r)
	handler := o.services[service]
	if handler == nil {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusNotImplemented)
		_, _ = fmt.Fprintf(w, `{"__type":"UnknownOperationException","message":"the sandbox's own cloud does not have the service %s: start the sandbox with CLOUD=moto"}`, service)
		return
	}
	handler.ServeHTTP(w, r)
}

// noFunction answers every request about a function: none was deployed through the API.
func noFunction(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
	w.WriteHeader(http.StatusNotFound)
	_, _ = fmt.Fprintf(w, `{"Type":"User","Message":"Function not found: %s"}`, path.Base(strings.TrimSuffix(r.URL.Path, "/configuration")))
}

// ServiceOf returns the service of a request, from Credential=<key>/<date>/<region>/<service>/aws4_request.
func ServiceOf(r *http.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	if parts := strings.Split(credential, "/"); len(parts) == 5 {
		return parts[3]
	}
	return ""
}
