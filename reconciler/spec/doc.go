// Package spec decodes and validates the records that users write: Certificate, Account and Policy. It is strict: every
// attribute that it does not know, and every value that it cannot use, is a problem, and all problems of a record are
// reported together. It does no I/O and reads no clock.
package spec
