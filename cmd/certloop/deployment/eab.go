package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// secretTag marks the secrets that the command line creates.
const secretTag = "certloop:account"

// StoreEAB stores the credential of an account as a secret that the function may read, <prefix>/eab/<account>, and returns
// its ARN. A secret of that name receives a new version. Prefix and KMS key are those of the function's variables.
//
// No error has anything of the credential.
func (d *Deployment) StoreEAB(ctx context.Context, account string, credential api.EAB) (arn string, err error) {
	value, err := json.Marshal(map[string]string{"kid": credential.KID, "hmac_key": string(credential.HMACKey.Reveal())})
	if err != nil {
		return "", err
	}
	prefix, key := d.secrets(ctx)
	name, text := prefix+"/eab/"+account, string(value)
	client := secretsmanager.NewFromConfig(d.AWS)
	in := &secretsmanager.CreateSecretInput{Name: &name, SecretString: &text,
		Tags: []types.Tag{{Key: aws.String(secretTag), Value: &account}}}
	if key != "" {
		in.KmsKeyId = &key
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

// secrets returns the prefix of the function's secrets, and the KMS key for them or "". If the function's variables cannot be
// read, the prefix is the table's name, as the Terraform module names both.
func (d *Deployment) secrets(ctx context.Context) (prefix, key string) {
	out, err := d.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &d.Function})
	if err != nil || out.Environment == nil {
		return d.Table, ""
	}
	prefix = out.Environment.Variables["CERTLOOP_SECRET_PREFIX"]
	if prefix == "" {
		prefix = d.Table
	}
	return prefix, out.Environment.Variables["CERTLOOP_SECRETS_KEY_ID"]
}
