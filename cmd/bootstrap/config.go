package main

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-multierror"

	"certloop/reconciler/api"
)

// config is the function's configuration from its environment. Nothing else in certloop reads the environment, except
// the SDK (credentials, AWS_ENDPOINT_URL).
type config struct {
	// Region is the function's region: that of the table, the queue, the KMS key and every target that sets none.
	Region string
	// Table is the name of the records' table, TableARN its ARN, Index the sparse index of due records.
	Table    string
	TableARN string
	Index    string
	// QueueURL is the URL of the work queue.
	QueueURL string
	// KMSKeyID is the key that encrypts private keys: a key ID, an alias or the ARN of either.
	KMSKeyID string
	// SecretPrefix is the first part of the names of the secrets that hold account keys, without a slash at its end.
	SecretPrefix string
	// RoleARN is the function's own role. If it is empty, the function's own calls of ACM also wake their records.
	RoleARN string
	// SecretsKeyID encrypts the secrets that the function creates. If it is empty, AWS's own key for Secrets Manager
	// does.
	SecretsKeyID string
	// TopicARN (SNS) and EventBus (EventBridge, name or ARN) receive the notices. An empty one receives none.
	TopicARN string
	EventBus string
	// MailFailuresOnly limits the notices to SNS to failures and their ends. EventBridge receives all notices.
	MailFailuresOnly bool
	// MailsPerHour is how many notices SNS receives one by one within an hour; one digest replaces the others. 0 sends
	// all.
	MailsPerHour int
	// DocsURL is the folder of reasons.md, for the links in mails. If it is empty, mails have no links.
	DocsURL string
	// Probe is which addresses of endpoints are probed; empty: none, nothing is probed.
	Probe api.Network
	// ProbeNamesOnly is true if the load balancers, distributions and APIs that use a certificate are not described and probed.
	ProbeNamesOnly bool
	// Resolvers are the DNS servers to query, as host:port. If there are none, the system's are used.
	Resolvers []string
	LogLevel  slog.Level
	// Reserve is how long before its deadline an invocation stops.
	Reserve time.Duration
	// EffectTimeout, ClockSkew (a lease is the sum of both) and ImportGrace are the loop's defaults if they are zero.
	// Only tests shorten them.
	EffectTimeout time.Duration
	ClockSkew     time.Duration
	ImportGrace   time.Duration
	// MinInterval is the least time between two certificates of a record; zero stands for the loop's default.
	MinInterval time.Duration
	// RevocationOff is true if CAs are not asked whether installed certificates are revoked.
	RevocationOff bool
}

// loadConfig reads the environment, in the form of os.Environ. It reports all problems at once, so that one deployment
// shows all of them.
func loadConfig(environ []string) (config, error) {
	var (
		c        config
		problems *multierror.Error
	)
	env := environment(environ)
	for _, v := range variables {
		if err := v.read(&c, env[v.name]); err != nil {
			problems = multierror.Append(problems, err)
		}
		delete(env, v.name)
	}
	// A misspelled variable would otherwise be ignored.
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if strings.HasPrefix(name, prefix) {
			problems = multierror.Append(problems, fmt.Errorf("%s is not known: use one of %s", name, known()))
		}
	}
	return c, joined("environment", problems)
}

func environment(environ []string) map[string]string {
	env := make(map[string]string, len(environ))
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env
}

func known() string {
	var names []string
	for _, v := range variables {
		if strings.HasPrefix(v.name, prefix) {
			names = append(names, v.name)
		}
	}
	return strings.Join(names, ", ")
}
