package lang

// forecasting are the texts of certloop forecast.
var forecasting = []entry{
	{"--days is %d: use 1 to %d", "--days に %d は指定できません。1 から %d までの値を指定してください"},
	{"ACM's default quota is 5,000 imports in 365 days. AWS does not document whether a re-import under the same ARN counts.",
		"ACM の既定のクォータは 365 日あたり 5,000 件のインポートです。同じ ARN への再インポートが数えられるかどうかは AWS のドキュメントに記載がありません。"},
	{"Imports by AWS account and region", "AWS アカウントとリージョンごとのインポート"},
	{"Not included, because no certificate is installed", "対象外 (証明書がまだインポートされていないもの)"},
	{"Orders by account", "アカウントごとのオーダー"},
	{"Renewals in this time", "期間中の更新"},
	{"Show how many certificates will be renewed, and what limits that reaches", "今後の更新件数と上限に対する割合を表示します"},
	{"Show the renewals of each of the next days, the orders of each account, and the imports into each AWS account and region, " +
		"as certificates are issued today and at 100 and 47 days of life. Public CAs issue for at most 100 days from 2027-03-15, " +
		"and for at most 47 days from 2029-03-15.\n\n" +
		"Days on which the imports of 365 days exceed ACM's default quota, or the orders of an account its limits, have a mark. The limits are those of the Account record; --limit replaces them.\n\n" +
		"It assumes that each renewal succeeds at its time.",
		"今後の更新を日ごとに、オーダーをアカウントごとに、インポートを AWS アカウントとリージョンごとに表示します。現在の有効期間のほか、有効期間が 100 日と 47 日の場合も表示します。" +
			"パブリック認証局の証明書の有効期間は、2027-03-15 から最長 100 日、2029-03-15 から最長 47 日になります。\n\n365 日間のインポートが ACM の既定のクォータを超える日と、アカウントのオーダーがその上限を超える日には印を付けます。上限は Account レコードのもので、--limit で置き換えられます。\n\nすべての更新が予定どおり成功すると仮定しています。"},
	{"%[1]s: %[2]d imports in 365 days, and ACM's default quota is %[3]d", "%[1]s: 365 日間のインポート %[2]d 件 (ACM の既定のクォータは %[3]d 件)"},
	{"--limit %s=%d: use a number of orders a day, such as %s=50", "--limit %s=%d: %s=50 のように 1 日のオーダー数を指定してください"},
	{"Days over a limit (%s)", "上限を超える日 (%s)"},
	{"Fri", "金"},
	{"Mon", "月"},
	{"Sat", "土"},
	{"Sun", "日"},
	{"Thu", "木"},
	{"Tue", "火"},
	{"Wed", "水"},
	{"account %[1]s: %[2]d orders, and %[3]d a day are allowed", "アカウント %[1]s: オーダー %[2]d 件 (1 日の上限 %[3]d 件)"},
	{"how many orders a day an account allows, as ACCOUNT=N; can be repeated", "アカウントの 1 日のオーダー数の上限 (ACCOUNT=N)。複数回指定できます"},
	{"total", "合計"},
	{"… and %d more", "… ほか %d 件"},
	{"as issued today", "現在の有効期間"},
	{"at %d days of life", "有効期間 %d 日"},
	{"how many days", "日数"},
}
