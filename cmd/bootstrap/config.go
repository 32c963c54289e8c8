package main

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-multierror"
)

// config is what the function is told by its environment. Nothing else in certloop reads the environment, except
// for the SDK's own variables (credentials, AWS_ENDPOINT_URL).
type config struct {
	// Region is the function's own: that of the table, the queue, the KMS key and every target that names none.
	Region string
	// Table is the name of the records' table, TableARN its ARN, Index the sparse index of what is due.
	Table    string
	TableARN string
	Index    string
	// QueueURL is the work queue.
	QueueURL string
	// KMSKeyID seals private keys: a key ID, an alias or either's ARN.
	KMSKeyID string
	// SecretPrefix is the first part of the names of the secrets that hold account keys, without a slash at its end.
	SecretPrefix string
	// RoleARN is the function's own role; empty: its own calls of ACM wake their records too.
	RoleARN string
	// SecretsKeyID encrypts the secrets that the function makes; empty: AWS's own key for Secrets Manager.
	SecretsKeyID string
	// TopicARN (SNS) and EventBus (EventBridge, name or ARN) are where notices go; empty: nowhere.
	TopicARN string
	EventBus string
	// MailFailuresOnly: of all notices, SNS gets failures and their ends. EventBridge gets all.
	MailFailuresOnly bool
	// MailsPerHour is how many notices SNS gets one by one within any hour, before one digest stands for the others; 0: all.
	MailsPerHour int
	// DocsURL is the folder of reasons.md, for the links in mails; empty: there are none.
	DocsURL string
	// Resolvers are host:port of the DNS servers that are asked; none: the system's.
	Resolvers []string
	LogLevel  slog.Level
	// Reserve is how long before its deadline an invocation stops.
	Reserve time.Duration
	// EffectTimeout, ClockSkew (a lease is the two together) and ImportGrace are the loop's own where they are zero. Only
	// tests have a reason to shorten them.
	EffectTimeout time.Duration
	ClockSkew     time.Duration
	ImportGrace   time.Duration
	// MinInterval lies between two certificates of a record; the loop's own where it is zero.
	MinInterval time.Duration
}

// loadConfig reads the environment, in the form of os.Environ, and reports everything that is wrong with it at once:
// somebody who deploys should not learn of one variable per attempt.
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
	// A variable that is misspelt would otherwise be a setting that silently has no effect.
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
