package lang

// reporting are the texts of certloop report.
var reporting = []entry{
	{"--format is %q: use %s", "--format に %q は指定できません。%s のいずれかを指定してください"},
	{"--name is %q, which is not a pattern: use letters, digits, . - and *",
		"--name の値 %q はパターンとして使えません。英数字と . - * を使ってください"},
	{"--tag is %q: use key=value", "--tag に %q は指定できません。key=value の形で指定してください"},
	{"As of", "作成日時"},
	{"Certificates", "証明書"},
	{"Expire within 30 days", "30 日以内に期限切れ"},
	{"Imported into ACM", "ACM へのインポート"},
	{"Issued", "発行日"},
	{"Next renewal", "次回の更新"},
	{"No certificate is installed.", "証明書はまだインポートされていません。"},
	{"SHA-256 fingerprint", "SHA-256 フィンガープリント"},
	{"Table", "テーブル"},
	{"Times are UTC. The issues are those that the history of the record still has.",
		"時刻は UTC です。発行日はレコードの履歴に残っている分のみです。"},
	{"Valid", "有効期間"},
	{"Write a report of certificates for a customer or an auditor", "顧客や監査人に渡す証明書の報告書を作成します"},
	{"Write a report of certificates: names, CA, validity, issues, next renewal, and where and when each was imported. " +
		"HTML is one file that prints well. CSV has one row for each certificate.\n\nThe report has the language of your locale.",
		"証明書の報告書を作成します。ドメイン名、認証局、有効期間、発行日、次回の更新、インポートの場所と日時を記載します。HTML は印刷に適した 1 つのファイルです。CSV は証明書ごとに 1 行です。\n\n" +
			"報告書の言語はロケールに従います。"},
	{"Written: %s", "書き込みました: %s"},
	{"only records with a name of this pattern, in which * stands for any text", "名前がパターンに一致するレコードのみ (* は任意の文字列)"},
	{"only records with this tag, as key=value; repeat it for several", "このタグを持つレコードのみ (key=value、複数指定可)"},
	{"the file to write (default: standard output)", "出力先のファイル (既定値: 標準出力)"},
	{"the title", "表題"},
}
