package store

import (
	"context"

	"certloop/reconciler/ports"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Client is the part of the DynamoDB API that the store uses; *dynamodb.Client implements it.
type Client interface {
	reader
	writer
}

type reader interface {
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput,
		...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
}

type writer interface {
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput,
		...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Config configures a Store.
type Config struct {
	Client Client
	// Table is the table's name or ARN.
	Table string
	// IndexName is the sparse index of what is due (default DueIndex).
	IndexName string
}

var (
	_ ports.Certificates = (*Store)(nil)
	_ ports.Accounts     = (*Store)(nil)
	_ ports.Policies     = (*Store)(nil)
	_ ports.Usage        = (*Store)(nil)
	_ ports.Ledgers      = (*Store)(nil)
	_ ports.Index        = (*Store)(nil)
	_ ports.Controller   = (*Store)(nil)
	_ ports.Served       = (*Store)(nil)
)

// Store is the table in DynamoDB. It is safe for concurrent use.
type Store struct {
	client Client
	table  string
	index  string
}

// New returns a Store; it sends nothing.
func New(c Config) *Store {
	if c.IndexName == "" {
		c.IndexName = DueIndex
	}
	return &Store{client: c.Client, table: c.Table, index: c.IndexName}
}
