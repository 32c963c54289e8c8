package plan

import "time"

const (
	// ownPace is how long the loop goes by its own steps where the CA asks for more than briefWait between two looks:
	// what takes seconds should not take as long as the CA's longest word.
	ownPace   = 10 * time.Minute
	briefWait = time.Minute
	// shortestWord and longestWord bound the CA's word after that.
	shortestWord, longestWord = 10 * time.Second, time.Hour
)

// poll is when to look at the order again. For ten minutes that is by steps of our own, of which a Retry-After of up to
// a minute can only make longer ones; after that the CA's word counts.
func (s *state) poll() time.Time {
	wait, age := s.ownStep(), s.Now.Sub(s.followedSince())
	switch word := s.Order.RetryAfter; {
	case word <= 0:
	case age >= ownPace:
		wait = min(max(word, shortestWord), longestWord)
	case word <= briefWait:
		wait = max(wait, word)
	}
	return s.Now.Add(wait.Truncate(time.Second))
}

// ownStep grows with the age of the order's present stage, from a second to five minutes.
func (s *state) ownStep() time.Duration {
	return min(max(s.Now.Sub(s.followedSince())/10, time.Second), 5*time.Minute).Truncate(time.Second)
}
