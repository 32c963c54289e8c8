// Package store keeps certloop's records in one DynamoDB table.
//
// What users write (Certificate, Account) is in the partition of the record's name. What the controller writes is in
// partitions that IAM keeps users from writing: statuses in status#<name>, issuances in issuance#<name>, claims in
// arn#<arn>, the set of all policies in policyset#, the records that a policy admitted in policyset#<name>.
// Administrators write Policy, in policy#<name>. Get reads one record's items and the policies in one request, as a
// consistent snapshot. A status in any other partition is never read. The attribute names are the JSON tags of package
// api.
//
// Three rules give the guarantees:
//
//   - Every write of the controller is conditional on the version that was read, and stores the next one.
//   - A change of more than one item is one transaction.
//   - A lost reply does not become a conflict: a transaction has a token, and a single
//     write that finds the item that it sent succeeds.
package store
