package keys

import (
	"context"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// current is the staging label of the version that counts. It is always named: without it an emulator answers with an
// older version once a label was moved.
const current = "AWSCURRENT"

// VaultConfig is what a Vault is made of.
type VaultConfig struct {
	// AWS holds credentials, retryer, HTTP client and endpoints; account keys lie in its region.
	AWS aws.Config
	// Prefix is the start of the secrets' names, without a slash at either end.
	Prefix string
	// KMSKeyID encrypts new secrets; empty: AWS's own key for Secrets Manager.
	KMSKeyID string
}

var _ ports.AccountKeys = (*Vault)(nil)

// Vault implements ports.AccountKeys with AWS Secrets Manager. It is safe for concurrent use.
type Vault struct {
	aws    aws.Config
	prefix string
	keyID  string

	mu      sync.Mutex
	regions map[string]*secretsmanager.Client
}

// NewVault makes a Vault; it sends nothing.
func NewVault(c VaultConfig) *Vault {
	if c.AWS.HTTPClient == nil {
		// The SDK would make one per client: a connection pool for every region.
		c.AWS.HTTPClient = awshttp.NewBuildableClient()
	}
	return &Vault{aws: c.AWS, prefix: c.Prefix, keyID: c.KMSKeyID, regions: map[string]*secretsmanager.Client{}}
}

func (v *Vault) in(region string) *secretsmanager.Client {
	v.mu.Lock()
	defer v.mu.Unlock()
	client, ok := v.regions[region]
	if !ok {
		client = secretsmanager.NewFromConfig(v.aws, func(o *secretsmanager.Options) { o.Region = region })
		v.regions[region] = client
	}
	return client
}

// name is the secret of an account key.
func (v *Vault) name(id string) string { return v.prefix + "/accounts/" + id }

// Create implements ports.AccountKeys. It returns what it reads back, whoever put it there: of two that create at once,
// both return the key of the first. The SDK repeats a lost request under one ClientRequestToken, which Secrets Manager
// takes for the same request.
//
// Errors: Terminal with ReasonSecretUnavailable where it is refused, or where a secret of that name is scheduled for
// deletion; Transient where it cannot be read back yet. Never NotFound.
func (v *Vault) Create(ctx context.Context, id string, key api.Secret) (api.Secret, error) {
	name := v.name(id)
	var keyID *string
	if v.keyID != "" {
		keyID = &v.keyID
	}
	_, err := v.in(v.aws.Region).CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name: &name, KmsKeyId: keyID, SecretString: aws.String(string(key.Reveal())),
		Description: aws.String("The key of an ACME account, made by certloop. Without it the account is lost."),
	})
	if err != nil && awserr.Code(err) != "ResourceExistsException" {
		this := secret{id: name, region: v.aws.Region, actions: "secretsmanager:CreateSecret", reason: api.ReasonSecretUnavailable}
		return api.Secret{}, awserr.Without(this.classify(err), key)
	}
	stored, err := v.Key(ctx, id)
	if api.KindOf(err) == api.NotFound {
		// All operations are eventually consistent (Secrets Manager API Reference, ListSecrets).
		return api.Secret{}, &api.Error{Kind: api.Transient, Reason: api.ReasonSecretUnavailable, Message: fmt.Sprintf(
			"secret %s exists and has no current value yet: if this lasts, delete it without recovery", name)}
	}
	return stored, err
}

// Key implements ports.AccountKeys. A secret that is scheduled for deletion is there: Terminal with
// ReasonSecretUnavailable, and not NotFound, upon which a new key might be made while the old one can be had back.
func (v *Vault) Key(ctx context.Context, id string) (api.Secret, error) {
	this := secret{id: v.name(id), region: v.aws.Region, reason: api.ReasonSecretUnavailable}
	value, err := v.read(ctx, this)
	if err != nil {
		return api.Secret{}, err
	}
	if block, _ := pem.Decode(value.Reveal()); block == nil || !strings.HasSuffix(block.Type, "PRIVATE KEY") {
		return api.Secret{}, &api.Error{Kind: api.Terminal, Reason: api.ReasonSecretUnavailable, Message: fmt.Sprintf(
			"secret %s in %s holds no private key in PEM: restore its previous version", this.id, this.region)}
	}
	return value, nil
}

// read returns the current value of a secret.
func (v *Vault) read(ctx context.Context, this secret) (api.Secret, error) {
	this.actions = "secretsmanager:GetSecretValue"
	out, err := v.in(this.region).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{
		SecretId: &this.id, VersionStage: aws.String(current),
	})
	if err != nil {
		return api.Secret{}, this.classify(err)
	}
	value := api.NewSecret([]byte(aws.ToString(out.SecretString)))
	if value.IsZero() {
		value = api.NewSecret(out.SecretBinary)
	}
	return value, nil
}
