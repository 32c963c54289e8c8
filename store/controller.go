package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
)

var controllerKey = itemKey(api.ControllerPartition, api.KindControllerStatus)

// GetController reads the controller's own status; without one it returns a zero status. Many invocations write this
// item, and a concurrent write cancels a transaction that reads it. A single consistent read waits instead.
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

// WriteController stores st if the stored version is still st.Version, and sets st.Version to the stored one.
func (s *Store) WriteController(ctx context.Context, st *api.ControllerStatus) error {
	put, err := encodeController(st, api.NextVersion(st.Version))
	if err == nil {
		err = s.apply(ctx, []change{{put: put, when: unchanged(st.Version)}})
	}
	if err != nil {
		return fmt.Errorf("write the controller's status: %w", err)
	}
	st.Version = api.NextVersion(st.Version)
	return nil
}
