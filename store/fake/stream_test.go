package fake_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"certloop/internal/sandbox/dynamodblocal"
	"certloop/store"
)

// TestStream_RecordsAreThoseOfDynamoDBLocal makes the same changes in both, and reads what their streams have.
func TestStream_RecordsAreThoseOfDynamoDBLocal(t *testing.T) {
	ours, theirs := streamed(t, start(t)), streamed(t, clientOf(dynamodblocal.ForTest(t).URL))
	want := []string{"INSERT a x KEYS_ONLY 0 0", "MODIFY a x KEYS_ONLY 0 0", "INSERT b x KEYS_ONLY 0 0", "REMOVE a x KEYS_ONLY 0 0"}
	if !slices.Equal(ours, want) || !slices.Equal(theirs, want) {
		t.Errorf("the fake has %q, DynamoDB Local %q, want %q", ours, theirs, want)
	}
}

func streamed(t *testing.T, db *dynamodb.Client) (all []string) {
	t.Helper()
	made, err := db.CreateTable(t.Context(), store.TableDefinition("streamed"))
	if err != nil {
		t.Fatal(err)
	}
	table := aws.String("streamed")
	put := func(name, version string) {
		it := keyOf(name, "x")
		it["version"] = &types.AttributeValueMemberN{Value: version}
		if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: table, Item: it}); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "1")
	put("a", "1.0") // changes nothing
	put("a", "2")
	put("b", "1")
	for _, name := range []string{"a", "a"} { // the second one deletes nothing
		if _, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: table, Key: keyOf(name, "x")}); err != nil {
			t.Fatal(err)
		}
	}
	return read(t, db, *made.TableDescription.LatestStreamArn)
}

func read(t *testing.T, db *dynamodb.Client, arn string) (all []string) {
	t.Helper()
	client := streams.New(streams.Options{Region: "us-east-1", BaseEndpoint: db.Options().BaseEndpoint,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	described, err := client.DescribeStream(t.Context(), &streams.DescribeStreamInput{StreamArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetShardIterator(t.Context(), &streams.GetShardIteratorInput{StreamArn: &arn,
		ShardId: described.StreamDescription.Shards[0].ShardId, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon})
	if err != nil {
		t.Fatal(err)
	}
	for iterator := got.ShardIterator; iterator != nil; {
		// Two at a time: an iterator goes on where the page before ended.
		page, err := client.GetRecords(t.Context(), &streams.GetRecordsInput{ShardIterator: iterator, Limit: aws.Int32(2)})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Records) == 0 {
			break
		}
		for _, r := range page.Records {
			name, kind := r.Dynamodb.Keys["name"].(*streamtypes.AttributeValueMemberS), r.Dynamodb.Keys["kind"].(*streamtypes.AttributeValueMemberS)
			all = append(all, fmt.Sprint(r.EventName, " ", name.Value, " ", kind.Value, " ", r.Dynamodb.StreamViewType, " ", len(r.Dynamodb.NewImage), " ", len(r.Dynamodb.OldImage)))
		}
		iterator = page.NextShardIterator
	}
	return all
}
