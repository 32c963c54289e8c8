package fake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stream is the stream of a table. It has one shard and keeps what happened within a day.
type stream struct {
	arn, label, view string
	table            *table
	records          []record
	// dropped is how many records are older than a day.
	dropped int
}

// record is a change of an item, as the stream returns it.
type record struct {
	EventID      string         `json:"eventID"`
	EventName    string         `json:"eventName"`
	EventVersion string         `json:"eventVersion"`
	EventSource  string         `json:"eventSource"`
	Region       string         `json:"awsRegion"`
	Change       streamedChange `json:"dynamodb"`
}

type streamedChange struct {
	ApproximateCreationDateTime int64
	Keys                        item
	NewImage                    item `json:",omitempty"`
	OldImage                    item `json:",omitempty"`
	SequenceNumber              string
	SizeBytes                   int
	StreamViewType              string
}

const (
	shard       = "shardId-00000000000000000000-00000000"
	streamLasts = 24 * time.Hour
)

func (s *Service) newStream(t *table, view string) (*stream, error) {
	if !slices.Contains([]string{"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"}, view) {
		return nil, invalid("Unknown StreamViewType: %q", view)
	}
	// Two streams of tables of one name have different labels.
	label := s.config.Now().UTC().Add(time.Duration(s.made) * time.Millisecond).Format("2006-01-02T15:04:05.000")
	s.made++
	return &stream{arn: t.arn + "/stream/" + label, label: label, view: view, table: t}, nil
}

// append adds a change to the stream.
func (s *Service) append(t *table, before, after item) {
	st, name, now := t.stream, "MODIFY", s.config.Now()
	switch {
	case before == nil:
		name = "INSERT"
	case after == nil:
		name = "REMOVE"
	}
	either := after
	if after == nil {
		either = before
	}
	keys := either.only(t.key.partition, t.key.sort)
	number := st.dropped + len(st.records) + 1
	r := record{EventID: fmt.Sprintf("%032x", number), EventName: name, EventVersion: "1.1", EventSource: "aws:dynamodb", Region: s.config.Region,
		Change: streamedChange{ApproximateCreationDateTime: now.Unix(), Keys: keys, SequenceNumber: fmt.Sprintf("%021d", number),
			SizeBytes: keys.bytes(), StreamViewType: st.view}}
	if strings.HasPrefix(st.view, "NEW") {
		r.Change.NewImage = after
	}
	if strings.HasSuffix(st.view, "OLD_IMAGE") || strings.HasSuffix(st.view, "OLD_IMAGES") {
		r.Change.OldImage = before
	}
	for len(st.records) > 0 && now.Sub(time.Unix(st.records[0].Change.ApproximateCreationDateTime, 0)) > streamLasts {
		st.records, st.dropped = st.records[1:], st.dropped+1
	}
	st.records = append(st.records, r)
}

func (s *Service) findStream(arn string) (*stream, error) {
	for _, t := range s.tables {
		if t.stream != nil && t.stream.arn == arn {
			return t.stream, nil
		}
	}
	return nil, refuse("ResourceNotFoundException", "Requested resource not found: Stream: %s not found", arn)
}

func (s *Service) describeStream(in struct{ StreamArn string }) (any, error) {
	st, err := s.findStream(in.StreamArn)
	if err != nil {
		return nil, err
	}
	return map[string]any{"StreamDescription": map[string]any{
		"StreamArn": st.arn, "StreamLabel": st.label, "StreamStatus": "ENABLED", "StreamViewType": st.view, "TableName": st.table.name,
		"KeySchema": st.table.input.KeySchema, "CreationRequestDateTime": st.table.created.Unix(),
		"Shards": []any{map[string]any{"ShardId": shard, "SequenceNumberRange": map[string]any{"StartingSequenceNumber": fmt.Sprintf("%021d", 1)}}},
	}}, nil
}

type iteratorInput struct{ StreamArn, ShardId, ShardIteratorType, SequenceNumber string }

func (s *Service) shardIterator(in iteratorInput) (any, error) {
	st, err := s.findStream(in.StreamArn)
	if err != nil {
		return nil, err
	}
	if in.ShardId != shard {
		return nil, refuse("ResourceNotFoundException", "Requested resource not found: Shard does not exist")
	}
	at, err := strconv.Atoi(strings.TrimLeft(in.SequenceNumber, "0"))
	switch in.ShardIteratorType {
	case "TRIM_HORIZON":
		at, err = st.dropped, nil
	case "LATEST":
		at, err = st.dropped+len(st.records), nil
	case "AT_SEQUENCE_NUMBER":
		at--
	case "AFTER_SEQUENCE_NUMBER":
	default:
		return nil, invalid("1 validation error detected: Value '%s' at 'shardIteratorType' failed to satisfy constraint", in.ShardIteratorType)
	}
	if err != nil {
		return nil, invalid("Invalid SequenceNumber")
	}
	return map[string]any{"ShardIterator": st.iterator(at)}, nil
}

func (st *stream) iterator(at int) string { return st.arn + "|" + strconv.Itoa(at) }

// mostRecords is how many records one GetRecords returns.
const mostRecords = 1000

func (s *Service) records(in struct {
	ShardIterator string
	Limit         int
}) (any, error) {
	arn, text, _ := strings.Cut(in.ShardIterator, "|")
	at, err := strconv.Atoi(text)
	if err != nil {
		return nil, invalid("Invalid ShardIterator")
	}
	st, err := s.findStream(arn)
	if err != nil {
		return nil, err
	}
	if at < st.dropped {
		return nil, refuse("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard")
	}
	if in.Limit == 0 {
		in.Limit = mostRecords
	}
	if in.Limit < 1 || in.Limit > mostRecords {
		return nil, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint", in.Limit)
	}
	from := min(at-st.dropped, len(st.records))
	to := min(from+in.Limit, len(st.records))
	return map[string]any{"Records": append([]record{}, st.records[from:to]...), "NextShardIterator": st.iterator(st.dropped + to)}, nil
}
