package fake

import (
	"bytes"
	"fmt"
	"strings"

	"certloop/providers/internal/awsfake"
)

// Secrets is AWS Secrets Manager in one account and all regions, each secret with one version. It is safe for
// concurrent use.
type Secrets struct {
	*awsfake.Endpoint

	secrets map[string]*Secret // by ARN without its last six characters
	// lag is how many reads do not see the secrets yet.
	lag int
}

// Secret is one secret.
type Secret struct {
	ARN, Name, Region, Description string
	// String or Binary is the current value; both empty: there is none.
	String string
	Binary []byte
	// ScheduledForDeletion secrets can be restored, and are not to be used.
	ScheduledForDeletion bool

	token string
}

// NewSecrets makes a Secrets Manager without secrets.
func NewSecrets() *Secrets {
	s := &Secrets{secrets: map[string]*Secret{}}
	s.Endpoint = awsfake.New(awsfake.Config{Targets: []string{"secretsmanager."}, Operations: map[string]awsfake.Operation{
		"CreateSecret": awsfake.JSON(s.create), "GetSecretValue": awsfake.JSON(s.value),
		"DescribeSecret": awsfake.JSON(s.describe), "ListSecrets": awsfake.JSON(s.list), "PutSecretValue": awsfake.JSON(s.replace),
		"DeleteSecret": awsfake.JSON(s.schedule), "RestoreSecret": awsfake.JSON(s.restore),
	}})
	return s
}

func stem(region, name string) string {
	return "arn:aws:secretsmanager:" + region + ":" + awsfake.Account + ":secret:" + name
}

// find finds a secret by its name in the region, or by an ARN of it.
func (s *Secrets) find(region, id string) *Secret {
	if !strings.HasPrefix(id, "arn:") {
		return s.secrets[stem(region, id)]
	}
	for _, secret := range s.secrets {
		if secret.ARN == id && secret.Region == region {
			return secret
		}
	}
	return nil
}

type createInput struct {
	Name, ClientRequestToken, Description, SecretString string
	SecretBinary                                        []byte
}

func (s *Secrets) create(c awsfake.Call, in createInput) (any, *awsfake.Refusal) {
	if n := len(in.ClientRequestToken); n < 32 || n > 64 {
		return nil, awsfake.Refuse("InvalidParameterException", "ClientRequestToken must have 32 to 64 characters.")
	}
	found := s.find(c.Region, in.Name)
	switch {
	case found != nil && found.ScheduledForDeletion:
		return nil, awsfake.Refuse("InvalidRequestException",
			"You can't create this secret because a secret with this name is already scheduled for deletion.")
	case found != nil && (found.token != in.ClientRequestToken || found.String != in.SecretString || !bytes.Equal(found.Binary, in.SecretBinary)):
		return nil, awsfake.Refuse("ResourceExistsException", "The operation failed because the secret %s already exists.", in.Name)
	case found == nil:
		found = s.put(Secret{Region: c.Region, Name: in.Name, Description: in.Description, String: in.SecretString,
			Binary: in.SecretBinary, token: in.ClientRequestToken})
	}
	return map[string]any{"ARN": found.ARN, "Name": found.Name, "VersionId": found.token}, nil
}

type valueInput struct{ SecretId, VersionId, VersionStage string }

func (s *Secrets) value(c awsfake.Call, in valueInput) (any, *awsfake.Refusal) {
	found := s.find(c.Region, in.SecretId)
	if s.lag > 0 {
		s.lag--
		found = nil
	}
	switch {
	case found == nil:
		return nil, awsfake.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	case found.ScheduledForDeletion:
		return nil, awsfake.Refuse("InvalidRequestException",
			"You can't perform this operation on the secret because it was marked for deletion.")
	case in.VersionStage != "" && in.VersionStage != "AWSCURRENT" || found.String == "" && found.Binary == nil:
		return nil, awsfake.Refuse("ResourceNotFoundException",
			"Secrets Manager can't find the specified secret value for staging label: %s", in.VersionStage)
	}
	out := map[string]any{"ARN": found.ARN, "Name": found.Name, "VersionId": found.token, "VersionStages": []string{"AWSCURRENT"}}
	if found.String != "" {
		out["SecretString"] = found.String
	} else {
		out["SecretBinary"] = found.Binary
	}
	return out, nil
}

// put keeps a secret under an ARN of its own.
func (s *Secrets) put(secret Secret) *Secret {
	key := stem(secret.Region, secret.Name)
	secret.ARN = fmt.Sprintf("%s-%06x", key, len(s.secrets))
	s.secrets[key] = &secret
	return &secret
}
