package api

import "time"

// Rollout is how a new certificate goes to the targets of a record: in waves, each only after the one before is proved.
type Rollout struct {
	// Waves are the keys of the targets, in the order in which they get a new certificate. Each target is in exactly one.
	Waves [][]string
	// Soak is how long a wave holds the new certificate before the next one, if no endpoint of it can be seen.
	Soak time.Duration
	// Timeout is how long the endpoints of a wave may take to serve the new certificate.
	Timeout time.Duration
	// OnFailure is what happens if they do not.
	OnFailure OnFailure
}

// OnFailure is what a rollout does when a wave fails.
type OnFailure string

// These are the values of OnFailure.
const (
	// OnFailureStop leaves every target with the certificate that it has.
	OnFailureStop OnFailure = "stop"
	// OnFailureRollback also puts the certificate before back where the new one is not served.
	OnFailureRollback OnFailure = "rollback"
)

// These are the defaults of a rollout.
const (
	DefaultSoak    = time.Hour
	DefaultTimeout = 3 * time.Hour
)

// Lead returns how long a rollout may take at most if no wave fails: a renewal begins that much earlier.
func (r *Rollout) Lead() time.Duration {
	if r == nil {
		return 0
	}
	return time.Duration(len(r.Waves)) * max(r.Soak, r.Timeout)
}

// KeptCertificate is a certificate that was installed everywhere, with its key, so that it can be put back in place of its
// successor. Only records with a rollout have one.
type KeptCertificate struct {
	// SealedKey and PublicKeySHA256 are as in Issuance.
	SealedKey       []byte `json:"sealed_key"`
	PublicKeySHA256 string `json:"public_key_sha256"`
	// Chain is the PEM of leaf and intermediates.
	Chain string `json:"chain"`
}

// Rollback is the decision to put the kept certificate back.
type Rollback struct {
	RolledBackAt time.Time `json:"rolled_back_at"`
	// Targets are the keys of the targets where it is put back; the others keep what they have.
	Targets []string `json:"targets"`
	// Message is why, for users.
	Message string `json:"message,omitempty"`
}

// RolloutState is where a rollout stands.
type RolloutState string

// These are the states of a rollout.
const (
	// RolloutProgressing: a wave is being imported, or waits for its proof.
	RolloutProgressing RolloutState = "Progressing"
	// RolloutStopped: a wave failed; the waves after it keep the certificate that they have.
	RolloutStopped RolloutState = "Stopped"
	// RolloutRollingBack: the certificate before is being put back.
	RolloutRollingBack RolloutState = "RollingBack"
	// RolloutRolledBack: it is back. The new one waits until the record changes or the rollback is undone.
	RolloutRolledBack RolloutState = "RolledBack"
)

// RolloutStatus is the rollout of a new certificate, for users. No decision depends on it.
type RolloutStatus struct {
	State RolloutState `json:"state"`
	// Serial is that of the new certificate.
	Serial string `json:"serial"`
	// Wave is the wave that is under way, from 1, and Waves how many there are.
	Wave  int `json:"wave"`
	Waves int `json:"waves"`
	// CanRollBack is true if the certificate before can be put back.
	CanRollBack bool   `json:"can_roll_back,omitempty"`
	Message     string `json:"message,omitempty"`
}
