package fake_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

type attributes = map[string]types.AttributeValue

// generator draws requests about few items, so that they meet.
type generator struct {
	*rapid.T
	table, sent string
	names       map[string]string
	values      attributes
}

func (g *generator) pick(what string, of ...string) string {
	return rapid.SampledFrom(of).Draw(g.T, what)
}

func (g *generator) yes(what string) bool { return rapid.Bool().Draw(g.T, what) }

func (g *generator) key() attributes {
	return keyOf(g.pick("name", "a", "b"), g.pick("kind", "x", "y"))
}

// attributeNames are those of the items besides the keys of table and index.
var attributeNames = []string{"s", "n", "l", "m", "set", "owner"}

func (g *generator) scalar() types.AttributeValue {
	switch g.pick("scalar", "S", "N", "N", "BOOL", "NULL", "B") {
	case "S":
		return &types.AttributeValueMemberS{Value: g.pick("text", "", "a", "ab", "b", "ü")}
	case "N":
		return &types.AttributeValueMemberN{Value: g.pick("number", "0", "1", "2", "10", "-1.50", "1e2", "+3", "0.10", "x", "1234567890123456789012345678901234567890")}
	case "BOOL":
		return &types.AttributeValueMemberBOOL{Value: g.yes("bool")}
	case "NULL":
		return &types.AttributeValueMemberNULL{Value: true}
	}
	return &types.AttributeValueMemberB{Value: []byte(g.pick("bytes", "a", "b", "ab"))}
}

func (g *generator) value() types.AttributeValue {
	switch g.pick("value", "scalar", "scalar", "L", "M", "SS", "NS") {
	case "L":
		var list []types.AttributeValue
		for range rapid.IntRange(0, 3).Draw(g.T, "length") {
			list = append(list, g.scalar())
		}
		return &types.AttributeValueMemberL{Value: list}
	case "M":
		return &types.AttributeValueMemberM{Value: attributes{g.pick("field", "s", "n"): g.scalar()}}
	case "SS":
		return &types.AttributeValueMemberSS{Value: g.several("elements", "a", "b", "c")}
	case "NS":
		return &types.AttributeValueMemberNS{Value: g.several("elements", "1", "2", "3.0")}
	}
	return g.scalar()
}

func (g *generator) several(what string, of ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, 3, rapid.ID[string]).Draw(g.T, what)
}

func (g *generator) item() attributes {
	it := g.key()
	for range rapid.IntRange(0, 4).Draw(g.T, "attributes") {
		it[g.pick("attribute", attributeNames...)] = g.value()
	}
	if g.yes("indexed") {
		it["due"] = &types.AttributeValueMemberS{Value: "p"}
		it["due_at"] = &types.AttributeValueMemberN{Value: g.pick("due_at", "1", "2", "30", "4.5")}
	}
	return it
}

// begin forgets the placeholders of the last request.
func (g *generator) begin() { g.names, g.values = nil, nil }

func (g *generator) path() string {
	p := g.attribute()
	switch g.pick("path", "whole", "whole", "whole", "element", "field") {
	case "element":
		p += g.pick("index", "[0]", "[1]", "[7]")
	case "field":
		p += "." + g.pick("field", "s", "n")
	}
	return p
}

func (g *generator) attribute() string { return g.named(g.pick("attribute", attributeNames...)) }

func (g *generator) named(name string) string {
	if g.names == nil {
		g.names = map[string]string{}
	}
	g.names["#"+name] = name
	return "#" + name
}

func (g *generator) constant(v types.AttributeValue) string {
	if g.values == nil {
		g.values = attributes{}
	}
	p := fmt.Sprintf(":v%d", len(g.values))
	g.values[p] = v
	return p
}

func (g *generator) operand() string {
	switch g.pick("operand", "value", "path", "size") {
	case "value":
		return g.constant(g.value())
	case "size":
		return "size(" + g.path() + ")"
	}
	return g.path()
}

func (g *generator) condition(depth int) string {
	kinds := []string{"compare", "compare", "exists", "absent", "contains", "begins", "type", "between", "in"}
	if depth > 0 {
		kinds = append(kinds, "and", "or", "not", "not")
	}
	switch g.pick("condition", kinds...) {
	case "compare":
		return g.path() + g.pick("sign", " = ", " <> ", " < ", " <= ", " > ", ">=") + g.operand()
	case "exists":
		return "attribute_exists(" + g.path() + ")"
	case "absent":
		return "attribute_not_exists (" + g.path() + ")"
	case "contains":
		return "contains(" + g.path() + ", " + g.constant(g.scalar()) + ")"
	case "begins":
		return "begins_with(" + g.path() + "," + g.constant(g.scalar()) + ")"
	case "type":
		return "attribute_type(" + g.path() + ", " + g.constant(&types.AttributeValueMemberS{Value: g.pick("type", "S", "N", "SS", "L", "X")}) + ")"
	case "between":
		return g.path() + " BETWEEN " + g.constant(g.scalar()) + " AND " + g.constant(g.scalar())
	case "in":
		return g.path() + " IN (" + g.constant(g.value()) + ", " + g.operand() + ")"
	case "and":
		return g.condition(depth-1) + " AND " + g.condition(depth-1)
	case "or":
		return "(" + g.condition(depth-1) + ") or " + g.condition(depth-1)
	}
	return "NOT " + g.condition(depth-1)
}

