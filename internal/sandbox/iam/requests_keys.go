package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// kms: list_awskeymanagementservice.html. An alias is not a resource of these actions; its key is.
func (a Account) kms(c Call) ([]Request, error) {
	key := c.text("KeyId")
	if c.Operation != "Encrypt" && c.Operation != "Decrypt" {
		return nil, nil
	}
	if !strings.HasPrefix(key, "arn:") {
		return nil, fmt.Errorf("the key %q is in an unknown form", key)
	}
	r := Request{Action: "kms:" + c.Operation, Resource: key, Context: map[string][]string{"kms:CallerAccount": {a.ID}}}
	pairs, _ := c.JSON["EncryptionContext"].(map[string]any)
	for name, value := range pairs {
		r.Context["kms:EncryptionContext:"+name] = []string{fmt.Sprint(value)}
	}
	if len(pairs) > 0 {
		r.Context["kms:EncryptionContextKeys"] = slices.Sorted(maps.Keys(pairs))
	}
	return []Request{r}, nil
}

// secretsManager: list_awssecretsmanager.html. The ARN of a secret ends in six characters that are unknown before it is
// created.
func (a Account) secretsManager(c Call) ([]Request, error) {
	switch c.Operation {
	case "CreateSecret":
		r := Request{Action: "secretsmanager:CreateSecret", Resource: a.arn(c, "secretsmanager", "secret:"+c.text("Name")+"-??????"),
			Context: map[string][]string{"secretsmanager:Name": {c.text("Name")}}}
		if len(c.tags()) > 0 {
			return nil, fmt.Errorf("tags on a secret are not supported: they need secretsmanager:TagResource")
		}
		return []Request{r}, nil
	case "GetSecretValue":
		arn := c.text("SecretId")
		if !strings.HasPrefix(arn, "arn:") {
			if arn = a.Secret(arn); arn == "" {
				arn = a.arn(c, "secretsmanager", "secret:"+c.text("SecretId")+"-??????")
			}
		}
		return []Request{{Action: "secretsmanager:GetSecretValue", Resource: arn}}, nil
	}
	return nil, nil
}
