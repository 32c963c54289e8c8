package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/smithy-go/logging"
)

func TestLog_TheSDKsLinesAreJSON(t *testing.T) {
	var out bytes.Buffer
	c, err := awsConfig(t.Context(), config{Region: "eu-central-1"}, newLogger(&out, slog.LevelInfo))
	if err != nil {
		t.Fatal(err)
	}
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	logger := logging.WithContext(ctx, c.Logger)
	logger.Logf(logging.Warn, "Response has no supported checksum.\nNot validating %s", "payload")
	logger.Logf(logging.Debug, "not at this level")
	var line struct{ Level, Message, Detail, Request_ID string }
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%q: %v", out.String(), err)
	}
	if line.Level != "WARN" || line.Detail != "Response has no supported checksum. Not validating payload" || line.Request_ID != "r-1" {
		t.Errorf("%+v", line)
	}
}

// A line that a library writes with package log is JSON as well.
func TestLog_TheStandardLoggersLinesAreJSON(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	flags, writer := log.Flags(), log.Writer()
	defer func() { slog.SetDefault(before); log.SetFlags(flags); log.SetOutput(writer) }()
	makeDefault(newLogger(&out, slog.LevelInfo))
	log.Printf("http: superfluous\nresponse")
	if !json.Valid(out.Bytes()) || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("%q", out.String())
	}
}
