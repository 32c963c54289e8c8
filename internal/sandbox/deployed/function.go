package deployed

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"certloop/internal/sandbox/lambdaruntime"
)

// architectures are Lambda's names of what Go calls GOARCH.
var architectures = map[string]string{"amd64": "x86_64", "arm64": "arm64"}

// function is a function in the configuration that it has; another configuration is another function.
type function struct {
	configuration
	*lambdaruntime.Function
}

// Invoke invokes the function of that name or ARN in the configuration that it has now. Running invocations end in the
// one that they began in, as in Lambda. The error is the sandbox's own.
func (p *Player) Invoke(ctx context.Context, name string, payload []byte) (lambdaruntime.Result, error) {
	c, err := p.emulator.function(ctx, name)
	if err != nil {
		return lambdaruntime.Result{}, err
	}
	f, err := p.function(c)
	if err != nil {
		p.problem(err)
		return lambdaruntime.Result{}, err
	}
	return f.Invoke(ctx, payload)
}

func (p *Player) function(c configuration) (*function, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.functions {
		if same(f.configuration, c) {
			return f, nil
		}
	}
	if err := p.check(c); err != nil {
		return nil, fmt.Errorf("function %s: %w", c.FunctionName, err)
	}
	running, err := lambdaruntime.Deploy(lambdaruntime.Config{
		Zip: p.config.Zip, Env: p.environment(c), ARN: c.FunctionArn, Log: p.config.Log,
		Timeout: time.Duration(c.Timeout) * time.Second,
	})
	if err != nil {
		return nil, err
	}
	f := &function{c, running}
	p.functions = append(p.functions, f)
	return f, nil
}

// check says why this machine cannot play the function: it has the archive, and runs programs of its own architecture.
func (p *Player) check(c configuration) error {
	body, err := os.ReadFile(p.config.Zip)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if packed := base64.StdEncoding.EncodeToString(sum[:]); packed != c.CodeSha256 {
		return fmt.Errorf("the deployed code has the SHA-256 %s, and %s has %s", c.CodeSha256, p.config.Zip, packed)
	}
	if want := []string{architectures[p.config.Architecture]}; !slices.Equal(c.Architectures, want) {
		return fmt.Errorf("it is deployed for %v, and the archive is for %v", c.Architectures, want)
	}
	if c.Runtime != "provided.al2023" {
		return fmt.Errorf("its runtime is %q, and a program called bootstrap needs provided.al2023", c.Runtime)
	}
	return nil
}

// environment is what was deployed, what Lambda adds
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime), and what leads
// to the sandbox.
func (p *Player) environment(c configuration) []string {
	env := []string{"AWS_REGION=" + p.config.Region, "AWS_DEFAULT_REGION=" + p.config.Region,
		"AWS_LAMBDA_FUNCTION_NAME=" + c.FunctionName, "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + c.FunctionName,
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", c.MemorySize)}
	for name, value := range c.Environment.Variables {
		env = append(env, name+"="+value)
	}
	return append(env, p.config.Env...)
}

func same(a, b configuration) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// nameOf is the resource of an ARN.
func nameOf(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }
