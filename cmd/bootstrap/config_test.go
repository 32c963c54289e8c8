package main

import (
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler/api"
)

// least returns the shortest environment with which the function starts.
func least() map[string]string {
	return map[string]string{
		"AWS_REGION":          "eu-central-1",
		"CERTLOOP_TABLE":      "certloop",
		"CERTLOOP_TABLE_ARN":  "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop",
		"CERTLOOP_QUEUE_URL":  "https://sqs.eu-central-1.amazonaws.com/123456789012/certloop",
		"CERTLOOP_KMS_KEY_ID": "alias/certloop",
	}
}

// with returns the least environment with these pairs of name and value; an empty value unsets.
func with(pairs ...string) []string {
	env := least()
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

func TestLoadConfig_TheLeastEnvironmentHasDefaultsForTheRest(t *testing.T) {
	got, err := loadConfig(with())
	if err != nil {
		t.Fatal(err)
	}
	want := config{
		Region:       "eu-central-1",
		Table:        "certloop",
		TableARN:     "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop",
		Index:        "due",
		QueueURL:     "https://sqs.eu-central-1.amazonaws.com/123456789012/certloop",
		KMSKeyID:     "alias/certloop",
		SecretPrefix: "certloop",
		LogLevel:     slog.LevelInfo,
		Reserve:      10 * time.Second,
		MailsPerHour: 10,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the settings differ (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func TestLoadConfig_ReadsEveryVariable(t *testing.T) {
	got, err := loadConfig([]string{
		"AWS_REGION=us-gov-west-1",
		"CERTLOOP_TABLE=my.records",
		"CERTLOOP_TABLE_ARN=arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/my.records",
		"CERTLOOP_INDEX=by-due",
		"CERTLOOP_QUEUE_URL=http://127.0.0.1:4566/123456789012/work",
		"CERTLOOP_KMS_KEY_ID=arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		"CERTLOOP_SECRET_PREFIX=team/certloop",
		"CERTLOOP_ROLE_ARN=arn:aws-us-gov:iam::123456789012:role/certloop",
		"CERTLOOP_SECRETS_KEY_ID=alias/secrets",
		"CERTLOOP_TOPIC_ARN=arn:aws-us-gov:sns:us-gov-west-1:123456789012:certificates",
		"CERTLOOP_EVENT_BUS=arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/team/bus",
		"CERTLOOP_NOTIFY=failures",
		"CERTLOOP_MAILS_PER_HOUR=25",
		"CERTLOOP_DOCS_URL=https://docs.example.com/certloop/",
		"CERTLOOP_PROBE=private-names",
		"CERTLOOP_RESOLVERS=10.0.0.2:53, [fd00::1]:5353",
		"CERTLOOP_LOG_LEVEL=DEBUG",
		"CERTLOOP_RESERVE=3s",
		"CERTLOOP_EFFECT_TIMEOUT=40s",
		"CERTLOOP_CLOCK_SKEW=2m",
		"CERTLOOP_IMPORT_GRACE=1500ms",
		"CERTLOOP_MIN_ISSUANCE_INTERVAL=6h",
		"CERTLOOP_CHECK_REVOCATION=false",
		"PATH=/bin",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := config{
		Region:        "us-gov-west-1",
		Table:         "my.records",
		TableARN:      "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/my.records",
		Index:         "by-due",
		QueueURL:      "http://127.0.0.1:4566/123456789012/work",
		KMSKeyID:      "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		SecretPrefix:  "team/certloop",
		RoleARN:       "arn:aws-us-gov:iam::123456789012:role/certloop",
		SecretsKeyID:  "alias/secrets",
		TopicARN:      "arn:aws-us-gov:sns:us-gov-west-1:123456789012:certificates",
		EventBus:      "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/team/bus",
		Probe:         api.NetworkPrivate,
		Resolvers:     []string{"10.0.0.2:53", "[fd00::1]:5353"},
		LogLevel:      slog.LevelDebug,
		Reserve:       3 * time.Second,
		EffectTimeout: 40 * time.Second,
		ClockSkew:     2 * time.Minute,
		ImportGrace:   1500 * time.Millisecond,
		MinInterval:   6 * time.Hour,

		ProbeNamesOnly: true, RevocationOff: true, MailFailuresOnly: true, MailsPerHour: 25, DocsURL: "https://docs.example.com/certloop",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the settings differ (-want +got):\n%s", cmp.Diff(want, got))
	}
	for i := range reflect.TypeFor[config]().NumField() {
		if reflect.ValueOf(got).Field(i).IsZero() {
			t.Errorf("no variable of this test sets %s", reflect.TypeFor[config]().Field(i).Name)
		}
	}
}

func TestLoadConfig_AWrongVariableIsReportedWithItsValueAndTheRemedy(t *testing.T) {
	for sentence, c := range map[string]struct {
		environ []string
		want    string
	}{
		"no region": {with("AWS_REGION", ""),
			`AWS_REGION is not set: set it to the region the function runs in, such as eu-central-1`},
		"a region of another form": {with("AWS_REGION", "Frankfurt"),
			`AWS_REGION is "Frankfurt", which is not valid: set it to the region the function runs in`},
		"no table": {with("CERTLOOP_TABLE", ""),
			`CERTLOOP_TABLE is not set: set it to the name of the DynamoDB table of the records`},
		"an ARN for a name": {with("CERTLOOP_TABLE", "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"),
			`CERTLOOP_TABLE is "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop", which is not valid`},
		"no table ARN": {with("CERTLOOP_TABLE_ARN", ""),
			`CERTLOOP_TABLE_ARN is not set: set it to the ARN of the table in CERTLOOP_TABLE`},
		"a name for an ARN": {with("CERTLOOP_TABLE_ARN", "certloop"),
			`CERTLOOP_TABLE_ARN is "certloop", which is not a table ARN: set it to`},
		"the ARN of another table": {with("CERTLOOP_TABLE", "other"),
			`CERTLOOP_TABLE_ARN is "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop", which is another table ` +
				`than "other": set it to`},
		// Before this check, an owner tag of 265 characters failed only after a certificate had been issued.
		"a table whose owner tags ACM refuses": {append(with("CERTLOOP_TABLE", strings.Repeat("t", 150)),
			"CERTLOOP_TABLE_ARN=arn:aws:dynamodb:ap-northeast-1:123456789012:table/"+strings.Repeat("t", 150)),
			`makes an owner tag of 265, and ACM accepts 256, so the table's name may have at most 141 characters here`},
		"an index of another form": {with("CERTLOOP_INDEX", "a b"),
			`CERTLOOP_INDEX is "a b", which is not valid: set it to the name of the table's index on due and due_at`},
		"no queue": {with("CERTLOOP_QUEUE_URL", ""),
			`CERTLOOP_QUEUE_URL is not set: set it to the URL of the SQS work queue`},
		"a queue's ARN": {with("CERTLOOP_QUEUE_URL", "arn:aws:sqs:eu-central-1:123456789012:certloop"),
			`CERTLOOP_QUEUE_URL is "arn:aws:sqs:eu-central-1:123456789012:certloop", which is not a queue URL: set it to`},
		"a URL without a queue": {with("CERTLOOP_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/"),
			`which is not a queue URL`},
		"no KMS key": {with("CERTLOOP_KMS_KEY_ID", ""),
			`CERTLOOP_KMS_KEY_ID is not set: set it to the ID, alias or ARN of the KMS key that seals private keys`},
		"a KMS key of another form": {with("CERTLOOP_KMS_KEY_ID", "my key"),
			`CERTLOOP_KMS_KEY_ID is "my key", which is not valid: set it to`},
		"a secret prefix with a slash at its end": {with("CERTLOOP_SECRET_PREFIX", "certloop/"),
			`CERTLOOP_SECRET_PREFIX is "certloop/", which is not valid: set it to the start of the secrets' names in ` +
				`Secrets Manager, without a slash at either end`},
		"a topic's name": {with("CERTLOOP_TOPIC_ARN", "topic"),
			`CERTLOOP_TOPIC_ARN is "topic", which is not valid: set it to the ARN of an SNS topic, or leave it unset`},
		"a bus of another form": {with("CERTLOOP_EVENT_BUS", "a bus"),
			`CERTLOOP_EVENT_BUS is "a bus", which is not valid: set it to the name or ARN of an EventBridge bus, or ` +
				`leave it unset`},
		"an unknown filter":            {with("CERTLOOP_NOTIFY", "none"), `CERTLOOP_NOTIFY is "none", which is neither: set it to all, or failures`},
		"mails of a negative number":   {with("CERTLOOP_MAILS_PER_HOUR", "-1"), `which is not a number from 0 to 100`},
		"mails beyond what is kept":    {with("CERTLOOP_MAILS_PER_HOUR", "101"), `which is not a number from 0 to 100`},
		"documents without encryption": {with("CERTLOOP_DOCS_URL", "http://docs.example.com"), `which is not an https URL of a folder`},
		"a network that is none":       {with("CERTLOOP_PROBE", "all"), `CERTLOOP_PROBE is "all", which is none of them: set it to public, private`},
		"no probes of names":           {with("CERTLOOP_PROBE", "off-names"), `CERTLOOP_PROBE is "off-names", which is none of them`},
		"a resolver without a port": {with("CERTLOOP_RESOLVERS", "1.1.1.1:53,9.9.9.9"),
			`CERTLOOP_RESOLVERS is "1.1.1.1:53,9.9.9.9", in which "9.9.9.9" is not a host:port: set it to DNS servers as ` +
				`host:port, separated by commas, or leave it unset`},
		"a resolver without a host": {with("CERTLOOP_RESOLVERS", ":53"), `in which ":53" is not a host:port`},
		"a resolver with an invalid port": {with("CERTLOOP_RESOLVERS", "1.1.1.1:70000"),
			`in which "1.1.1.1:70000" has no port from 1 to 65535`},
		"an unknown level": {with("CERTLOOP_LOG_LEVEL", "loud"),
			`CERTLOOP_LOG_LEVEL is "loud", which is not a level: set it to debug, info, warn or error`},
		"a level with an offset": {with("CERTLOOP_LOG_LEVEL", "info+2"), `which is not a level`},
		"neither true nor false": {with("CERTLOOP_CHECK_REVOCATION", "no"),
			`CERTLOOP_CHECK_REVOCATION is "no", which is neither: set it to true, or false to ask no OCSP responder and read no CRL`},
		"an interval of nothing": {with("CERTLOOP_MIN_ISSUANCE_INTERVAL", "0s"),
			`CERTLOOP_MIN_ISSUANCE_INTERVAL is "0s", which is not a duration from 1s to 24h: set it to a Go duration from 1s to 24h such as 12h`},
		"an interval of two days":        {with("CERTLOOP_MIN_ISSUANCE_INTERVAL", "48h"), `which is not a duration from 1s to 24h`},
		"an interval before all of time": {with("CERTLOOP_MIN_ISSUANCE_INTERVAL", "-12h"), `which is not a duration from 1s to 24h`},
		"a duration without a unit": {with("CERTLOOP_EFFECT_TIMEOUT", "90"),
			`CERTLOOP_EFFECT_TIMEOUT is "90", which is not a positive duration: set it to a positive Go duration such as 90s, or leave ` +
				`it unset`},
		"a duration of nothing":   {with("CERTLOOP_RESERVE", "0s"), `CERTLOOP_RESERVE is "0s", which is not a positive duration`},
		"a duration in the past":  {with("CERTLOOP_IMPORT_GRACE", "-1m"), `CERTLOOP_IMPORT_GRACE is "-1m", which is not a`},
		"a variable misspelt":     {with("CERTLOOP_TOPIC", "x"), `CERTLOOP_TOPIC is not known: use one of CERTLOOP_TABLE, `},
		"a value of many letters": {with("CERTLOOP_INDEX", strings.Repeat("é", 300)), strings.Repeat("é", 50) + `…", which`},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := loadConfig(c.environ)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant %s", err, c.want)
			}
			if err != nil && strings.Count(err.Error(), "; ") != 0 {
				t.Errorf("one problem is reported several times: %v", err)
			}
		})
	}
}

func TestLoadConfig_AllProblemsAreReportedAtOnce(t *testing.T) {
	_, err := loadConfig([]string{"CERTLOOP_TABL=x", "CERTLOOP_EFFECT_TIMEOUT=soon"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"AWS_REGION", "CERTLOOP_TABLE", "CERTLOOP_TABLE_ARN", "CERTLOOP_QUEUE_URL",
		"CERTLOOP_KMS_KEY_ID", "CERTLOOP_EFFECT_TIMEOUT", "CERTLOOP_TABL"} {
		if !strings.Contains(err.Error(), name+" is ") {
			t.Errorf("%s is not in %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %v", err)
	}
}

// TestLoadConfig_AReleaseHasNoOtherClock holds the program that is packaged. The program of the sandbox, which has the
// build tag of that name, knows this variable.
func TestLoadConfig_AReleaseHasNoOtherClock(t *testing.T) {
	_, err := loadConfig(with("CERTLOOP_CLOCK_AHEAD", "24h"))
	if err == nil || !strings.Contains(err.Error(), "CERTLOOP_CLOCK_AHEAD is not known") {
		t.Errorf("error %v", err)
	}
}
