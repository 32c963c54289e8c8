package lang

// repeating are the texts of reads that are repeated, and of commands for several records.
var repeating = []entry{
	{"%s failed: %s", "%s は失敗しました: %s"},
	{"%s was not tried: a record that depends on it failed", "%s は実行していません。これに依存するレコードが失敗したためです。"},
	{"%s: it could not be read: %s", "%s: 読み取れませんでした: %s"},
	{"%s: no record can adopt it: %s", "%s: 引き継ぐレコードを作成できません: %s"},
	{"Done: %s", "完了: %s"},
	{"Failed: %s", "失敗: %s"},
	{"Not tried: %s", "未実行: %s"},
	{"none", "なし"},
	{"Nothing has been read yet. Reading is tried again.", "まだ何も読み取れていません。読み取りを再試行します。"},
	{"Reading succeeds again since %s.", "%s から再び読み取れています。"},
	{"What is shown was read at %s. Reading is tried again.", "表示しているのは %s に読み取った内容です。読み取りを再試行します。"},
	{"certloop continues, although its state cannot be read here.", "ここから状態は読み取れませんが、certloop の処理は続いています。"},
	{"reads have failed since %s: %s.", "%s から読み取りに失敗しています: %s"},
	{"reads have failed since %s: %w", "%s から読み取りに失敗しています: %w"},
	{"the connection to AWS ended during %s in %s: try again", "%[2]s で %[1]s の実行中に AWS への接続が切れました。もう一度実行してください。"},
}
