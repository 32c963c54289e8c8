// Package plan decides. Decide says what the next step is, Intend what must be on record before it is taken, and
// Settle what is on record after it. All three are pure: no clock, no randomness, no I/O, no logging; what they need
// of the world lies in Input.
//
// What the package deliberately does not do: it does not read or write anything, does not know a service's client,
// does not remember anything between two passes, and does not wait: "not yet" is a value with a time in it.
package plan
