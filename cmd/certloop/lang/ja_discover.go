package lang

// discovering are the texts of certloop discover and adopt.
var discovering = []entry{
	{"%q is not the ARN of a certificate in ACM", "%q は ACM の証明書の ARN ではありません。"},
	{"%s: it is managed by %s: give its ARN to adopt it all the same", "%s: 管理元は %s です。それでも管理下に置くには ARN を指定してください"},
	{"%s: it was not imported, so ACM renews it itself and refuses a re-import",
		"%s: インポートされた証明書ではありません。ACM が自動で更新し、再インポートは拒否されます"},
	{"%s: record %s has it already", "%s: レコード %s がすでに管理しています"},
	{"(a re-import cannot change it)", "(再インポートでは変更できません)"},
	{"(a re-import cannot remove them: the CA's profile must have them)", "(再インポートでは削除できません。認証局のプロファイルに必要です)"},
	{"(not in Route 53 as your credentials see it: set dns.role_arn, or create the zone)",
		"(実行者の認証情報では Route 53 に見つかりません。dns.role_arn を設定するか、ゾーンを作成してください)"},
	{"(stop it first, or both renew it)", "(先に停止してください。停止しないと両方が更新します)"},
	{"Create records for certificates that were imported into ACM. certloop then renews them under the same ARN, so what uses them needs no " +
		"change.\n\nBefore that, it reports for each certificate what a re-import must keep, which account can renew it, which names are in no " +
		"hosted zone, and what uses it. The private key of the present certificate cannot be exported from ACM: to go back, you need your own " +
		"copy.\n\n--all adopts the imported certificates that nobody manages, as certloop discover lists them. --dry-run writes the records to " +
		"standard output and nothing to the table.",
		"ACM にインポートされた証明書のレコードを作成します。certloop は同じ ARN のまま更新するため、使用元の変更は不要です。\n\n" +
			"その前に証明書ごとに、再インポートで維持する必要があるもの、更新できるアカウント、ホストゾーンがないドメイン名、使用元を表示します。" +
			"現在の証明書の秘密鍵は ACM からエクスポートできません。元に戻すには手元のコピーが必要です。\n\n" +
			"--all は、certloop discover に表示される、どこからも管理されていないインポート済み証明書を管理下に置きます。--dry-run はレコードを標準出力に" +
			"書き出し、テーブルには何も書き込みません。"},
	{"Create records for imported certificates, which certloop then renews",
		"インポート済み証明書のレコードを作成し、同じ ARN のまま更新できるようにします"},
	{"Create these records (%d)?", "これらのレコード (%d) を作成しますか?"},
	{"Managed by", "管理元"},
	{"No certificates found that nobody manages.", "管理されていない証明書はありません。"},
	{"No hosted zone", "ホストゾーンなし"},
	{"The private keys of the present certificates cannot be exported from ACM. Keep your own copies if you want to go back.",
		"現在の証明書の秘密鍵は ACM からエクスポートできません。元に戻す可能性がある場合は、手元のコピーを保管してください。"},
	{"Usages to keep", "維持する鍵用途"},
	{"adopt all imported certificates that nobody manages", "管理されていないインポート済み証明書をすべて管理下に置きます"},
	{"as --account has it", "--account の指定"},
	{"certificate %s cannot be read: %w", "証明書 %s を読み取れません: %w"},
	{"give the ARNs of certificates, or --all", "証明書の ARN または --all を指定してください。"},
	{"it issued record %s, which has the same issuer", "発行者が同じレコード %s の証明書を発行したアカウント"},
	{"no record has this issuer: set --account if another account is to renew it",
		"同じ発行者のレコードはありません。別のアカウントで更新する場合は --account を指定してください"},
	{"none; ACM allows none to be added", "なし (ACM では追加できません)"},
	{"the account of the records (default: the one that issued certificates of the same issuer, else default)",
		"レコードのアカウント (既定値: 同じ発行者の証明書を発行したアカウント、なければ default)"},
	{"write the records to standard output, and nothing to the table", "レコードを標準出力に書き出し、テーブルには書き込みません"},
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
	{"a region to search; repeat it for more (default: the region of the table, and us-east-1 for CloudFront)",
		"検索するリージョン (繰り返し指定できます。既定値: テーブルのリージョンと、CloudFront 用の us-east-1)"},
	{"--region is where --all searches, and an ARN has its region: omit it, or set --table-region for the region of the table",
		"--region は --all で検索するリージョンで、ARN にはリージョンが含まれています。--region を外すか、テーブルのリージョンを指定する場合は --table-region を使ってください。"},
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
