package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/internal/sandbox/dynamodblocal"
	"certloop/internal/sandbox/moto"
	"certloop/reconciler/api"
	"certloop/store"
	"certloop/store/fake"
	"certloop/store/storetest"
)

func TestContract_OnDynamoDBLocal(t *testing.T) {
	contract(t, client(dynamodblocal.ForTest(t).URL))
}

func TestContract_OnMoto(t *testing.T) {
	contract(t, client(moto.ForTest(t).URL))
}

func contract(t *testing.T, db *dynamodb.Client) {
	var tables atomic.Int32
	storetest.Run(t, func(t *testing.T) storetest.Subject {
		return subject(t, db, fmt.Sprintf("records-%d", tables.Add(1)))
	})
}

func client(url string, options ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}, options...)
}

func subject(t *testing.T, db *dynamodb.Client, table string) storetest.Subject {
	t.Helper()
	// The name is new. If the table exists, an earlier attempt of this request made it and its reply was lost.
	var exists *types.ResourceInUseException
	if _, err := db.CreateTable(t.Context(), store.TableDefinition(table)); err != nil && !errors.As(err, &exists) {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = db.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &table})
	})
	s := store.New(store.Config{Client: db, Table: table})
	return storetest.Subject{
		Table:        s,
		PutRecord:    func(record map[string]any) { check(t, s.PutRecord(t.Context(), record)) },
		PutItem:      func(item map[string]any) { check(t, s.PutRecord(t.Context(), item)) },
		DeleteRecord: func(key api.Key) { check(t, s.DeleteRecord(t.Context(), key)) },
		DeleteStatus: func(key api.Key) { deleteStatus(t, db, table, key) },
	}
}

func deleteStatus(t *testing.T, db *dynamodb.Client, table string, key api.Key) {
	t.Helper()
	kind := api.KindCertificateStatus
	if key.Kind == api.KindAccount {
		kind = api.KindAccountStatus
	}
	_, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: map[string]types.AttributeValue{
		"name": &types.AttributeValueMemberS{Value: api.StatusPartition(key.Name)},
		"kind": &types.AttributeValueMemberS{Value: string(kind)},
	}})
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestStore_TheErrorContainsAMissingTablesName(t *testing.T) {
	s := store.New(store.Config{Client: client(dynamodblocal.ForTest(t).URL), Table: "nowhere"})
	_, err := s.Get(t.Context(), "www")
	if api.KindOf(err) != api.Terminal || !strings.Contains(api.MessageOf(err), "nowhere") {
		t.Errorf("%s error: %v", api.KindOf(err), err)
	}
}

// A single conditional write has no token. The answer to the SDK's second attempt can be the result of the first.
func TestStore_ALostReplyIsNotAConflict(t *testing.T) {
	url := dynamodblocal.ForTest(t).URL
	for sentence, write := range map[string]func(*store.Store) error{
		"of a status": func(s *store.Store) error {
			return s.Write(t.Context(), api.Write{Name: "www", Status: &api.CertificateStatus{}})
		},
		"of a status and an issuance": func(s *store.Store) error {
			return s.Write(t.Context(), api.Write{
				Name: "www", Status: &api.CertificateStatus{}, Issuance: &api.Issuance{OrderURL: "order"},
			})
		},
		"of an account": func(s *store.Store) error {
			return s.WriteAccount(t.Context(), "www", &api.AccountStatus{})
		},
		"of a policy set": func(s *store.Store) error {
			return s.WritePolicySet(t.Context(), &api.PolicySet{ToWake: []string{"*"}})
		},
		"of the status of a policy": func(s *store.Store) error {
			return s.WritePolicyStatus(t.Context(), "www", &api.PolicyStatus{})
		},
		"of an admission": func(s *store.Store) error {
			ok, err := s.Admit(t.Context(), "policy", "www", 1)
			if err == nil && !ok {
				err = fmt.Errorf("it is not admitted")
			}
			return err
		},
		"of a claim": func(s *store.Store) error {
			owner, err := s.ClaimARN(t.Context(), "arn", "www", "")
			if err == nil && owner != "www" {
				err = fmt.Errorf("the claim is %s's", owner)
			}
			return err
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			lossy := &loseReply{}
			table := "lossy" + strings.ReplaceAll(sentence, " ", "-")
			subject(t, client(url), table)
			db := client(url, func(o *dynamodb.Options) {
				o.HTTPClient = lossy
				o.Retryer = retry{}
			})
			if err := write(store.New(store.Config{Client: db, Table: table})); err != nil {
				t.Error(err)
			}
			if lossy.calls.Load() != 2 {
				t.Errorf("%d requests were sent, want the lost one and its retry", lossy.calls.Load())
			}
		})
	}
}

