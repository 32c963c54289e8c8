// Package deployment reaches one installation of certloop with the operator's own credentials: it reads the table, and
// invokes the function for what only the controller may decide or do.
package deployment

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/logging"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
	"certloop/store"
)

// DefaultName is the default of the Terraform module's input name, and so of the table and of the function.
const DefaultName = "certloop"

// Config says which installation, and with whose credentials.
type Config struct {
	// Table is the table's name. Function is the function's name; empty: that of the table, as the Terraform module
	// names both.
	Table, Function string
	// Region and Profile are as in the AWS CLI; empty: what its environment variables and files say.
	Region, Profile string
}

// Deployment is an installation. It is safe for concurrent use.
type Deployment struct {
	// AWS is the operator's configuration, for clients of other services.
	AWS aws.Config
	// Table and Function are the names in use.
	Table, Function string

	records *store.Store
	lambda  *lambda.Client
	profile string
}

// Open loads the operator's configuration. It sends nothing to the installation.
func Open(ctx context.Context, c Config) (*Deployment, error) {
	if c.Table == "" {
		c.Table = DefaultName
	}
	if c.Function == "" {
		c.Function = c.Table
	}
	// The SDK's own log lines would appear between the lines that are drawn again, and are in English only.
	options := []func(*awsconfig.LoadOptions) error{awsconfig.WithAppID("certloop-cli"), awsconfig.WithRetryMode(aws.RetryModeStandard),
		awsconfig.WithLogger(logging.Nop{})}
	if c.Region != "" {
		options = append(options, awsconfig.WithRegion(c.Region))
	}
	if c.Profile != "" {
		options = append(options, awsconfig.WithSharedConfigProfile(c.Profile))
	}
	clients, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, lang.Errorf("load the AWS configuration: %w", err)
	}
	if clients.Region == "" {
		return nil, ErrNoRegion
	}
	return &Deployment{
		AWS: clients, Table: c.Table, Function: c.Function, profile: c.Profile,
		records: store.New(store.Config{Client: dynamodb.NewFromConfig(clients), Table: c.Table}),
		// An invocation may take 14 minutes, and is not repeated: its caller decides.
		lambda: lambda.NewFromConfig(clients, func(o *lambda.Options) { o.HTTPClient, o.RetryMaxAttempts = patient(), 1 }),
	}, nil
}

// Region is the region of table and function.
func (d *Deployment) Region() string { return d.AWS.Region }

// List iterates over all records with their statuses. What was written a moment before may be missing.
func (d *Deployment) List(ctx context.Context) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		for l, err := range d.records.Glance(ctx) {
			if !yield(l, d.explained(err)) {
				return
			}
		}
	}
}

// Get reads one record with its status. Both are nil if there is none.
func (d *Deployment) Get(ctx context.Context, key api.Key) (api.Listed, error) {
	l, err := d.records.Pair(ctx, key)
	return l, d.explained(err)
}
