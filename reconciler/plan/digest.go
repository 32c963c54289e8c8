package plan

import (
	"certloop/reconciler/api"
)

// effectiveKeyType returns the spec's, else that of the certificate it names, else the default.
func effectiveKeyType(f *facts) api.KeyType {
	if f.Spec == nil || f.Spec.KeyType != "" {
		if f.Spec == nil {
			return ""
		}
		return f.Spec.KeyType
	}
	named := false
	for i := range f.Targets {
		t := &f.Targets[i]
		if !t.Wanted || !t.named() {
			continue
		}
		named = true
		if t.Found != nil {
			return t.Found.KeyType
		}
	}
	if named {
		return f.next.KeyType
	}
	return api.DefaultKeyType
}

// digestForcedBy returns the issuance digest of the present spec under that force token.
func (f *facts) digestForcedBy(token string) string {
	if f.Spec == nil || f.Account.Spec == nil || f.keyType == "" {
		return ""
	}
	return api.IssuanceDigest(api.DigestInput{
		Names:          f.Spec.Domains,
		KeyType:        f.keyType,
		Account:        f.Account.Name,
		Directory:      f.Account.Spec.Directory,
		Profile:        f.profile(),
		PreferredChain: f.preferredChain(),
		Force:          token,
	})
}

func (f *facts) profile() string {
	if f.Spec.Profile != "" || f.Account.Spec == nil {
		return f.Spec.Profile
	}
	return f.Account.Spec.Profile
}

func (f *facts) preferredChain() string {
	if f.Spec.PreferredChain != "" || f.Account.Spec == nil {
		return f.Spec.PreferredChain
	}
	return f.Account.Spec.PreferredChain
}