// broken are expressions that are none.
var broken = []string{"#s = ", "s s", "size(#s)", "#s LIKE :v0", "attribute_exists(:v0)", "nosuch(#s)", "#s = :missing", "name = :v0",
	"(#s = :v0", "#s == :v0", "#s = :v0 AND", "contains(#s)", "#missing = :v0", "ATTRIBUTE_EXISTS(#s)", "#s IN :v0", "#s = #s", "&"}

// maybe returns a condition, or nil.
func (g *generator) maybe() *string {
	switch g.pick("condition?", "none", "some", "some", "some", "broken") {
	case "none":
		return nil
	case "broken":
		g.attribute()
		g.constant(g.scalar())
		return aws.String(g.pick("broken", broken...))
	}
	return aws.String(g.condition(2))
}

func (g *generator) assigned() string {
	switch g.pick("assigned", "value", "value", "path", "sum", "difference", "fallback", "append") {
	case "path":
		return g.path()
	case "sum":
		return g.path() + " + " + g.constant(g.scalar())
	case "difference":
		return g.constant(g.scalar()) + " - " + g.path()
	case "fallback":
		return "if_not_exists(" + g.path() + ", " + g.constant(g.value()) + ")"
	case "append":
		return "list_append(" + g.path() + ", " + g.constant(g.value()) + ")"
	}
	return g.constant(g.value())
}

func (g *generator) update() *string {
	clauses := map[string]func() string{
		"SET":    func() string { return g.path() + " = " + g.assigned() },
		"REMOVE": g.path,
		"ADD":    func() string { return g.path() + " " + g.constant(g.value()) },
		"DELETE": func() string { return g.path() + " " + g.constant(g.value()) },
	}
	var parts []string
	for _, clause := range g.several("clauses", slices.Sorted(maps.Keys(clauses))...) {
		actions := []string{clauses[clause]()}
		if g.yes("two") {
			actions = append(actions, clauses[clause]())
		}
		// DynamoDB refuses a key of the index of another type, its local emulator not in every request.
		switch {
		case clause == "SET" && g.yes("due"):
			actions = append(actions, g.named("due_at")+" = "+g.constant(&types.AttributeValueMemberN{Value: g.pick("due_at", "1", "7")}))
		case clause == "REMOVE" && g.yes("due"):
			actions = append(actions, g.named("due"))
		}
		parts = append(parts, clause+" "+strings.Join(actions, ", "))
	}
	return aws.String(strings.Join(parts, " "))
}

// request draws one request, and returns how to send it.
func (g *generator) request() func(*dynamodb.Client) answer {
	g.begin()
	ctx, table := context.Background(), &g.table
	old := types.ReturnValuesOnConditionCheckFailureAllOld
	switch g.sent = g.pick("request", "Put", "Put", "Put", "Update", "Update", "Update", "Delete", "Get", "Query", "Scan", "Transact"); g.sent {
	case "Put":
		when := g.maybe()
		in := &dynamodb.PutItemInput{TableName: table, Item: g.item(), ConditionExpression: when, ExpressionAttributeNames: g.names,
			ExpressionAttributeValues: g.values, ReturnValuesOnConditionCheckFailure: old, ReturnValues: types.ReturnValueAllOld}
		g.sent += text(in)
		return func(c *dynamodb.Client) answer {
			out, err := c.PutItem(ctx, in)
			return answered(attributesOf(out != nil, func() attributes { return out.Attributes }), err)
		}
	case "Update":
		update, when := g.update(), g.maybe()
		in := &dynamodb.UpdateItemInput{TableName: table, Key: g.key(), UpdateExpression: update, ConditionExpression: when,
			ExpressionAttributeNames: g.names, ExpressionAttributeValues: g.values, ReturnValuesOnConditionCheckFailure: old, ReturnValues: types.ReturnValueAllNew}
		g.sent += text(in)
		return func(c *dynamodb.Client) answer {
			out, err := c.UpdateItem(ctx, in)
			return answered(attributesOf(out != nil, func() attributes { return out.Attributes }), err)
		}
	case "Delete":
		when := g.maybe()
		in := &dynamodb.DeleteItemInput{TableName: table, Key: g.key(), ConditionExpression: when, ExpressionAttributeNames: g.names,
			ExpressionAttributeValues: g.values, ReturnValuesOnConditionCheckFailure: old, ReturnValues: types.ReturnValueAllOld}
		g.sent += text(in)
		return func(c *dynamodb.Client) answer {
			out, err := c.DeleteItem(ctx, in)
			return answered(attributesOf(out != nil, func() attributes { return out.Attributes }), err)
		}
	case "Get":
		in := &dynamodb.GetItemInput{TableName: table, Key: g.key(), ConsistentRead: aws.Bool(true)}
		return func(c *dynamodb.Client) answer {
			out, err := c.GetItem(ctx, in)
			return answered(attributesOf(out != nil, func() attributes { return out.Item }), err)
		}
	case "Query":
		return g.query(ctx)
	case "Scan":
		filter := g.maybe()
		in := &dynamodb.ScanInput{TableName: table, FilterExpression: filter, ExpressionAttributeNames: g.names, ExpressionAttributeValues: g.values}
		g.sent += text(in)
		return func(c *dynamodb.Client) answer {
			out, err := c.Scan(ctx, in)
			if err != nil {
				return answered(nil, err)
			}
			// The order of the partitions has no meaning.
			items := texts(out.Items)
			slices.Sort(items)
			return answered([]any{out.Count, out.ScannedCount, items}, nil)
		}
	}
	return g.transaction(ctx)
}

