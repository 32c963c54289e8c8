package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// dynamoDB: list_amazondynamodb.html. A transaction needs the permissions of its parts
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html). A query of an index
// needs one on the index.
func (a Account) dynamoDB(c Call) ([]Request, error) {
	switch c.Operation {
	case "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable":
		r, err := a.item(c, c.Operation, c.JSON)
		return []Request{r}, err
	case "TransactWriteItems", "TransactGetItems":
		return a.transaction(c)
	case "BatchWriteItem", "BatchGetItem":
		return a.batch(c)
	}
	return nil, nil
}

// item returns one request on a table, with its partition keys
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html). A scan has none.
func (a Account) item(c Call, action string, in map[string]any) (Request, error) {
	table, _ := in["TableName"].(string)
	r := Request{Action: "dynamodb:" + action, Resource: a.arn(c, "dynamodb", "table/"+table)}
	if index, ok := in["IndexName"].(string); ok {
		r.Resource += "/index/" + index
	}
	if a.PartitionKey == "" || action == "Scan" || action == "DescribeTable" {
		return r, nil
	}
	key, err := a.leadingKey(in)
	r.Context = leadingKeys(key)
	return r, err
}

func leadingKeys(keys ...string) map[string][]string {
	return map[string][]string{"dynamodb:LeadingKeys": distinct(keys)}
}

// leadingKey returns the partition key of an item or of a query.
func (a Account) leadingKey(in map[string]any) (string, error) {
	for _, field := range []string{"Key", "Item"} {
		if item, ok := in[field].(map[string]any); ok {
			return text(item[a.PartitionKey])
		}
	}
	condition, _ := in["KeyConditionExpression"].(string)
	_, value, found := strings.Cut(condition, " = ")
	value, _, _ = strings.Cut(value, " ")
	values, _ := in["ExpressionAttributeValues"].(map[string]any)
	if !found || values[value] == nil {
		return "", fmt.Errorf("the key condition %q is not known", condition)
	}
	return text(values[value])
}

// text returns the string in an attribute value.
func text(value any) (string, error) {
	object, _ := value.(map[string]any)
	s, ok := object["S"].(string)
	if !ok {
		return "", fmt.Errorf("the partition key %v is not a string", value)
	}
	return s, nil
}

func (a Account) transaction(c Call) (all []Request, err error) {
	actions := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
	for _, part := range c.objects("TransactItems") {
		for kind, in := range part {
			object, ok := in.(map[string]any)
			if actions[kind] == "" || !ok {
				return nil, fmt.Errorf("the part %s of a transaction is not known", kind)
			}
			r, err := a.item(c, actions[kind], object)
			if err != nil {
				return nil, err
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// batch returns one request for each table, with all its partition keys there.
func (a Account) batch(c Call) (all []Request, err error) {
	tables, _ := c.JSON["RequestItems"].(map[string]any)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		r := Request{Action: "dynamodb:" + c.Operation, Resource: a.arn(c, "dynamodb", "table/"+table)}
		var keys []string
		for _, in := range parts(tables[table]) {
			key, err := a.leadingKey(in)
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
		}
		r.Context = leadingKeys(keys...)
		all = append(all, r)
	}
	return all, nil
}

// parts returns the items of a batch, each as a map with its Key or Item.
func parts(of any) (all []map[string]any) {
	if get, ok := of.(map[string]any); ok {
		keys, _ := get["Keys"].([]any)
		for _, key := range keys {
			all = append(all, map[string]any{"Key": key})
		}
	}
	writes, _ := of.([]any)
	for _, write := range writes {
		object, _ := write.(map[string]any)
		for _, in := range object {
			part, _ := in.(map[string]any)
			all = append(all, part)
		}
	}
	return all
}
