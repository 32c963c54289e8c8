package fake

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// keySchema are the attributes of a key: partition and sort key.
type keySchema struct{ partition, sort string }

// table is a table with its indexes and its stream.
type table struct {
	name, arn string
	created   time.Time
	key       keySchema
	types     map[string]string
	items     ordered
	indexes   map[string]*index
	stream    *stream
	input     createInput
}

// index is a global secondary index. It holds the items that have both of its keys.
type index struct {
	name string
	key  keySchema
	// project returns what the index has of an item.
	project func(item) item
	items   ordered
}

type (
	attributeDefinition struct{ AttributeName, AttributeType string }
	keyElement          struct{ AttributeName, KeyType string }
	projection          struct {
		ProjectionType   string
		NonKeyAttributes []string `json:",omitempty"`
	}
	indexInput struct {
		IndexName  string
		KeySchema  []keyElement
		Projection projection
	}
	streamInput struct {
		StreamEnabled  bool
		StreamViewType string `json:",omitempty"`
	}
	createInput struct {
		TableName, BillingMode string
		AttributeDefinitions   []attributeDefinition
		KeySchema              []keyElement
		GlobalSecondaryIndexes []indexInput
		StreamSpecification    *streamInput
	}
	tableName struct{ TableName string }
)

func (s *Service) createTable(in createInput) (any, error) {
	if s.tables[in.TableName] != nil {
		return nil, refuse("ResourceInUseException", "Table already exists: %s", in.TableName)
	}
	if in.BillingMode != "PAY_PER_REQUEST" {
		return nil, invalid("the fake serves tables with BillingMode PAY_PER_REQUEST only, not %q", in.BillingMode)
	}
	t := &table{name: in.TableName, created: s.config.Now(), types: map[string]string{}, indexes: map[string]*index{}, input: in}
	t.arn = fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/%s", s.config.Region, s.config.Account, in.TableName)
	for _, a := range in.AttributeDefinitions {
		t.types[a.AttributeName] = a.AttributeType
	}
	var err error
	if t.key, err = t.schema(in.KeySchema); err != nil {
		return nil, err
	}
	for _, i := range in.GlobalSecondaryIndexes {
		if err := t.addIndex(i); err != nil {
			return nil, err
		}
	}
	if in.StreamSpecification != nil && in.StreamSpecification.StreamEnabled {
		if t.stream, err = s.newStream(t, in.StreamSpecification.StreamViewType); err != nil {
			return nil, err
		}
	}
	s.tables[t.name] = t
	return map[string]any{"TableDescription": t.describe()}, nil
}

func (t *table) schema(elements []keyElement) (keySchema, error) {
	if len(elements) != 2 || elements[0].KeyType != "HASH" || elements[1].KeyType != "RANGE" {
		return keySchema{}, invalid("the fake serves keys with a partition key and a sort key only")
	}
	k := keySchema{elements[0].AttributeName, elements[1].AttributeName}
	for _, name := range []string{k.partition, k.sort} {
		if !slices.Contains([]string{kindString, kindNumber, kindBinary}, t.types[name]) {
			return keySchema{}, invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", name)
		}
	}
	return k, nil
}

func (t *table) addIndex(in indexInput) error {
	key, err := t.schema(in.KeySchema)
	if err != nil {
		return err
	}
	i := &index{name: in.IndexName, key: key}
	switch in.Projection.ProjectionType {
	case "ALL":
		i.project = func(it item) item { return it }
	case "KEYS_ONLY", "INCLUDE":
		names := append([]string{t.key.partition, t.key.sort, key.partition, key.sort}, in.Projection.NonKeyAttributes...)
		i.project = func(it item) item { return it.only(names...) }
	default:
		return invalid("Unknown ProjectionType: %s", in.Projection.ProjectionType)
	}
	t.indexes[i.name] = i
	return nil
}

func (it item) only(names ...string) item {
	out := item{}
	for _, name := range names {
		if v, ok := it[name]; ok {
			out[name] = v
		}
	}
	return out
}

func (t *table) describe() map[string]any {
	out := map[string]any{
		"TableName": t.name, "TableArn": t.arn, "TableStatus": "ACTIVE", "CreationDateTime": t.created.Unix(),
		"AttributeDefinitions": t.input.AttributeDefinitions, "KeySchema": t.input.KeySchema,
		"ItemCount": t.items.len(), "TableSizeBytes": 0,
		"BillingModeSummary": map[string]any{"BillingMode": t.input.BillingMode},
	}
	var indexes []map[string]any
	for _, i := range t.input.GlobalSecondaryIndexes {
		indexes = append(indexes, map[string]any{"IndexName": i.IndexName, "KeySchema": i.KeySchema, "Projection": i.Projection,
			"IndexStatus": "ACTIVE", "IndexArn": t.arn + "/index/" + i.IndexName, "ItemCount": t.indexes[i.IndexName].items.len()})
	}
	if indexes != nil {
		out["GlobalSecondaryIndexes"] = indexes
	}
	if t.stream != nil {
		out["StreamSpecification"] = t.input.StreamSpecification
		out["LatestStreamArn"], out["LatestStreamLabel"] = t.stream.arn, t.stream.label
	}
	return out
}

// find finds a table by its name or ARN.
func (s *Service) find(name string) (*table, error) {
	t := s.tables[name]
	if _, after, ok := strings.Cut(name, ":table/"); ok {
		if t = s.tables[after]; t != nil && t.arn != name {
			t = nil
		}
	}
	if t == nil {
		return nil, refuse("ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
	}
	return t, nil
}

func (s *Service) describeTable(in tableName) (any, error) {
	t, err := s.find(in.TableName)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Table": t.describe()}, nil
}

func (s *Service) deleteTable(in tableName) (any, error) {
	t, err := s.find(in.TableName)
	if err != nil {
		return nil, err
	}
	delete(s.tables, t.name)
	return map[string]any{"TableDescription": t.describe()}, nil
}
