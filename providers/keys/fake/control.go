package fake

import "slices"

// Put stores a secret as operators do, over one of the same name. It returns its
// ARN.
func (s *Secrets) Put(secret Secret) (arn string) {
	s.Locked(func() { arn = s.put(secret).ARN })
	return arn
}

// ScheduleDeletion marks a secret for deletion; Restore removes the mark.
func (s *Secrets) ScheduleDeletion(region, name string) { s.mark(region, name, true) }

// Restore removes the mark for deletion.
func (s *Secrets) Restore(region, name string) { s.mark(region, name, false) }

func (s *Secrets) mark(region, name string, marked bool) {
	s.Locked(func() { s.find(region, name).ScheduledForDeletion = marked })
}

// Remove deletes a secret without recovery.
func (s *Secrets) Remove(region, name string) {
	s.Locked(func() { delete(s.secrets, stem(region, name)) })
}

// Lag makes the next reads see no secret, as an eventually consistent service may for a while after a creation.
func (s *Secrets) Lag(reads int) { s.Locked(func() { s.lag = reads }) }

// All returns the secrets, sorted by ARN.
func (s *Secrets) All() (all []Secret) {
	s.Locked(func() {
		for _, secret := range s.secrets {
			all = append(all, *secret)
		}
	})
	slices.SortFunc(all, func(a, b Secret) int {
		if a.ARN < b.ARN {
			return -1
		}
		return 1
	})
	return all
}
