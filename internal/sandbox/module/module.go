// Package module makes in an emulated AWS account what the Terraform module makes in a real one, under the same names:
// table, queues, topic, function, event source mappings, schedules, rules, alarms. It is for sandboxes without
// Terraform. It leaves out what no program reads back: the dashboard, resource policies, and the least privileges of the
// roles.
//
// Everything is named after Name. The tests compare names and settings with the files of terraform/.
package module

import (
	"context"
	"fmt"
)

// Name is the default of the Terraform module's variable name.
const Name = "certloop"

// Config configures a deployment.
type Config struct {
	// URL is the endpoint of every service, Region the region of the deployment, Account its account.
	URL, Region, Account string
	// Zip is the function's archive. Architecture is its architecture in Lambda's words.
	Zip, Architecture string
	// Environment are further variables of the function.
	Environment map[string]string
	// Email receives the notices.
	Email string
}

// Deployment is what was made.
type Deployment struct {
	TableARN, StreamARN, KeyARN, TopicARN string
	QueueURL                              string
	Config
	aws caller
}

// Deploy makes everything, in the order in which one part needs another.
func Deploy(ctx context.Context, c Config) (*Deployment, error) {
	d := &Deployment{Config: c, aws: caller{c.URL, c.Region}}
	for _, part := range []struct {
		what string
		make func(context.Context) error
	}{
		{"table", d.makeTable}, {"key", d.makeKey}, {"queues", d.makeQueues}, {"topic", d.makeTopic}, {"roles", d.makeRoles},
		{"log group", d.makeLogGroup}, {"function", d.makeFunction}, {"event source mappings", d.makeMappings},
		{"schedules", d.makeSchedules}, {"rules", d.makeRules}, {"alarms", d.makeAlarms},
	} {
		if err := part.make(ctx); err != nil {
			return nil, fmt.Errorf("make the %s: %w", part.what, err)
		}
	}
	return d, nil
}

// arn returns the ARN of something in the deployment's region.
func (d *Deployment) arn(service, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, d.Region, d.Account, resource)
}

// role returns the ARN of a role.
func (d *Deployment) role(name string) string {
	return fmt.Sprintf("arn:aws:iam::%s:role/%s", d.Account, name)
}

// FunctionARN returns the function's ARN.
func (d *Deployment) FunctionARN() string { return d.arn("lambda", "function:"+Name) }

// RoleARN returns the ARN of the function's role.
func (d *Deployment) RoleARN() string { return d.role(Name) }
