package module

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// alarm is an alarm of terraform/alarms.tf with the default thresholds.
type alarm struct {
	namespace, metric, dimension, statistic string
	below                                   bool
	threshold, period, periods              int
	missing                                 string
}

// alarms maps the name of each alarm, after the deployment's name, to its definition.
var alarms = map[string]alarm{
	"days-to-expiry":        {Name, "MinimumDaysToExpiry", "Table=" + Name, "Minimum", true, 7, 3600, 1, "missing"},
	"not-ready":             {Name, "LongestNotReady", "Table=" + Name, "Maximum", false, 24 * 3600, 3600, 1, "missing"},
	"overdue":               {Name, "OldestOverdue", "Table=" + Name, "Maximum", false, 60 * 60, 3600, 1, "missing"},
	"dead-letters":          {"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=" + deadLetters, "Maximum", false, 0, 300, 1, "notBreaching"},
	"stream-failures":       {"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=" + streamFailures, "Maximum", false, 0, 300, 1, "notBreaching"},
	"stream-age":            {"AWS/Lambda", "IteratorAge", "FunctionName=" + Name, "Maximum", false, 15 * 60 * 1000, 300, 3, "notBreaching"},
	"issuances":             {Name, "CertificatesIssued", "Table=" + Name, "Sum", false, 100, 86400, 1, "notBreaching"},
	"errors":                {"AWS/Lambda", "Errors", "FunctionName=" + Name, "Sum", false, 2, 900, 2, "notBreaching"},
	"throttles":             {"AWS/Lambda", "Throttles", "FunctionName=" + Name, "Sum", false, 0, 300, 3, "notBreaching"},
	"days-to-expiry-served": {Name, "MinimumDaysToExpiryServed", "Table=" + Name, "Minimum", true, 7, 3600, 1, "missing"},
	"not-served":            {Name, "EndpointsNotCurrent", "Table=" + Name, "Minimum", false, 0, 3600, 1, "missing"},
	"unreachable":           {Name, "EndpointsUnreachable", "Table=" + Name, "Minimum", false, 0, 3600, 3, "missing"},
	"probes-overdue":        {Name, "OldestOverdueProbe", "Table=" + Name, "Minimum", false, 60 * 60, 3600, 1, "missing"},
	"probes-silent":         {Name, "Probes", "Table=" + Name, "Sum", true, 1, 3600, 2, "notBreaching"},
	// The module's alarm is a metric expression. Its period, threshold and treatment of missing data are these.
	"silence": {Name, "Resyncs", "Table=" + Name, "Sum", true, 1, 3600, 26, "breaching"},
}

func (d *Deployment) makeAlarms(ctx context.Context) error {
	for name, a := range alarms {
		form := a.form(Name + "-" + name)
		form.Set("AlarmActions.member.1", d.TopicARN)
		if err := d.aws.query(ctx, "monitoring", "2010-08-01", "PutMetricAlarm", form); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (a alarm) form(name string) url.Values {
	comparison := "GreaterThanThreshold"
	if a.below {
		comparison = "LessThanThreshold"
	}
	dimension, value, _ := strings.Cut(a.dimension, "=")
	return url.Values{
		"AlarmName": {name}, "Namespace": {a.namespace}, "MetricName": {a.metric}, "Statistic": {a.statistic},
		"Dimensions.member.1.Name": {dimension}, "Dimensions.member.1.Value": {value},
		"ComparisonOperator": {comparison}, "Threshold": {strconv.Itoa(a.threshold)}, "Period": {strconv.Itoa(a.period)},
		"EvaluationPeriods": {strconv.Itoa(a.periods)}, "TreatMissingData": {a.missing}, "ActionsEnabled": {"true"},
		"AlarmDescription": {"See docs/guides/operate.md, alarm " + name[len(Name)+1:] + "."},
	}
}
