package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// secretTag marks the secrets that the command line creates.
const secretTag = "certloop:account"

// StoreEAB stores the credential of an account as a secret at a place, <prefix>/eab/<account>, and returns its ARN. A secret of
// that name receives a new version, and keeps its KMS key.
//
// No error has anything of the credential.
func (d *Deployment) StoreEAB(ctx context.Context, account string, credential api.EAB, at SecretPlace) (arn string, err error) {
	value, err := json.Marshal(map[string]string{"kid": credential.KID, "hmac_key": string(credential.HMACKey.Reveal())})
	if err != nil {
		return "", err
	}
	name, text := at.Prefix+"/eab/"+account, string(value)
	client := secretsmanager.NewFromConfig(d.AWS)
	in := &secretsmanager.CreateSecretInput{Name: &name, SecretString: &text,
		Tags: []types.Tag{{Key: aws.String(secretTag), Value: &account}}}
	if at.KMSKey != "" {
		in.KmsKeyId = &at.KMSKey
	}
	created, err := client.CreateSecret(ctx, in)
	if err == nil {
		return aws.ToString(created.ARN), nil
	}
	var exists *types.ResourceExistsException
	if !errors.As(err, &exists) {
		return "", d.without(err, credential)
	}
	changed, err := client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &name, SecretString: &text})
	if err != nil {
		return "", d.without(err, credential)
	}
	return aws.ToString(changed.ARN), nil
}

// without returns the error as explained. If AWS repeats the credential in it, only the error's code is left.
func (d *Deployment) without(err error, credential api.EAB) error {
	if text := err.Error(); strings.Contains(text, string(credential.HMACKey.Reveal())) {
		return lang.Errorf("Secrets Manager refused the EAB credential: %s", code(err))
	}
	return d.explained(err)
}
