package fake_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"certloop/store"
	"certloop/store/fake"
)

// wire is a fake with the table "records", asked without the SDK, which would not send most of this.
type wire struct {
	t   *testing.T
	url string
}

func startWire(t *testing.T) wire {
	server := httptest.NewServer(fake.New(fake.Config{}))
	t.Cleanup(server.Close)
	if _, err := clientOf(server.URL).CreateTable(t.Context(), store.TableDefinition("records")); err != nil {
		t.Fatal(err)
	}
	return wire{t, server.URL}
}

func (w wire) ask(operation, body string) (status int, out map[string]any) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=key/20261124/us-east-1/dynamodb/aws4_request, Signature=0")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(text)).Decode(&out)
	}
	if err != nil {
		w.t.Fatalf("%s: %v", text, err)
	}
	return resp.StatusCode, out
}

const (
	itsKey = `"TableName":"records","Key":{"name":{"S":"a"},"kind":{"S":"x"}}`
	itsPut = `"TableName":"records","Item":{"name":{"S":"a"},"kind":{"S":"x"}`
)

func TestStrict_RefusesWhatItDoesNotKnow(t *testing.T) {
	w := startWire(t)
	for sentence, c := range map[string]struct{ operation, body, code, message string }{
		"an operation":                      {"PartiQL", `{}`, "UnknownOperationException", "PartiQL"},
		"a parameter":                       {"GetItem", `{` + itsKey + `,"AttributesToGet":["a"]}`, "SerializationException", "AttributesToGet"},
		"a legacy condition":                {"PutItem", `{` + itsPut + `},"Expected":{}}`, "SerializationException", "Expected"},
		"a type":                            {"PutItem", `{` + itsPut + `,"a":{"X":"1"}}}`, "ValidationException", "exactly one"},
		"two types":                         {"PutItem", `{` + itsPut + `,"a":{"S":"1","N":"1"}}}`, "ValidationException", "more than one"},
		"an empty set":                      {"PutItem", `{` + itsPut + `,"a":{"SS":[]}}}`, "ValidationException", "may not be empty"},
		"a set with an element twice":       {"PutItem", `{` + itsPut + `,"a":{"NS":["1","1.0"]}}}`, "ValidationException", "duplicates"},
		"a number that is none":             {"PutItem", `{` + itsPut + `,"a":{"N":"one"}}}`, "ValidationException", "one"},
		"a number of 39 digits":             {"PutItem", `{` + itsPut + `,"a":{"N":"` + strings.Repeat("1", 39) + `"}}}`, "ValidationException", "38"},
		"a number that is too large":        {"PutItem", `{` + itsPut + `,"a":{"N":"1e126"}}}`, "ValidationException", "overflow"},
		"an item that is too large":         {"PutItem", `{` + itsPut + `,"a":{"S":"` + strings.Repeat("a", 400<<10) + `"}}}`, "ValidationException", "size"},
		"an empty key":                      {"PutItem", `{"TableName":"records","Item":{"name":{"S":""},"kind":{"S":"x"}}}`, "ValidationException", "empty string"},
		"a key of another type":             {"GetItem", `{"TableName":"records","Key":{"name":{"N":"1"},"kind":{"S":"x"}}}`, "ValidationException", "schema"},
		"an index key of another type":      {"PutItem", `{` + itsPut + `,"due_at":{"S":"1"}}}`, "ValidationException", "Type mismatch for Index Key"},
		"an unused name":                    {"PutItem", `{` + itsPut + `},"ConditionExpression":"attribute_exists(#a)","ExpressionAttributeNames":{"#a":"a","#b":"b"}}`, "ValidationException", "unused"},
		"an unused value":                   {"PutItem", `{` + itsPut + `},"ConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"S":"a"},":b":{"S":"b"}}}`, "ValidationException", "unused"},
		"names without an expression":       {"PutItem", `{` + itsPut + `},"ExpressionAttributeNames":{"#a":"a"}}`, "ValidationException", "only be specified"},
		"a reserved word":                   {"PutItem", `{` + itsPut + `},"ConditionExpression":"attribute_exists(name)"}`, "ValidationException", "reserved"},
		"a function that does not exist":    {"PutItem", `{` + itsPut + `},"ConditionExpression":"exists(a)"}`, "ValidationException", "function"},
		"the rest of an expression":         {"PutItem", `{` + itsPut + `},"ConditionExpression":"attribute_exists(a) a"}`, "ValidationException", "Syntax"},
		"an empty expression's parentheses": {"PutItem", `{` + itsPut + `},"ConditionExpression":"()"}`, "ValidationException", "Syntax"},
		"a change of a key":                 {"UpdateItem", `{` + itsKey + `,"UpdateExpression":"REMOVE kind"}`, "ValidationException", "part of the key"},
		"a path into a key":                 {"UpdateItem", `{` + itsKey + `,"UpdateExpression":"REMOVE due_at.a"}`, "ValidationException", "scalars"},
		"a clause twice":                    {"UpdateItem", `{` + itsKey + `,"UpdateExpression":"REMOVE a REMOVE b"}`, "ValidationException", "once"},
		"a consistent read of the index": {"Query", `{"TableName":"records","IndexName":"due","ConsistentRead":true,"KeyConditionExpression":"due = :d",
			"ExpressionAttributeValues":{":d":{"S":"p"}}}`, "ValidationException", "Consistent"},
		"an index that does not exist": {"Query", `{"TableName":"records","IndexName":"none","KeyConditionExpression":"due = :d",
			"ExpressionAttributeValues":{":d":{"S":"p"}}}`, "ValidationException", "index"},
		"a table that does not exist": {"DescribeTable", `{"TableName":"none"}`, "ResourceNotFoundException", "none"},
		"two actions on one item":     {"TransactGetItems", `{"TransactItems":[{"Get":{` + itsKey + `}},{"Get":{` + itsKey + `}}]}`, "ValidationException", "multiple operations"},
		"a return value":              {"PutItem", `{` + itsPut + `},"ReturnValues":"UPDATED_NEW"}`, "ValidationException", "UPDATED_NEW"},
	} {
		t.Run(sentence, func(t *testing.T) {
			status, out := w.ask(c.operation, c.body)
			code, message := out["__type"].(string), out["message"].(string)
			if status != 400 || !strings.HasSuffix(code, "#"+c.code) || !strings.Contains(message, c.message) {
				t.Errorf("%d %s: %s", status, code, message)
			}
		})
	}
	// Nothing of this was written.
	if _, out := w.ask("Scan", `{"TableName":"records"}`); out["Count"] != float64(0) {
		t.Errorf("the table has %v", out)
	}
}

func TestStrict_WantsASignature(t *testing.T) {
	server := httptest.NewServer(fake.New(fake.Config{}))
	defer server.Close()
	resp, err := http.Post(server.URL, "", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 400 || !strings.Contains(string(body), "MissingAuthenticationToken") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}
