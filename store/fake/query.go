package fake

import (
	"slices"
)

// listInput is the input of Query and Scan.
type listInput struct {
	TableName, IndexName                     string
	KeyConditionExpression, FilterExpression string
	ProjectionExpression, Select             string
	ExpressionAttributeNames                 map[string]string
	ExpressionAttributeValues                item
	ConsistentRead                           bool
	ScanIndexForward                         *bool
	Limit                                    int
	ExclusiveStartKey                        item
}

// listing is a Query or a Scan that was read.
type listing struct {
	listInput
	*placeholders
	table   *table
	index   *index
	key     keySchema
	filter  condition
	project func(item) item
}

func (in listInput) prepare(s *Service) (*listing, error) {
	t, err := s.find(in.TableName)
	if err != nil {
		return nil, err
	}
	shared := newPlaceholders(t, in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	l := &listing{listInput: in, placeholders: shared, table: t, key: t.key}
	if in.IndexName != "" {
		if l.index = t.indexes[in.IndexName]; l.index == nil {
			return nil, invalid("The table does not have the specified index: %s", in.IndexName)
		}
		if l.key = l.index.key; in.ConsistentRead {
			return nil, invalid("Consistent reads are not supported on global secondary indexes")
		}
	}
	if in.Select != "" && in.Select != "COUNT" && in.Select != "ALL_ATTRIBUTES" {
		return nil, invalid("the fake does not serve Select %s", in.Select)
	}
	if in.FilterExpression != "" {
		if l.filter, err = parse(shared, "FilterExpression", in.FilterExpression, (*parser).condition); err != nil {
			return nil, err
		}
	}
	if l.project, err = projected(shared, in.ProjectionExpression); err != nil {
		return nil, err
	}
	return l, l.checkStart()
}

// checkStart refuses a start key that is none of what is listed.
func (l *listing) checkStart() error {
	if l.ExclusiveStartKey == nil {
		return nil
	}
	for _, name := range l.startNames() {
		v, ok := l.ExclusiveStartKey[name]
		if !ok || v.kind != l.table.types[name] || len(l.ExclusiveStartKey) != len(l.startNames()) {
			return invalid("The provided starting key is invalid")
		}
	}
	return nil
}

// startNames are the attributes of a start key: those of the table's key, and those of the index.
func (l *listing) startNames() []string {
	names := []string{l.table.key.partition, l.table.key.sort, l.key.partition, l.key.sort}
	slices.Sort(names)
	return slices.Compact(names)
}

func (l *listing) source() *ordered {
	if l.index != nil {
		return &l.index.items
	}
	return &l.table.items
}

// page returns one page of the entries, which are in the order of the answer.
func (l *listing) page(s *Service, entries []entry, backward bool) any {
	items, count, scanned, bytes := []item{}, 0, 0, 0
	var last item
	for _, e := range l.after(entries, backward) {
		scanned++
		bytes += e.item.bytes()
		if l.filter == nil || l.filter(e.item) {
			count++
			items = append(items, l.project(e.item))
		}
		if scanned == l.Limit || bytes >= s.config.PageBytes {
			last = e.item.only(l.startNames()...)
			break
		}
	}
	out := map[string]any{"Count": count, "ScannedCount": scanned}
	if l.Select != "COUNT" {
		out["Items"] = items
	}
	if last != nil {
		out["LastEvaluatedKey"] = last
	}
	return out
}

// after returns the entries behind the start key.
func (l *listing) after(entries []entry, backward bool) []entry {
	if l.ExclusiveStartKey == nil {
		return entries
	}
	primary := ""
	if l.index != nil {
		primary = l.table.primary(l.ExclusiveStartKey)
	}
	start, _ := l.key.place(l.ExclusiveStartKey, primary)
	at := slices.IndexFunc(entries, func(e entry) bool {
		if backward {
			return e.compare(start) < 0
		}
		return e.compare(start) > 0
	})
	if at < 0 {
		return nil
	}
	return entries[at:]
}

func (s *Service) scan(in listInput) (any, error) {
	if in.KeyConditionExpression != "" || in.ScanIndexForward != nil {
		return nil, refuse("SerializationException", "the fake does not read this request: Scan has no key condition and no direction")
	}
	l, err := in.prepare(s)
	if err != nil {
		return nil, err
	}
	if err := l.finish(); err != nil {
		return nil, err
	}
	return l.page(s, l.source().entries, false), nil
}

func (s *Service) query(in listInput) (any, error) {
	if in.KeyConditionExpression == "" {
		return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	l, err := in.prepare(s)
	if err != nil {
		return nil, err
	}
	key, err := l.keyCondition()
	if err != nil {
		return nil, err
	}
	if err := l.finish(); err != nil {
		return nil, err
	}
	var found []entry
	for _, e := range l.source().partition(key.partition) {
		if key.sort == nil || key.sort(e.item) {
			found = append(found, e)
		}
	}
	backward := in.ScanIndexForward != nil && !*in.ScanIndexForward
	if backward {
		slices.Reverse(found)
	}
	return l.page(s, found, backward), nil
}
