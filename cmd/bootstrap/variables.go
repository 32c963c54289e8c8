package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"certloop/reconciler/api"
)

const prefix = "CERTLOOP_"

// variable is one environment variable.
type variable struct {
	name string
	// want describes the value; it is the remedy in every message about the variable.
	want string
	// fallback is the value if the variable is unset or empty; a required variable has none.
	fallback string
	required bool
	set      func(c *config, value string) error
}

// variables lists all variables; this list is their documentation.
var variables = []variable{
	// Lambda sets this one.
	{name: "AWS_REGION", required: true, want: "the region the function runs in, such as eu-central-1",
		set: text(func(c *config) *string { return &c.Region }, region)},
	{name: "CERTLOOP_TABLE", required: true, want: "the name of the DynamoDB table of the records",
		set: text(func(c *config) *string { return &c.Table }, tableName)},
	// The table's ARN is part of the owner tag on every certificate, so that two deployments never touch each other's.
	{name: "CERTLOOP_TABLE_ARN", required: true,
		want: "the ARN of the table in CERTLOOP_TABLE, arn:aws:dynamodb:<region>:<account>:table/<name>", set: setTableARN},
	{name: "CERTLOOP_INDEX", fallback: "due", want: "the name of the table's index on due and due_at",
		set: text(func(c *config) *string { return &c.Index }, tableName)},
	{name: "CERTLOOP_QUEUE_URL", required: true, want: "the URL of the SQS work queue", set: setQueueURL},
	{name: "CERTLOOP_KMS_KEY_ID", required: true,
		want: "the ID, alias or ARN of the KMS key that seals private keys",
		set:  text(func(c *config) *string { return &c.KMSKeyID }, kmsKey)},
	{name: "CERTLOOP_SECRET_PREFIX", fallback: "certloop",
		want: "the start of the secrets' names in Secrets Manager, without a slash at either end",
		set:  text(func(c *config) *string { return &c.SecretPrefix }, secretPrefix)},
	{name: "CERTLOOP_ROLE_ARN", want: "the ARN of the function's role, or leave it unset",
		set: text(func(c *config) *string { return &c.RoleARN }, roleARN)},
	{name: "CERTLOOP_SECRETS_KEY_ID", want: "the ID, alias or ARN of a KMS key for the secrets of account keys, or leave it unset",
		set: text(func(c *config) *string { return &c.SecretsKeyID }, kmsKey)},
	{name: "CERTLOOP_TOPIC_ARN", want: "the ARN of an SNS topic, or leave it unset",
		set: text(func(c *config) *string { return &c.TopicARN }, topicARN)},
	{name: "CERTLOOP_EVENT_BUS", want: "the name or ARN of an EventBridge bus, or leave it unset",
		set: text(func(c *config) *string { return &c.EventBus }, eventBus)},
	{name: "CERTLOOP_NOTIFY", fallback: "all", want: "all, or failures for mails of failures and their ends only", set: setNotify},
	{name: "CERTLOOP_MAILS_PER_HOUR", fallback: "10", want: "a number from 1 to 100, or 0 for no digest", set: setMailsPerHour},
	{name: "CERTLOOP_DOCS_URL", want: "the https URL of the folder that holds reasons.md, or leave it unset", set: setDocsURL},
	{name: "CERTLOOP_RESOLVERS", want: "DNS servers as host:port, separated by commas, or leave it unset",
		set: setResolvers},
	{name: "CERTLOOP_PROBE", fallback: "off", set: setProbe,
		want: "public, private for a function in a VPC that probes inside it as well, either with -names for the names of records only, or off"},
	{name: "CERTLOOP_LOG_LEVEL", fallback: "info", want: "debug, info, warn or error", set: setLogLevel},
	{name: "CERTLOOP_RESERVE", fallback: "10s", want: aDuration,
		set: duration(func(c *config) *time.Duration { return &c.Reserve })},
	{name: "CERTLOOP_EFFECT_TIMEOUT", want: aDuration,
		set: duration(func(c *config) *time.Duration { return &c.EffectTimeout })},
	{name: "CERTLOOP_CLOCK_SKEW", want: aDuration,
		set: duration(func(c *config) *time.Duration { return &c.ClockSkew })},
	{name: "CERTLOOP_IMPORT_GRACE", want: aDuration,
		set: duration(func(c *config) *time.Duration { return &c.ImportGrace })},
	{name: "CERTLOOP_CHECK_REVOCATION", fallback: "true", want: "true, or false to ask no OCSP responder and read no CRL", set: setCheckRevocation},
	{name: "CERTLOOP_MIN_ISSUANCE_INTERVAL", want: "a Go duration from 1s to 24h such as 12h, or leave it unset", set: setMinInterval},
}

const aDuration = "a positive Go duration such as 90s, or leave it unset"

// These are the forms of the values, no narrower than AWS's own.
var (
	region       = form(0, `^[a-z]{2,}(-[a-z]+)+-\d+$`)
	tableName    = form(255, `^[A-Za-z0-9_.-]{3,}$`)
	tableARN     = form(255, `^arn:[a-z0-9-]+:dynamodb:[a-z0-9-]+:\d{12}:table/([A-Za-z0-9_.-]{3,})$`)
	kmsKey       = form(0, `^[A-Za-z0-9:/_-]+$`)
	secretPrefix = form(0, `^[A-Za-z0-9_+=.@-]+(?:/[A-Za-z0-9_+=.@-]+)*$`)
	roleARN      = form(0, `^arn:[a-z0-9-]+:iam::\d{12}:role/[A-Za-z0-9+=,.@_/-]+$`)
	topicARN     = form(0, `^arn:[a-z0-9-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$`)
	eventBus     = form(256, `^(?:arn:[a-z0-9-]+:events:[a-z0-9-]+:\d{12}:event-bus/)?([A-Za-z0-9_./-]+)$`)
)

