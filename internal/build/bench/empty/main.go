// Command empty is a Lambda function that does nothing: what the start of the function is compared with.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() {}) }
