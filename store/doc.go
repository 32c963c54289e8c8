// Package store keeps certloop's records in one DynamoDB table.
//
// What users write (Certificate, Account) lies in the partition of the record's name, what the controller writes in
// partitions of its own, which IAM keeps users from writing: statuses in status#<name>, issuances in issuance#<name>,
// claims in arn#<arn>, the set of all policies in policyset#, the records that a policy admitted in policyset#<name>. Get
// reads what there is of one record, and the policies, in one request, as they are at one moment; a status anywhere else is
// never read. The attribute names are the JSON tags of package api. Administrators write Policy, in policy#<name>.
//
// Three rules carry the guarantees:
//
//   - Every write of the controller is conditional on the version that was read, and stores the next one.
//   - A change of more than one item is one transaction.
//   - A reply that is lost does not turn into a conflict with oneself: a transaction carries a token, and a single
//     write that finds its own item in place counts as done.
package store
