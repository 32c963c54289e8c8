package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
)

var controllerKey = itemKey(api.ControllerPartition, api.KindControllerStatus)

// GetController reads what the controller remembers of itself; a zero status where there is none. Many invocations write
// this one item, and a write under way cancels a transaction that reads it: a single consistent read waits instead.
func (s *Store) GetController(ctx context.Context) (api.ControllerStatus, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: controllerKey, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return api.ControllerStatus{}, fmt.Errorf("read the controller's status: %w", s.classify(err))
	}
	if len(out.Item) == 0 {
		return api.ControllerStatus{}, nil
	}
	st, err := decode[api.ControllerStatus](out.Item)
	if err != nil || st == nil {
		return api.ControllerStatus{}, err
	}
	return *st, nil
}

// WriteController stores st while the stored version is still st.Version, and makes st.Version the one now stored.
func (s *Store) WriteController(ctx context.Context, st *api.ControllerStatus) error {
	put, err := encodeController(st, st.Version+1)
	if err == nil {
		err = s.apply(ctx, []change{{put: put, when: unchanged(st.Version)}})
	}
	if err != nil {
		return fmt.Errorf("write the controller's status: %w", err)
	}
	st.Version++
	return nil
}
