package lang

// planning are the texts of plan, in alphabetical order.
var planning = []entry{
	{"the files change %s, and a plan can only use the policies in the table: apply the policies first, from a file " +
		"of their own, then plan; or set --table-policies to plan without these changes",
		"ファイルは %s を変更しますが、計画に使用できるのはテーブルにあるポリシーだけです。先にポリシーだけのファイルを適用してから計画するか、--table-policies を指定して変更なしで計画してください"},
	{"the plan is under the policies in the table, without the changes of %s", "テーブルにあるポリシーによる計画です。%s の変更は含まれません"},
	{"plan under the policies in the table although the files change policies", "ファイルがポリシーを変更する場合も、テーブルにあるポリシーで計画します"},
	{"Actual", "現状"},
	{"Certificates: %[1]d, with something to do: %[2]d", "証明書: %[1]d 件、処理が必要なもの: %[2]d 件"},
	{"Decision", "判定"},
	{"Ends with", "最終状態"},
	{"Show what certloop would do for certificates, and why", "certloop が証明書に対して行う処理とその理由を表示します"},
	{"Show what certloop would do for certificates: what is wanted, what is there, the decision, its reason, when, " +
		"and how many orders and imports it costs. Nothing is changed.\n\n" +
		"The controller itself decides, by an invocation of the function (lambda:InvokeFunction). " +
		"With -f it plans the records as certloop apply would write them, also records that are not in the table yet. " +
		"The controller judges them by the policies in the table. If the files change a policy, there is no plan: apply the policies first.\n\n" +
		"The exit code is 2 if something would be done.",
		"certloop が証明書に対して行う処理を表示します。目標、現状、判定、理由、時期と、必要なオーダーとインポートの数を示します。何も変更しません。\n\n" +
			"判定するのは、関数の呼び出し (lambda:InvokeFunction) によるコントローラー自身です。" +
			"-f を指定すると、certloop apply が書き込むとおりのレコードで計画します。テーブルにまだないレコードも計画できます。" +
			"判定にはテーブルにあるポリシーを使用します。ファイルがポリシーを変更する場合は計画できないため、先にポリシーを適用してください。\n\n" +
			"処理が必要な場合の終了コードは 2 です。"},
	{"Wanted", "目標"},
	{"Warning", "警告"},
	{"When", "時期"},
	{"account %s", "アカウント %s"},
	{"adoptions: %d", "管理下に置く証明書: %d"},
	{"deletions: %d", "削除: %d"},
	{"expires %s", "有効期限 %s"},
	{"imports: %d", "インポート: %d"},
	{"no longer in the record", "レコードから削除済み"},
	{"nothing to do", "処理なし"},
	{"now", "直ちに"},
	{"orders: %d", "オーダー: %d"},
	{"registers at the CA", "認証局に登録します"},
	{"renews %s", "更新予定 %s"},
	{"the files have too many accounts (%d) for one plan: use fewer files", "ファイルのアカウント (%d 件) が 1 回の計画には多すぎます。ファイルを減らしてください。"},
	{"the record is not valid, or does not exist", "レコードが正しくないか、存在しません"},
	{"when something changes", "何かが変化したとき"},
}
