package fake

import (
	"cmp"
	"slices"

	"certloop/providers/internal/awsfake"
)

// absent is the refusal of a secret that does not exist.
func absent() *awsfake.Refusal {
	return awsfake.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

func (secret *Secret) wire() map[string]any {
	out := map[string]any{"ARN": secret.ARN, "Name": secret.Name}
	if secret.Description != "" {
		out["Description"] = secret.Description
	}
	return out
}

type named struct{ SecretId string }

func (s *Secrets) describe(c awsfake.Call, in named) (any, *awsfake.Refusal) {
	found := s.find(c.Region, in.SecretId)
	if found == nil {
		return nil, absent()
	}
	return found.wire(), nil
}

// list returns the secrets of the region in one page.
func (s *Secrets) list(c awsfake.Call, in struct{ MaxResults int }) (any, *awsfake.Refusal) {
	all := []*Secret{}
	for _, secret := range s.secrets {
		if secret.Region == c.Region && !secret.ScheduledForDeletion {
			all = append(all, secret)
		}
	}
	if len(all) > cmp.Or(in.MaxResults, 100) {
		return nil, awsfake.Refuse("InvalidParameterException", "the fake lists in one page only, and has %d secrets", len(all))
	}
	slices.SortFunc(all, func(a, b *Secret) int { return cmp.Compare(a.ARN, b.ARN) })
	out := []map[string]any{}
	for _, secret := range all {
		out = append(out, secret.wire())
	}
	return map[string]any{"SecretList": out}, nil
}

func (s *Secrets) replace(c awsfake.Call, in struct {
	SecretId, ClientRequestToken, SecretString string
	SecretBinary                               []byte
}) (any, *awsfake.Refusal) {
	found := s.find(c.Region, in.SecretId)
	switch {
	case found == nil:
		return nil, absent()
	case found.ScheduledForDeletion:
		return nil, awsfake.Refuse("InvalidRequestException",
			"You can't perform this operation on the secret because it was marked for deletion.")
	}
	found.String, found.Binary, found.token = in.SecretString, in.SecretBinary, in.ClientRequestToken
	return found.wire(), nil
}

func (s *Secrets) schedule(c awsfake.Call, in struct {
	SecretId                   string
	ForceDeleteWithoutRecovery bool
}) (any, *awsfake.Refusal) {
	found := s.find(c.Region, in.SecretId)
	if found == nil {
		return nil, absent()
	}
	found.ScheduledForDeletion = true
	if in.ForceDeleteWithoutRecovery {
		delete(s.secrets, stem(c.Region, found.Name))
	}
	return found.wire(), nil
}

func (s *Secrets) restore(c awsfake.Call, in named) (any, *awsfake.Refusal) {
	found := s.find(c.Region, in.SecretId)
	if found == nil {
		return nil, absent()
	}
	found.ScheduledForDeletion = false
	return found.wire(), nil
}
