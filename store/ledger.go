package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

func ledgerKey(account string) item { return itemKey(api.LedgerPartition(account), api.KindLedger) }

// GetLedger reads what the account ordered. Passes over all certificates of the account write this item, and a concurrent
// write cancels a transaction that reads it. A single consistent read waits instead.
func (s *Store) GetLedger(ctx context.Context, account string) (api.Ledger, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: ledgerKey(account), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return api.Ledger{}, fmt.Errorf("read the ledger of account %s: %w", account, s.classify(err))
	}
	if len(out.Item) == 0 {
		return api.Ledger{}, nil
	}
	return decodeLedger(out.Item), nil
}

// decodeLedger returns a damaged ledger for an item that cannot be read: it must neither stop the account nor stay as it is.
func decodeLedger(it item) api.Ledger {
	l, err := decode[api.Ledger](it)
	if err != nil || versionOf(it[attrVersion], api.DamagedLedger) == api.DamagedLedger {
		return api.Ledger{Version: api.DamagedLedger}
	}
	l.Bound()
	return *l
}

func encodeLedger(account string, l *api.Ledger) (item, error) {
	c := canonical.Copy(*l)
	c.Version = max(l.Version, 0) + 1
	c.Bound()
	return encode(ledgerKey(account), c)
}

// unchangedLedger is unchanged, except that an item that cannot be read is always replaced.
func unchangedLedger(version int64) condition {
	if version == api.DamagedLedger {
		return exists()
	}
	return unchanged(version)
}