func attributesOf(ok bool, f func() attributes) any {
	if !ok {
		return nil
	}
	return canonical(f())
}

func texts(items []attributes) (all []string) {
	for _, it := range items {
		all = append(all, canonical(it))
	}
	return all
}

func (g *generator) query(ctx context.Context) func(*dynamodb.Client) answer {
	in := &dynamodb.QueryInput{TableName: &g.table, ScanIndexForward: aws.Bool(g.yes("forward"))}
	if g.yes("of the index") {
		in.IndexName = aws.String("due")
		in.ExpressionAttributeNames = map[string]string{"#p": "due", "#s": "due_at"}
		in.ExpressionAttributeValues = attributes{":p": &types.AttributeValueMemberS{Value: "p"}, ":s": &types.AttributeValueMemberN{Value: g.pick("bound", "1", "2", "30")}}
	} else {
		in.ExpressionAttributeNames = map[string]string{"#p": "name", "#s": "kind"}
		in.ExpressionAttributeValues = attributes{":p": &types.AttributeValueMemberS{Value: g.pick("name", "a", "b")}, ":s": &types.AttributeValueMemberS{Value: "x"}}
	}
	in.KeyConditionExpression = aws.String(g.pick("key condition", "#p = :p AND #s <= :s", "#s > :s and #p = :p", "#p = :p AND #s = :s", "#p = :p AND #s BETWEEN :s AND :s",
		"#p = :p AND begins_with(#s, :s)", "#p = :p AND #s <> :s", "#p < :p AND #s = :s", "#s = :s AND :p = :p", "#p = :p OR #s = :s", "#p = :p"))
	g.sent += text(in)
	return func(c *dynamodb.Client) answer {
		out, err := c.Query(ctx, in)
		if err != nil {
			return answered(nil, err)
		}
		items := texts(out.Items)
		if in.IndexName != nil {
			slices.Sort(items) // items with the same keys of the index have no order
		}
		return answered([]any{out.Count, items}, nil)
	}
}

func (g *generator) transaction(ctx context.Context) func(*dynamodb.Client) answer {
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String(fmt.Sprint(g.table, rapid.IntRange(0, 3).Draw(g.T, "token")))}
	var keys []string
	for range rapid.IntRange(1, 3).Draw(g.T, "actions") {
		g.begin()
		if a, key := g.action(); !slices.Contains(keys, canonical(key)) {
			// DynamoDB refuses two actions on one item, its local emulator does not always.
			in.TransactItems, keys = append(in.TransactItems, a), append(keys, canonical(key))
		}
	}
	g.sent += text(in)
	return func(c *dynamodb.Client) answer {
		_, err := c.TransactWriteItems(ctx, in)
		return answered(nil, err)
	}
}

func (g *generator) action() (a types.TransactWriteItem, key attributes) {
	key = g.key()
	old := types.ReturnValuesOnConditionCheckFailureAllOld
	switch g.pick("action", "Put", "Delete", "Update", "Check") {
	case "Put":
		it, when := g.item(), g.maybe()
		maps.Copy(it, key)
		a.Put = &types.Put{TableName: &g.table, Item: it, ConditionExpression: when,
			ExpressionAttributeNames: g.names, ExpressionAttributeValues: g.values, ReturnValuesOnConditionCheckFailure: old}
	case "Delete":
		when := g.maybe()
		a.Delete = &types.Delete{TableName: &g.table, Key: key, ConditionExpression: when,
			ExpressionAttributeNames: g.names, ExpressionAttributeValues: g.values}
	case "Update":
		update, when := g.update(), g.maybe()
		a.Update = &types.Update{TableName: &g.table, Key: key, UpdateExpression: update, ConditionExpression: when,
			ExpressionAttributeNames: g.names, ExpressionAttributeValues: g.values}
	default:
		when := g.condition(1)
		a.ConditionCheck = &types.ConditionCheck{TableName: &g.table, Key: key, ConditionExpression: &when,
			ExpressionAttributeNames: g.names, ExpressionAttributeValues: g.values}
	}
	return a, key
}
