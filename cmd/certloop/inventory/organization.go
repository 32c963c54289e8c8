package inventory

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"certloop/reconciler/api"
)

// Organization returns a role in each active account of the organization. The operator's own account has the zero role.
func Organization(ctx context.Context, config aws.Config, roleName string) ([]api.Role, error) {
	self, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, err
	}
	caller, _ := api.ParseARN(aws.ToString(self.Arn))
	roles := []api.Role{{}}
	pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(config), &organizations.ListAccountsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, account := range page.Accounts {
			if id := aws.ToString(account.Id); id != aws.ToString(self.Account) && isActive(account) {
				roles = append(roles, api.Role{RoleARN: fmt.Sprintf("arn:%s:iam::%s:role/%s", caller.Partition, id, roleName)})
			}
		}
	}
	return roles, nil
}

func isActive(account types.Account) bool {
	return account.State == types.AccountStateActive || account.State == "" && account.Status == types.AccountStatusActive
}
