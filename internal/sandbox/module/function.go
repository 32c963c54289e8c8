package module

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
)

// These are the settings of the function. timeout is the least that the module accepts, in seconds: nothing in a sandbox
// takes longer.
const (
	timeout  = 120
	memory   = 512
	batches  = 5
	keepLogs = 90
)

// LogGroup is the name of the function's log group.
const LogGroup = "/aws/lambda/" + Name

// anything lets a role do everything: least privileges are tested with Terraform's policies, not here.
const anything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// makeRoles makes the roles of the function and of the schedules.
func (d *Deployment) makeRoles(ctx context.Context) error {
	for role, service := range map[string]string{Name: "lambda.amazonaws.com", Name + "-schedule": "scheduler.amazonaws.com"} {
		trust, err := json.Marshal(object{"Version": "2012-10-17", "Statement": []object{{"Effect": "Allow",
			"Principal": object{"Service": service}, "Action": "sts:AssumeRole"}}})
		if err != nil {
			return err
		}
		if err := d.iam(ctx, "CreateRole", url.Values{"RoleName": {role}, "AssumeRolePolicyDocument": {string(trust)}}); err != nil {
			return err
		}
		if err := d.iam(ctx, "PutRolePolicy", url.Values{"RoleName": {role}, "PolicyName": {"sandbox"}, "PolicyDocument": {anything}}); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deployment) iam(ctx context.Context, action string, form url.Values) error {
	return d.aws.query(ctx, "iam", "2010-05-08", action, form)
}

func (d *Deployment) makeLogGroup(ctx context.Context) error {
	if err := d.aws.json(ctx, "logs", "Logs_20140328.CreateLogGroup", object{"logGroupName": LogGroup}, nil); err != nil {
		return err
	}
	return d.aws.json(ctx, "logs", "Logs_20140328.PutRetentionPolicy", object{"logGroupName": LogGroup, "retentionInDays": keepLogs}, nil)
}

func (d *Deployment) makeFunction(ctx context.Context) error {
	code, err := os.ReadFile(d.Zip)
	if err != nil {
		return err
	}
	if err := d.aws.rest(ctx, "lambda", http.MethodPost, "/2015-03-31/functions", object{
		"FunctionName": Name, "Role": d.RoleARN(), "Runtime": "provided.al2023", "Handler": "bootstrap",
		"Description":   "certloop: keeps the certificates that the table " + Name + " asks for installed in ACM",
		"Architectures": []string{d.Architecture}, "MemorySize": memory, "Timeout": timeout,
		"Code": object{"ZipFile": code}, "Environment": object{"Variables": d.variables()},
		"LoggingConfig": object{"LogGroup": LogGroup, "LogFormat": "JSON", "ApplicationLogLevel": "TRACE", "SystemLogLevel": "WARN"},
	}, nil); err != nil {
		return err
	}
	if err := d.aws.rest(ctx, "lambda", http.MethodPut, "/2024-08-31/functions/"+Name+"/recursion-config",
		object{"RecursiveLoop": "Allow"}, nil); err != nil {
		return err
	}
	return d.aws.rest(ctx, "lambda", http.MethodPut, "/2019-09-25/functions/"+Name+"/event-invoke-config", object{
		"MaximumEventAgeInSeconds": 60 * 60, "MaximumRetryAttempts": 2,
		"DestinationConfig": object{"OnFailure": object{"Destination": d.arn("sqs", deadLetters)}},
	}, nil)
}

// variables are the variables of the function.
func (d *Deployment) variables() map[string]string {
	all := map[string]string{
		"CERTLOOP_TABLE": Name, "CERTLOOP_TABLE_ARN": d.TableARN, "CERTLOOP_INDEX": "due", "CERTLOOP_QUEUE_URL": d.QueueURL,
		"CERTLOOP_KMS_KEY_ID": d.KeyARN, "CERTLOOP_SECRET_PREFIX": Name, "CERTLOOP_TOPIC_ARN": d.TopicARN,
		"CERTLOOP_ROLE_ARN": d.RoleARN(), "CERTLOOP_LOG_LEVEL": "info", "CERTLOOP_NOTIFY": "all", "CERTLOOP_EVENT_BUS": "default",
		"CERTLOOP_MAILS_PER_HOUR": "10", "CERTLOOP_MIN_ISSUANCE_INTERVAL": "12h", "CERTLOOP_CHECK_REVOCATION": "true",
		"CERTLOOP_PROBE": "public",
	}
	maps.Copy(all, d.Environment)
	return all
}
