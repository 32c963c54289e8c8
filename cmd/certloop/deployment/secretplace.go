package deployment

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"certloop/cmd/certloop/lang"
)

// SecretPlace is where the function reads the secrets of accounts, and the KMS key that it can use for them.
type SecretPlace struct {
	// Prefix is the start of their names. KMSKey is empty for the default key of Secrets Manager, which every role of the AWS
	// account can use that may read the secret.
	Prefix, KMSKey string
}

// UnreadPlace is the error where the function's variables exist but cannot be read with the operator's credentials, or where the
// function was not found.
type UnreadPlace struct {
	// Err is why.
	Err error
}

func (e *UnreadPlace) Error() string { return e.Err.Error() }

// Unwrap returns why.
func (e *UnreadPlace) Unwrap() error { return e.Err }

// SecretPlace returns the place as the function's variables have it. With an *UnreadPlace it returns the one that the Terraform
// module would have made for the table. Any other error says nothing about the place.
func (d *Deployment) SecretPlace(ctx context.Context) (SecretPlace, error) {
	guess := SecretPlace{Prefix: d.Table}
	out, err := d.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &d.Function})
	switch {
	case err != nil && (denied(err, Place{}) != nil || missing(err, Place{}) != nil):
		return guess, &UnreadPlace{d.explained(err)}
	case err != nil:
		return SecretPlace{}, d.explained(err)
	case out.Environment == nil:
		out.Environment = &types.EnvironmentResponse{}
	case out.Environment.Error != nil:
		// Lambda returns the configuration without the variables.
		return guess, &UnreadPlace{lang.Errorf("AWS denies kms:Decrypt on the key of the variables of function %s: allow this IAM action for your user or role", d.Function)}
	}
	variables := out.Environment.Variables
	// Without a variable the function has its own default, which is not the table's name.
	return SecretPlace{cmp.Or(variables["CERTLOOP_SECRET_PREFIX"], DefaultName), variables["CERTLOOP_SECRETS_KEY_ID"]}, nil
}

// With returns the place if it agrees with what the operator states, and else why the function could not read a secret there.
// Empty fields state nothing.
func (p SecretPlace) With(stated SecretPlace) (SecretPlace, error) {
	switch {
	case stated.Prefix != "" && stated.Prefix != p.Prefix:
		return p, lang.Errorf("--secret-prefix is %q, but the function reads secrets whose names begin with %s/: omit the flag", stated.Prefix, p.Prefix)
	case stated.KMSKey != "" && !isSameKey(p.KMSKey, stated.KMSKey):
		return p, lang.Errorf("--secret-kms-key is %q, but the function uses %s for its secrets and could not decrypt the credential: omit the flag",
			stated.KMSKey, cmp.Or(p.KMSKey, defaultKey))
	}
	return p, nil
}

// defaultKey is the alias of the key that Secrets Manager uses without another one.
const defaultKey = "alias/aws/secretsmanager"

// isSameKey reports whether two names can be those of the same KMS key. An alias can be the name of any key, but that of the
// default key.
func isSameKey(x, y string) bool {
	x, y = keyName(x), keyName(y)
	if x == y {
		return true
	}
	isOther := func(name string) bool { return strings.HasPrefix(name, "alias/") && name != defaultKey }
	return x != defaultKey && y != defaultKey && (isOther(x) || isOther(y))
}

// keyName returns the name of a key in its account: an id or an alias.
func keyName(key string) string {
	if key == "" {
		return defaultKey
	}
	if parts := strings.SplitN(key, ":", 6); len(parts) == 6 {
		key = parts[5]
	}
	return strings.TrimPrefix(key, "key/")
}
