package lang

// served are the texts about what endpoints serve, in alphabetical order.
var served = []entry{
	{"CERTIFICATE", "証明書"},
	{"ENDPOINT", "エンドポイント"},
	{"Endpoints", "エンドポイント"},
	{"FAMILY", "アドレス"},
	{"Probed %s", "最終確認: %s"},
	{"SERVES", "提供状態"},
	{"SINCE", "以降"},
	{"serial %s, expires %s", "シリアル番号 %s、有効期限 %s"},
}
