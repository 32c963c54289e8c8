package deployment

import (
	"context"
	"errors"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

func TestRecords_ErrorsOfAWrite(t *testing.T) {
	change := RecordChange{Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Read: map[string]any{"name": "www"}, Set: map[string]any{"zone": "Z1"}}
	for name, write := range map[string]func(*Deployment) error{
		"dynamodb:UpdateItem": func(d *Deployment) error { return d.ChangeRecord(context.Background(), change) },
		"dynamodb:DeleteItem": func(d *Deployment) error { return d.RemoveRecord(context.Background(), change) },
	} {
		denied := write(open(t, Config{}, refuse("AccessDeniedException", "")))
		if denied == nil || !strings.Contains(denied.Error(), "AWS denies "+name+": allow this IAM action") {
			t.Errorf("without the right: %v", denied)
		}
		conflict := write(open(t, Config{}, refuse("ConditionalCheckFailedException", "The conditional request failed")))
		var e *api.Error
		if !errors.As(conflict, &e) || e.Kind != api.Conflict {
			t.Errorf("%s where another writer came first: %v, want a conflict", name, conflict)
		}
	}
}
