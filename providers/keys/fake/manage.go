package fake

import (
	"strings"

	"certloop/providers/internal/awsfake"
)

func (k *KMS) create(c awsfake.Call, _ struct{}) (any, *awsfake.Refusal) {
	return k.add(c.Region).describe(), nil
}

func (k *KMS) describe(c awsfake.Call, in struct{ KeyId string }) (any, *awsfake.Refusal) {
	key, refused := k.find(c.Region, in.KeyId)
	if refused != nil {
		return nil, refused
	}
	return key.describe(), nil
}

func (key *kmsKey) describe() any {
	return map[string]any{"KeyMetadata": map[string]any{"KeyId": key.id(), "Arn": key.arn, "Enabled": key.state == Enabled,
		"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "AWSAccountId": awsfake.Account}}
}

func (k *KMS) createAlias(c awsfake.Call, in struct{ AliasName, TargetKeyId string }) (any, *awsfake.Refusal) {
	key, refused := k.find(c.Region, in.TargetKeyId)
	arn := kmsScope(c.Region) + in.AliasName
	switch {
	case refused != nil:
		return nil, refused
	case !strings.HasPrefix(in.AliasName, "alias/"):
		return nil, invalid("Value at 'aliasName' failed to satisfy constraint: it begins with alias/")
	case k.aliases[arn] != "":
		return nil, awsfake.Refuse("AlreadyExistsException", "An alias with the name %s already exists", arn)
	}
	k.aliases[arn] = key.arn
	return struct{}{}, nil
}

func (k *KMS) deleteAlias(c awsfake.Call, in struct{ AliasName string }) (any, *awsfake.Refusal) {
	arn := kmsScope(c.Region) + in.AliasName
	if k.aliases[arn] == "" {
		return nil, awsfake.Refuse("NotFoundException", "Alias %s is not found.", arn)
	}
	delete(k.aliases, arn)
	return struct{}{}, nil
}
