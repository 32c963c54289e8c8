package build

import (
	"regexp"
	"testing"

	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/spec"
)

var recordKind = regexp.MustCompile(`(?m)^kind: `)

// TestDocuments_RecordsInYAMLAreValid reads each block of YAML in the documents that has records.
func TestDocuments_RecordsInYAMLAreValid(t *testing.T) {
	defaults, records := spec.Defaults{Region: "ap-northeast-1"}, 0
	for _, page := range tracked(t, "*.md") {
		for _, block := range fence.FindAllStringSubmatch(read(t, "../../"+page), -1) {
			if block[1] != "yaml" || !recordKind.MatchString(block[2]) {
				continue
			}
			documents, err := manifest.Decode([]manifest.File{{Name: page, Body: []byte(block[2])}}, defaults)
			if err != nil {
				t.Errorf("%s: %v", page, err)
				continue
			}
			for _, d := range documents {
				records++
				if err := d.Check(d.Attributes, defaults); err != nil {
					t.Errorf("%s: %v", page, err)
				}
			}
		}
	}
	if records < 8 {
		t.Errorf("only %d records were read", records)
	}
}
