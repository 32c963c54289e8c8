provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package       = var.package
  hosted_zones  = { (var.zone_id) = [] }
  notifications = { emails = [var.email] }
}

module "account" {
  source = "../../modules/account"

  table_name = module.certloop.table_name
  directory  = "letsencrypt"
  email      = var.email
}

module "certificate" {
  source = "../../modules/certificate"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  name    = "www"
  domains = [var.domain]
  account = module.account.name

  # The load balancer is in the provider's region, and so must be the certificate; here the controller is there too.
  region = var.region

  # A listener accepts a self-signed certificate. It is there within seconds, and the first real one gets the same ARN a minute
  # or two later, so nothing waits for the CA.
  placeholder = true
}

resource "aws_security_group" "alb" {
  name_prefix = "www-"
  description = "HTTPS from everywhere"
  vpc_id      = var.vpc_id

  ingress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "www" {
  name               = "www"
  load_balancer_type = "application"
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.alb.id]
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.www.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = module.certificate.acm_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "200"
      message_body = "It works."
    }
  }
}

resource "aws_route53_record" "www" {
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"

  alias {
    name                   = aws_lb.www.dns_name
    zone_id                = aws_lb.www.zone_id
    evaluate_target_health = false
  }
}
