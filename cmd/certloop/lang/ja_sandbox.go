package lang

// trying are the texts of certloop sandbox.
var trying = []entry{
	{"%s is not in a clone of certloop's repository: run the command there",
		"%s は certloop のリポジトリのクローンの中にありません。クローンの中で実行してください"},
	{"Run certloop in an emulated AWS account on this machine", "このマシン上のエミュレートされた AWS アカウントで certloop を動かします"},
	{"Run certloop in an emulated AWS account with two CAs, until Ctrl-C. It works inside a clone of the repository only, and is make sandbox " +
		"there.\n\ndocs/guides/sandbox.md has what can be switched.",
		"エミュレートされた AWS アカウントと 2 つの認証局で、Ctrl-C まで certloop を動かします。リポジトリのクローンの中でのみ使え、make sandbox と同じです。\n\n" +
			"切り替えられるものは docs/guides/sandbox.md にあります。"},
	{"%s is not a regular file", "%s は通常のファイルではありません"},
	{"--timeout is %s: use a positive time such as 10m", "--timeout の値 %s は正しくありません。10m のような正の時間を指定してください"},
	{"a record is left out, because its name is not valid: %q", "名前が正しくないレコードを省きました: %q"},
	{"delete an account although certificates use it", "証明書が使用中のアカウントも削除"},
	{"… and %d more lines", "… ほか %d 行"},
	{"make could not be started: %w", "make を起動できませんでした: %w"},
}
