package lang

// discovering are the texts of certloop discover and adopt.
var discovering = []entry{
	{"%s could not be listed with %s: %s", "%s の一覧を %s で取得できませんでした: %s"},
	{"%s: it has more than 100 names, and a record at most 100: it cannot be adopted",
		"%s: ドメイン名が 100 を超えています。レコードに書けるのは 100 までのため、管理下に置けません"},
	{"%s: its key type is %s, which certloop does not issue: it cannot be adopted",
		"%s: 鍵の種類 %s の証明書は certloop では発行できないため、管理下に置けません"},
	{"%s: role_arn is the role that you used: set it to the role that the function may assume (docs/guides/other-accounts.md)",
		"%s: role_arn は検索に使ったロールです。関数が引き受けられるロールに変更してください (docs/guides/other-accounts.md)"},
	{"--role is %q: give the ARN of an IAM role", "--role の値 %q は正しくありません。IAM ロールの ARN を指定してください。"},
	{"AWS Private CA", "AWS Private CA"},
	{"Amazon", "Amazon"},
	{"Certificates: %d. Imported and unmanaged: %d.", "証明書: %d、管理されていないインポート済み証明書: %d"},
	{"List every certificate in ACM of accounts and regions, and who manages it. Imported certificates that nobody manages come first.\n\n" +
		"MANAGED BY is the record of this installation, the tag of another installation or tool, or Amazon for certificates that ACM renews. " +
		"\"not read\" means that the tags were not read because the account and region has too many certificates with tags: set --all-tags.\n\n" +
		"It uses your own credentials, and assumes the roles of --role: acm:ListCertificates and tag:GetResources, with -o wide and -o json also " +
		"acm:DescribeCertificate. -o name prints the ARNs of the unmanaged certificates, -o yaml records for them.",
		"アカウントとリージョンの ACM にあるすべての証明書と、その管理元を一覧表示します。どこからも管理されていないインポート済み証明書が先頭です。\n\n" +
			"MANAGED BY は、このテーブルのレコード、ほかの certloop やツールのタグ、または Amazon (ACM が更新する証明書) です。" +
			"「未取得」は、タグ付きの証明書が多すぎるためにタグを読まなかったことを示します。--all-tags を指定してください。\n\n" +
			"実行者の認証情報を使い、--role のロールを引き受けます。必要な権限は acm:ListCertificates と tag:GetResources です。-o wide と -o json では " +
			"acm:DescribeCertificate も必要です。-o name は管理されていない証明書の ARN を、-o yaml はそのレコードを出力します。"},
	{"List every certificate in ACM of your accounts and regions, and who manages it", "アカウントとリージョンの ACM にある全証明書と管理元を一覧表示します"},
	{"Next: run certloop adopt --all --dry-run to see what adopting the unmanaged ones takes.",
		"次の手順: certloop adopt --all --dry-run で、管理されていない証明書を管理下に置くために必要なことを確認してください。"},
	{"The table was not read, so certificates of its records are recognized by their tags only: %s",
		"テーブルを読み取れないため、レコードの証明書はタグだけで判別します: %s"},
	{"The tags of %d certificates were not read: run certloop discover --all-tags.",
		"%d 個の証明書のタグを読んでいません。certloop discover --all-tags を実行してください。"},
	{"a region to search; repeat it for more (default: the region of your AWS configuration, and us-east-1 for CloudFront)",
		"検索するリージョン (繰り返し指定できます。既定値: AWS の設定のリージョンと、CloudFront 用の us-east-1)"},
	{"certloop %s", "certloop %s"},
	{"no", "いいえ"},
	{"nobody", "なし"},
	{"not read", "未取得"},
	{"read the tags of all certificates, also where an account and region then takes ten requests or more",
		"すべての証明書のタグを読み取ります (アカウントとリージョンあたり 10 リクエスト以上になる場合も)"},
	{"record %s", "レコード %s"},
	{"search all active accounts of the organization (organizations:ListAccounts)", "組織の有効な全アカウントを検索します (organizations:ListAccounts)"},
	{"the ARN of a role to assume in another account; repeat it for more", "ほかのアカウントで引き受けるロールの ARN (繰り返し指定できます)"},
	{"the external ID that the roles require", "ロールが要求する外部 ID"},
	{"the role to assume in each account of the organization", "組織の各アカウントで引き受けるロール"},
	{"yes", "はい"},
	{"your own credentials", "実行者の認証情報"},
}
