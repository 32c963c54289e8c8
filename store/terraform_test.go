package store

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TestTerraform_CreatesTheTableAsDefined compares terraform/table.tf with TableDefinition, which every other test
// uses.
func TestTerraform_CreatesTheTableAsDefined(t *testing.T) {
	body, err := os.ReadFile("../terraform/table.tf")
	if err != nil {
		t.Fatal(err)
	}
	made := regexp.MustCompile(` += +`).ReplaceAllString(string(body), "=")
	want := TableDefinition("any")
	index := want.GlobalSecondaryIndexes[0]
	lines := []string{
		fmt.Sprintf("\n  hash_key=%q\n", aws.ToString(want.KeySchema[0].AttributeName)),
		fmt.Sprintf("\n  range_key=%q\n", aws.ToString(want.KeySchema[1].AttributeName)),
		fmt.Sprintf("\n    hash_key=%q\n    range_key=%q\n    projection_type=%q\n", aws.ToString(index.KeySchema[0].AttributeName),
			aws.ToString(index.KeySchema[1].AttributeName), index.Projection.ProjectionType),
		fmt.Sprintf("\n  global_secondary_index {\n    name=%q\n", aws.ToString(index.IndexName)),
		fmt.Sprintf("\n  stream_view_type=%q\n", want.StreamSpecification.StreamViewType),
		fmt.Sprintf("\n  billing_mode=%q\n", want.BillingMode),
	}
	for _, a := range want.AttributeDefinitions {
		lines = append(lines, fmt.Sprintf("\n  attribute {\n    name=%q\n    type=%q\n", aws.ToString(a.AttributeName), a.AttributeType))
	}
	for _, line := range lines {
		if !strings.Contains(made, line) {
			t.Errorf("terraform/table.tf does not contain%s", line)
		}
	}
	if n := strings.Count(made, "\n  attribute {\n"); n != len(want.AttributeDefinitions) {
		t.Errorf("terraform/table.tf has %d attributes, and the definition %d", n, len(want.AttributeDefinitions))
	}
}
