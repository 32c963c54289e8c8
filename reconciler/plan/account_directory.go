package plan

import (
	"time"

	"certloop/reconciler/api"
)

// directoryEvery is how often the directory of an account is read: by each daily resync.
const directoryEvery = 20 * time.Hour

// NeedsDirectory reports whether the pass over the account reads its directory: the account is registered, nothing keeps it from
// being used, and the last read is long enough ago.
func NeedsDirectory(in AccountInput) bool {
	s := newAccountState(in)
	return s.Spec != nil && s.refusal == "" && s.next.URI != "" && s.KeyErr == nil && accountLeased(s) == nil && accountBackingOff(s) == nil &&
		!directoryBackoff(&s.next).Waiting(s.Now)
}

// observeDirectory stores what the CA says about itself. If the directory could not be read, what was known stays: nothing but
// the judgement of CAA records depends on it.
func (s *accountState) observeDirectory() {
	b := directoryBackoff(&s.next)
	switch {
	case b.Waiting(s.Now): // it is stored already
	case s.DirectoryErr != nil:
		b.Fail(s.Now, s.DirectoryErr, forDirectory)
	case s.Directory != nil:
		s.next.CAAIdentities = api.IssuerNames(s.Directory.CAAIdentities)
		b.Pause(s.Now.Add(directoryEvery))
	}
}
