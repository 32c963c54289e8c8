package doctor

import (
	"certloop/cmd/certloop/lang"
	"certloop/reconciler/plan"
)

// Table is the table of the records.
type Table struct {
	Name   string
	Active bool
	// Keys are the attributes of the primary key, Stream is the stream's view type (empty: there is no stream).
	Keys   []string
	Stream string
	// Index reports whether the index on due and due_at is there.
	Index      bool
	Backup     bool
	Protected  bool
	ItemsAbout int64
}

const areaTable = plan.AreaTable

func table(in lang.Language, read Read[Table]) (out []Check) {
	if read.Problem != nil {
		return []Check{unread(in, areaTable, "", read.Problem)}
	}
	t := read.Value
	add := func(state State, message, remedy string) {
		out = append(out, line(areaTable, t.Name, state, message, remedy))
	}
	if !t.Active {
		add(Failed, in.T("the table is not active"), in.T("Wait until DynamoDB has created or updated the table."))
	}
	if len(t.Keys) != 2 || t.Keys[0] != "name" || t.Keys[1] != "kind" {
		add(Failed, in.T("the primary key is not name and kind"), in.T("Set --table to a table of the Terraform module."))
	}
	switch t.Stream {
	case "KEYS_ONLY":
	case "":
		add(Failed, in.T("the table has no stream, so changes are found at the daily resync only"), in.T("Apply the Terraform module again."))
	default:
		add(Warning, in.F("the stream has the view %s, so records leave the table with it", t.Stream), in.T("Set the stream's view to KEYS_ONLY."))
	}
	if !t.Index {
		add(Failed, in.T("the index due does not exist or is not active, so waiting records are found at the daily resync only"),
			in.T("Apply the Terraform module again."))
	}
	if !t.Backup {
		add(Warning, in.T("point-in-time recovery is off"), in.T("Enable point-in-time recovery: a deleted record is otherwise lost."))
	}
	if !t.Protected {
		add(Warning, in.T("deletion protection is off"), in.T("Set deletion_protection of the Terraform module to true."))
	}
	if len(out) == 0 {
		add(Fine, in.T("key, stream, index, backup and deletion protection are as they should be"), "")
	}
	return out
}
