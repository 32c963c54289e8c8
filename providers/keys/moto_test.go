package keys_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"certloop/internal/sandbox/cloud"
	"certloop/internal/sandbox/moto"
	"certloop/providers/internal/awsfake"
	"certloop/providers/keys"
	"certloop/providers/keys/contract"
)

// What moto 5.2.1 does not enforce. All of it runs on the strict fake.
const (
	noStates  = "moto encrypts and decrypts with a key in any state, and asks nobody for permission"
	noDestroy = "nothing destroys a key of moto's"
)

var sealerNotOnMoto = map[string]string{"its KMS key destroyed, it is lost": noDestroy}

func init() {
	for _, state := range contract.States {
		sealerNotOnMoto["while its KMS key is "+string(state)+", it waits"] = noStates
	}
}

var counter atomic.Int64

// unique is a name that no other test has.
func unique(name string) string { return fmt.Sprintf("%s-%d", name, counter.Add(1)) }

func TestSealerOnMoto(t *testing.T) { sealerAt(t, moto.ForTest(t).URL) }

// The states of keys are tested on the fake itself: no API sets most of them.
func TestSealerOnTheSandboxsOwnCloud(t *testing.T) {
	_, url := cloud.ForTest(t, awsfake.Region)
	sealerAt(t, url)
}

func sealerAt(t *testing.T, url string) {
	client := kms.NewFromConfig(awsfake.ClientConfig(url))
	contract.RunSealer(t, func(t *testing.T) contract.SealerSubject {
		alias := unique("alias/certloop")
		replace := func(t *testing.T) {
			key, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = client.DeleteAlias(t.Context(), &kms.DeleteAliasInput{AliasName: &alias})
			if _, err := client.CreateAlias(t.Context(), &kms.CreateAliasInput{AliasName: &alias, TargetKeyId: key.KeyMetadata.KeyId}); err != nil {
				t.Fatal(err)
			}
		}
		replace(t)
		return contract.SealerSubject{Sealer: keys.NewSealer(keys.SealerConfig{Client: client, KeyID: alias}), Replace: replace}
	}, sealerNotOnMoto)
}

// motoSecrets is moto's Secrets Manager as operators use it.
type motoSecrets struct{ client *secretsmanager.Client }

func at(region string) func(*secretsmanager.Options) {
	return func(o *secretsmanager.Options) { o.Region = region }
}

func (m motoSecrets) put(t *testing.T, region, name, value string) string {
	t.Helper()
	out, err := m.client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: &value}, at(region))
	if err != nil {
		t.Fatal(err)
	}
	return *out.ARN
}

func (m motoSecrets) delete(t *testing.T, region, name string, forGood bool) {
	t.Helper()
	in := &secretsmanager.DeleteSecretInput{SecretId: &name, ForceDeleteWithoutRecovery: aws.Bool(forGood)}
	if _, err := m.client.DeleteSecret(t.Context(), in, at(region)); err != nil {
		t.Fatal(err)
	}
}

func (m motoSecrets) restore(t *testing.T, region, name string) {
	t.Helper()
	if _, err := m.client.RestoreSecret(t.Context(), &secretsmanager.RestoreSecretInput{SecretId: &name}, at(region)); err != nil {
		t.Fatal(err)
	}
}

func TestVaultOnMoto(t *testing.T) { vaultAt(t, moto.ForTest(t).URL) }

func TestVaultOnTheSandboxsOwnCloud(t *testing.T) {
	_, url := cloud.ForTest(t, awsfake.Region)
	vaultAt(t, url)
}

func vaultAt(t *testing.T, url string) {
	config := awsfake.ClientConfig(url)
	hands := motoSecrets{secretsmanager.NewFromConfig(config)}
	contract.RunVault(t, func(*testing.T) contract.VaultSubject {
		own := unique("certloop")
		named := func(name string) string { return own + "/" + name }
		return contract.VaultSubject{
			AccountKeys: keys.NewVault(keys.VaultConfig{AWS: config, Prefix: own}), Region: awsfake.Region,
			Name:             func(id string) string { return "accounts/" + id },
			Put:              func(t *testing.T, region, name, value string) string { return hands.put(t, region, named(name), value) },
			ScheduleDeletion: func(t *testing.T, region, name string) { hands.delete(t, region, named(name), false) },
			Restore:          func(t *testing.T, region, name string) { hands.restore(t, region, named(name)) },
			Remove:           func(t *testing.T, region, name string) { hands.delete(t, region, named(name), true) },
		}
	}, nil)
}
