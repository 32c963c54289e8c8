package plan

import "time"

// One chain of messages a record. A pass that ends with a wait puts one message into the queue and notes its time in
// QueuedFor. Whoever else wakes the record (the stream, the tick, an invocation) makes a pass, and leaves it to that
// message where that comes early enough. So of two chains that ever come to be one ends with its next pass.

// longestQueued is how far ahead a note may lie to be believed: the queue's longest delay, and what clocks differ by.
const longestQueued = 17 * time.Minute

// Carried reports whether a message that is on its way brings the record back by then.
func Carried(queuedFor, now, by time.Time) bool {
	return queuedFor.After(now) && !queuedFor.After(by) && queuedFor.Sub(now) <= longestQueued
}
