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
	{"Show the renewals of the next days by week, the orders of each account, and the imports into each AWS account and region, " +
		"as certificates are issued today and at 100 and 47 days of life. Public CAs issue for at most 100 days from 2027-03-15, " +
		"and for at most 47 days from 2029-03-15.\n\nIt assumes that each renewal succeeds at its time.",
		"今後の更新を週ごとに、オーダーをアカウントごとに、インポートを AWS アカウントとリージョンごとに表示します。現在の有効期間のほか、有効期間が 100 日と 47 日の場合も表示します。" +
			"パブリック認証局の証明書の有効期間は、2027-03-15 から最長 100 日、2029-03-15 から最長 47 日になります。\n\nすべての更新が予定どおり成功すると仮定しています。"},
	{"as issued today", "現在の有効期間"},
	{"at %d days of life", "有効期間 %d 日"},
	{"how many days", "日数"},
}