// valueForm returns the part of a value that counts, which is the last group of a regular expression or all of it; false: the value
// is not valid.
type valueForm func(value string) (string, bool)

// form returns the form of an expression whose part has at most that many bytes; 0: any number. The expression is compiled when it is
// used first. A bound in the expression would make it a hundred times as large.
func form(most int, expression string) valueForm {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
	return func(value string) (string, bool) {
		groups := compiled().FindStringSubmatch(value)
		if groups == nil {
			return "", false
		}
		part := groups[len(groups)-1]
		return part, most == 0 || len(part) <= most
	}
}

// read sets the field of v. Its error contains the variable, its value and what to set it to.
func (v variable) read(c *config, value string) error {
	if value == "" {
		value = v.fallback
	}
	if value == "" && v.required {
		return fmt.Errorf("%s is not set: set it to %s", v.name, v.want)
	}
	if value == "" {
		return nil
	}
	if err := v.set(c, value); err != nil {
		return fmt.Errorf("%s is %s, %w: set it to %s", v.name, shown(value), err, v.want)
	}
	return nil
}

// text returns a setter for values of that form. An invalid value is not stored, so that no later variable is compared
// with it.
func text(field func(*config) *string, form valueForm) func(*config, string) error {
	return func(c *config, value string) error {
		if _, valid := form(value); !valid {
			return errors.New("which is not valid")
		}
		*field(c) = value
		return nil
	}
}

// The tag certloop:owner of a certificate is the table's ARN, a slash and the record's name. ACM accepts values of 256
// characters (ACM API Reference, Tag).
const (
	longestRecordName = 63
	longestTag        = 256
)

// setTableARN comes after the table's name, with which it compares the ARN.
func setTableARN(c *config, value string) error {
	c.TableARN = value
	name, valid := tableARN(value)
	if !valid {
		return errors.New("which is not a table ARN")
	}
	if n := len(value) + len("/") + longestRecordName; n > longestTag {
		return fmt.Errorf("which is too long: with a record's name of %d characters it makes an owner tag of %d, and ACM accepts %d, so "+
			"the table's name may have at most %d characters here", longestRecordName, n, longestTag, len(name)-(n-longestTag))
	}
	if c.Table != "" && name != c.Table {
		return fmt.Errorf("which is another table than %q", c.Table)
	}
	return nil
}

func setQueueURL(c *config, value string) error {
	c.QueueURL = value
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.Trim(u.Path, "/") == "" {
		return errors.New("which is not a queue URL")
	}
	return nil
}

func setNotify(c *config, value string) error {
	if value != "all" && value != "failures" {
		return errors.New("which is neither")
	}
	c.MailFailuresOnly = value == "failures"
	return nil
}

func setCheckRevocation(c *config, value string) error {
	if value != "true" && value != "false" {
		return errors.New("which is neither")
	}
	c.RevocationOff = value == "false"
	return nil
}

// setMailsPerHour bounds the number, because the item ControllerStatus has an entry for each mail of the last hour.
func setMailsPerHour(c *config, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > 100 {
		return errors.New("which is not a number from 0 to 100")
	}
	c.MailsPerHour = n
	return nil
}

// mailsPerHour returns 0 if there is no topic: then there is nothing to count.
func (c config) mailsPerHour() int {
	if c.TopicARN == "" {
		return 0
	}
	return c.MailsPerHour
}

func setDocsURL(c *config, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("which is not an https URL of a folder")
	}
	c.DocsURL = strings.TrimRight(value, "/")
	return nil
}

func setResolvers(c *config, value string) error {
	for entry := range strings.SplitSeq(value, ",") {
		entry = strings.TrimSpace(entry)
		host, port, err := net.SplitHostPort(entry)
		if err != nil || host == "" {
			return fmt.Errorf("in which %s is not a host:port", shown(entry))
		}
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("in which %s has no port from 1 to 65535", shown(entry))
		}
		c.Resolvers = append(c.Resolvers, entry)
	}
	return nil
}

// namesOnly is the end of a value of CERTLOOP_PROBE with which no resources of AWS are described.
const namesOnly = "-names"

func setProbe(c *config, value string) error {
	network, only := strings.CutSuffix(value, namesOnly)
	switch {
	case value == "off":
		c.Probe, c.ProbeNamesOnly = "", false
	case slices.Contains(api.Networks, api.Network(network)):
		c.Probe, c.ProbeNamesOnly = api.Network(network), only
	default:
		return errors.New("which is none of them")
	}
	return nil
}

func setLogLevel(c *config, value string) error {
	switch strings.ToLower(value) {
	case "debug", "info", "warn", "error":
		return c.LogLevel.UnmarshalText([]byte(value))
	}
	return errors.New("which is not a level")
}

// setMinInterval bounds the interval: a longer one would delay a renewal before a revocation, which CAs carry out
// within a day.
func setMinInterval(c *config, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d < time.Second || d > 24*time.Hour {
		return errors.New("which is not a duration from 1s to 24h")
	}
	c.MinInterval = d
	return nil
}

func duration(field func(*config) *time.Duration) func(*config, string) error {
	return func(c *config, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return errors.New("which is not a positive duration")
		}
		*field(c) = d
		return nil
	}
}
