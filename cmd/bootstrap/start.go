// Command bootstrap is the Lambda function of certloop, for the runtime provided.al2023. It passes the events of
// stream, queue, schedule and direct invocation to the loop.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"certloop/providers/metrics"
	"certloop/reconciler/logkey"
)

// version is set when the program is linked: -X main.version=<version>.
var version = "dev"

// wiring makes the loop from its parts.
type wiring func(ctx context.Context, c config, p parts) (controller, error)

// parts are the function's single instances that the loop shares with its handler.
type parts struct {
	clients aws.Config
	log     *slog.Logger
	metrics *metrics.Meter
}

// boot starts the function: configuration, wiring, then one invocation after another until Lambda ends the process. It
// does not return.
func boot(wire wiring) {
	c, err := loadConfig(os.Environ())
	log := newLogger(os.Stderr, c.LogLevel)
	makeDefault(log)
	p := parts{log: log, metrics: metrics.New(metrics.Config{Table: c.Table, Out: os.Stdout})}
	if err == nil {
		var loop controller
		if loop, err = assemble(c, p, wire); err == nil {
			log.Info("started", slog.String(logkey.Version, version), slog.String(logkey.Table, c.Table), slog.String(logkey.Region, c.Region))
			start(loop, c, p)
		}
	}
	log.Error("not started", slog.String(logkey.Error, err.Error()))
	if err := reportInit(os.Getenv("AWS_LAMBDA_RUNTIME_API"), err); err != nil {
		log.Error("init error not reported", slog.String(logkey.Error, err.Error()))
	}
	os.Exit(1)
}

// makeDefault makes libraries that use package log or slog write to log as well.
func makeDefault(log *slog.Logger) { slog.SetDefault(log) }

func assemble(c config, p parts, wire wiring) (_ controller, err error) {
	// Lambda ends an INIT phase after ten seconds, and starts it again.
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Second)
	defer cancel()
	if p.clients, err = awsConfig(ctx, c, p.log); err != nil {
		return nil, err
	}
	return wire(ctx, c, p)
}

// start serves invocations with the loop and does not return.
func start(loop controller, c config, p parts) {
	lambda.Start(&handler{controller: loop, log: p.log, metrics: p.metrics, role: c.RoleARN, variables: setVariables(os.Environ())})
}

// awsConfig is the configuration of every AWS client. AWS_ENDPOINT_URL, with which a sandbox redirects the clients, is
// the SDK's own variable.
//
// The standard retryer repeats throttled and failed requests, which is right for everything that may be repeated. A
// call that may not (the first import of a certificate) must use one attempt.
func awsConfig(ctx context.Context, c config, log *slog.Logger) (aws.Config, error) {
	clients, err := awsconfig.LoadDefaultConfig(ctx,
		awsconfig.WithRegion(c.Region),
		awsconfig.WithRetryMode(aws.RetryModeStandard),
		awsconfig.WithRetryMaxAttempts(5),
		awsconfig.WithLogger(sdkLogger{log, context.Background()}),
		// The app ID is in CloudTrail's user agent, so that operators see who made a call.
		awsconfig.WithAppID("certloop"))
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	return clients, nil
}

// reportInit reports to Lambda why the function does not start (Runtime API, /runtime/init/error). Its callers then
// read that instead of "exit status 1". runtimeAPI is host:port.
func reportInit(runtimeAPI string, cause error) error {
	const kind = "InvalidConfiguration"
	body, err := json.Marshal(messages.InvokeResponse_Error{Message: cause.Error(), Type: kind})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	url := "http://" + runtimeAPI + "/2018-06-01/runtime/init/error"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Lambda-Runtime-Function-Error-Type", kind)
	// This is not the default client: it must not use a proxy from the environment for the link-local address.
	client := http.Client{Transport: &http.Transport{}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
