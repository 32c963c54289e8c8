package keys_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"certloop/providers/internal/awsfake"
	"certloop/providers/keys"
	"certloop/providers/keys/contract"
	"certloop/providers/keys/fake"
)

const (
	alias  = "alias/certloop"
	prefix = "certloop"
)

// bench is a Sealer on a fake KMS, whose alias points at key.
type bench struct {
	*keys.Sealer
	kms *fake.KMS
	key string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{kms: fake.NewKMS()}
	b.Sealer = keys.NewSealer(keys.SealerConfig{Client: kms.NewFromConfig(awsfake.Serve(t, b.kms)), KeyID: alias})
	b.replace(t)
	return b
}

func (b *bench) replace(*testing.T) {
	b.key = b.kms.AddKey()
	b.kms.SetAlias(alias, b.key)
}

var states = map[contract.State]fake.KeyState{
	contract.Enabled: fake.Enabled, contract.Disabled: fake.Disabled, contract.PendingDeletion: fake.PendingDeletion,
	contract.PendingImport: fake.PendingImport, contract.Unavailable: fake.Unavailable, contract.Denied: fake.Enabled,
}

func (b *bench) setState(_ *testing.T, state contract.State) {
	b.kms.SetState(b.key, states[state])
	for _, operation := range []string{"Encrypt", "Decrypt"} {
		b.kms.Heal(operation)
		if state == contract.Denied {
			b.kms.Fail(operation, -1, awsfake.Denied("kms:"+operation))
		}
	}
}

func TestSealerOnTheFake(t *testing.T) {
	contract.RunSealer(t, func(t *testing.T) contract.SealerSubject {
		b := newBench(t)
		return contract.SealerSubject{Sealer: b, SetState: b.setState, Replace: b.replace,
			Destroy: func(*testing.T) { b.kms.Destroy(b.key) }}
	}, nil)
}

func newVault(t *testing.T) (*keys.Vault, *fake.Secrets) {
	t.Helper()
	secrets := fake.NewSecrets()
	return keys.NewVault(keys.VaultConfig{AWS: awsfake.Serve(t, secrets), Prefix: prefix}), secrets
}

func TestVaultOnTheFake(t *testing.T) {
	contract.RunVault(t, func(t *testing.T) contract.VaultSubject {
		vault, secrets := newVault(t)
		return contract.VaultSubject{AccountKeys: vault, Region: awsfake.Region,
			Name: func(id string) string { return prefix + "/accounts/" + id },
			Put: func(_ *testing.T, region, name, value string) string {
				return secrets.Put(fake.Secret{Region: region, Name: name, String: value})
			},
			ScheduleDeletion: func(_ *testing.T, region, name string) { secrets.ScheduleDeletion(region, name) },
			Restore:          func(_ *testing.T, region, name string) { secrets.Restore(region, name) },
			Remove:           func(_ *testing.T, region, name string) { secrets.Remove(region, name) },
		}
	}, nil)
}
