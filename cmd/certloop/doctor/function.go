package doctor

import "certloop/cmd/certloop/lang"

// Function is the Lambda function.
type Function struct {
	Name, ARN string
	// Problem is why Lambda does not run it, or "".
	Problem string
	// Table is its variable CERTLOOP_TABLE, WantTable the table that the command line uses.
	Table, WantTable string
	// Recursion reports whether the function may invoke itself through its queue.
	Recursion bool
}

// Mapping is an event source mapping of the function.
type Mapping struct {
	Source string
	// State is Enabled, Disabled, or what Lambda is doing; Problem is its last error, or "".
	State, Problem string
}

const areaFunction = "Function"

// unreleased is the version of a program that was built without one; nothing is known of it.
const unreleased = "dev"

func theFunction(in lang.Language, read Read[Function], version, deployed string) (out []Check) {
	if read.Problem != nil {
		return []Check{unread(in, areaFunction, "", read.Problem)}
	}
	f := read.Value
	add := func(state State, message, remedy string) {
		out = append(out, line(areaFunction, f.Name, state, message, remedy))
	}
	if f.Problem != "" {
		add(Failed, f.Problem, in.T("Read the function's state in the Lambda console, and correct what it names."))
	}
	if f.Table != f.WantTable {
		add(Failed, in.F("the function uses the table %q, not %q", f.Table, f.WantTable), in.T("Set --function or --table so that both are of one installation."))
	}
	if !f.Recursion {
		add(Failed, in.T("Lambda stops the function when it continues its own work through the queue"),
			in.T("Set the recursive loop detection of the function to Allow, as the Terraform module does."))
	}
	if deployed != "" && deployed != version && deployed != unreleased && version != unreleased {
		add(Warning, in.F("the function has version %[1]s, the command line %[2]s", deployed, version), in.T("Use the same version of both."))
	}
	if len(out) == 0 {
		add(Fine, in.T("state, table and recursion are as they should be"), "")
	}
	return out
}

const areaTrigger = "Trigger"

// sources are what must wake the function, by the service in the ARN.
var sources = []string{"dynamodb", "sqs"}

func mappings(in lang.Language, read Read[[]Mapping]) (out []Check) {
	if read.Problem != nil {
		return []Check{unread(in, areaTrigger, "", read.Problem)}
	}
	for _, service := range sources {
		found := false
		for _, m := range read.Value {
			if serviceOf(m.Source) != service {
				continue
			}
			found = true
			out = append(out, m.check(in))
		}
		if !found {
			out = append(out, line(areaTrigger, service, Failed, in.T("the function has no event source mapping for it"),
				in.T("Apply the Terraform module again.")))
		}
	}
	return out
}

func (m Mapping) check(in lang.Language) Check {
	if m.State != "Enabled" {
		return line(areaTrigger, serviceOf(m.Source), Failed, in.F("the event source mapping is %s", m.State), in.T("Enable the event source mapping."))
	}
	if m.Problem != "" {
		return line(areaTrigger, serviceOf(m.Source), Warning, m.Problem, in.T("Read the function's log, and correct the cause."))
	}
	return line(areaTrigger, serviceOf(m.Source), Fine, in.T("the event source mapping is enabled"), "")
}
