package awsrole_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

// security is an STS that lets every role be assumed and keeps what it was asked.
type security struct{ asked []*sts.AssumeRoleInput }

func (s *security) AssumeRole(_ context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	s.asked = append(s.asked, in)
	return &sts.AssumeRoleOutput{
		AssumedRoleUser: &types.AssumedRoleUser{Arn: aws.String("arn:aws:sts::111111111111:assumed-role/dns/certloop")},
		Credentials: &types.Credentials{AccessKeyId: aws.String("ASIAEXAMPLE"), SecretAccessKey: aws.String("secret"),
			SessionToken: aws.String("token"), Expiration: aws.Time(time.Now().Add(time.Hour))},
	}, nil
}

func TestARoleIsAssumedOnceAsItIsNamed(t *testing.T) {
	const arn = "arn:aws:iam::111111111111:role/dns"
	for sentence, c := range map[string]struct {
		role api.Role
		want *string
	}{
		"without an external ID none is sent": {api.Role{RoleARN: arn}, nil},
		"an external ID is sent":              {api.Role{RoleARN: arn, ExternalID: "theirs"}, aws.String("theirs")},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := &security{}
			credentials := awsrole.Credentials(s, c.role)
			if len(s.asked) != 0 {
				t.Error("STS is asked before anybody needs the role")
			}
			for range 2 {
				if got, err := credentials.Retrieve(t.Context()); err != nil || got.AccessKeyID != "ASIAEXAMPLE" {
					t.Fatalf("the credentials are of %q: %v", got.AccessKeyID, err)
				}
			}
			if len(s.asked) != 1 {
				t.Fatalf("the role was assumed %d times", len(s.asked))
			}
			in := s.asked[0]
			if aws.ToString(in.RoleArn) != arn || aws.ToString(in.RoleSessionName) != "certloop" {
				t.Errorf("%s is assumed as %s", aws.ToString(in.RoleArn), aws.ToString(in.RoleSessionName))
			}
			if (in.ExternalId == nil) != (c.want == nil) || aws.ToString(in.ExternalId) != aws.ToString(c.want) {
				t.Errorf("the external ID is %v, want %v", aws.ToString(in.ExternalId), aws.ToString(c.want))
			}
		})
	}
}
