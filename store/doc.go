// Package store keeps certloop's records in one DynamoDB table.
//
// What people write (Certificate, Account) and what the controller writes (CertificateStatus, AccountStatus) are two
// items of one partition; the Issuance and the Claims lie under partitions of their own. The attribute names are the
// JSON tags of package api.
//
// Three rules carry the guarantees:
//
//   - Every write of the controller is conditional on the version that was read, and stores the next one.
//   - A change of more than one item is one transaction.
//   - A reply that is lost does not turn into a conflict with oneself: a transaction carries a token, and a single
//     write that finds its own item in place counts as done.
package store
