# What the probes of endpoints read, besides the endpoints themselves: where the resources of AWS are reached that ACM names as users
# of a certificate. Without these rights, only the names of the records are probed, and everything else stays as it is.
locals {
  iam_probe = [for statement in [
    {
      # Find the host names and listeners of load balancers. Their descriptions know no resource to bound.
      Sid      = "ReadLoadBalancers"
      Effect   = "Allow"
      Action   = ["elasticloadbalancing:DescribeListenerCertificates", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers"]
      Resource = "*"
    },
    {
      # Find the domain name and the aliases of distributions.
      Sid      = "ReadDistributions"
      Effect   = "Allow"
      Action   = ["cloudfront:GetDistribution"]
      Resource = "arn:${local.partition}:cloudfront::${local.account}:distribution/*"
    },
    {
      # Find the custom domain names of API Gateway, in any region: ACM names load balancers of AWS for them.
      Sid      = "ListDomainNames"
      Effect   = "Allow"
      Action   = ["apigateway:GET"]
      Resource = "arn:${local.partition}:apigateway:*::/domainnames"
    },
  ] : statement if contains(["public", "private"], var.probe)]
}
