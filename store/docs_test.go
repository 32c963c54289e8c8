package store_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/store"
)

var createTable = regexp.MustCompile(`(?s)create-table --cli-input-json '(.*?)'`)

// TestDocs_CreateTheTableAsDefined compares the command in docs/guides/install.md with TableDefinition.
func TestDocs_CreateTheTableAsDefined(t *testing.T) {
	text, err := os.ReadFile("../docs/guides/install.md")
	if err != nil {
		t.Fatal(err)
	}
	command := createTable.FindSubmatch(text)
	if command == nil {
		t.Fatal("the docs create no table")
	}
	// The fields of a request have the names of its JSON.
	var documented dynamodb.CreateTableInput
	if err := json.Unmarshal(command[1], &documented); err != nil {
		t.Fatal(err)
	}
	want := store.TableDefinition("certloop")
	if !reflect.DeepEqual(&documented, want) {
		got, _ := json.Marshal(documented)
		defined, _ := json.Marshal(want)
		t.Errorf("the docs create\n%s\nthe definition is\n%s", got, defined)
	}
}
