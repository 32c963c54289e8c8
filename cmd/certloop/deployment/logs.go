package deployment

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"certloop/reconciler/api"
)

// LogLine is one line of the function's log.
type LogLine struct {
	// ID is CloudWatch's; it is the same if a line is read again.
	ID   string
	Time time.Time
	// Fields are the line's (docs/reference/logs.md).
	Fields map[string]any
}

// Logs iterates over the function's lines about one record since a time, oldest first.
func (d *Deployment) Logs(ctx context.Context, key api.Key, since time.Time) iter.Seq2[LogLine, error] {
	client := cloudwatchlogs.NewFromConfig(d.AWS)
	return func(yield func(LogLine, error) bool) {
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(client, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: aws.String("/aws/lambda/" + d.Function),
			StartTime:    aws.Int64(since.UnixMilli()),
			// A record's name has no character that a pattern would interpret.
			FilterPattern: aws.String(fmt.Sprintf(`{ $.name = %q && $.kind = %q }`, key.Name, key.Kind)),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(LogLine{}, d.explained(err))
				return
			}
			for _, event := range page.Events {
				line := LogLine{ID: aws.ToString(event.EventId), Time: time.UnixMilli(aws.ToInt64(event.Timestamp)).UTC()}
				if json.Unmarshal([]byte(aws.ToString(event.Message)), &line.Fields) != nil {
					continue // a line that Lambda itself wrote
				}
				if !yield(line, nil) {
					return
				}
			}
		}
	}
}