func TestDue_OldestComesFirstWithinALargeIndex(t *testing.T) {
	db := client(dynamodblocal.ForTest(t).URL)
	s := subject(t, db, "large-index")
	now := time.Unix(1_800_000_000, 0)
	for i := range 120 {
		name := fmt.Sprintf("site-%03d", i)
		st := &api.CertificateStatus{DueAt: now.Unix() - int64(i)}
		check(t, s.Write(t.Context(), api.Write{Name: name, Status: st}))
	}
	var got []string
	for key, err := range s.Due(t.Context(), now) {
		check(t, err)
		got = append(got, key.Name)
	}
	if len(got) != 120 || got[0] != "site-119" || got[119] != "site-000" {
		t.Errorf("%d keys: %v", len(got), got)
	}
}

// TestStore_ADamagedPolicySetIsReplaced: the controller could not repair it otherwise.
func TestStore_ADamagedPolicySetIsReplaced(t *testing.T) {
	db := client(dynamodblocal.ForTest(t).URL)
	subject(t, db, "damaged-set")
	s := store.New(store.Config{Client: db, Table: "damaged-set"})
	for i, version := range []any{nil, "1", json.Number("1.5"), json.Number("-3"), json.Number("9223372036854775807"), []any{}} {
		check(t, s.PutRecord(t.Context(), map[string]any{"name": "policyset#", "kind": "PolicySet", "version": version, "policies": []any{}}))
		check(t, s.PutRecord(t.Context(), map[string]any{"name": "www", "kind": "Certificate"}))
		set, err := s.GetPolicySet(t.Context())
		if check(t, err); set.Version != api.DamagedPolicySet {
			t.Errorf("version %v is read as %d", version, set.Version)
		}
		o, err := s.Get(t.Context(), "www")
		if check(t, err); o.Policies.Version != api.DamagedPolicySet || o.Record == nil {
			t.Errorf("version %v: Get returns %+v", version, o)
		}
		set.Policies = []api.PolicyEntry{{Name: fmt.Sprint("p", i), Digest: "d"}}
		check(t, s.WritePolicySet(t.Context(), &set))
		if got, err := s.GetPolicySet(t.Context()); err != nil || got.Version != 1 || set.Version != 1 || got.Policies[0].Name != fmt.Sprint("p", i) {
			t.Errorf("version %v is replaced by %+v, %v", version, got, err)
		}
	}
	check(t, s.DeleteRecord(t.Context(), api.Key{Kind: api.KindPolicySet, Name: "policyset#"}))
	if err := s.WritePolicySet(t.Context(), &api.PolicySet{Version: api.DamagedPolicySet}); api.KindOf(err) != api.Conflict {
		t.Errorf("a set that was deleted meanwhile: %v", err)
	}
}

func TestContract_OnTheFake(t *testing.T) {
	contract(t, client(serve(t, fake.Config{})))
}

// The listing's pages and joins are the same whatever a page holds.
func TestContract_OnTheFakePageByPage(t *testing.T) {
	contract(t, client(serve(t, fake.Config{PageBytes: 2000})))
}

func serve(t *testing.T, c fake.Config) (url string) {
	t.Helper()
	server := httptest.NewServer(fake.New(c))
	t.Cleanup(server.Close)
	return server.URL
}
