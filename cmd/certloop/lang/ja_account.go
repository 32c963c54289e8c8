package lang

// accounting are the texts of certloop account.
var accounting = []entry{
	{"What the CA still accepts", "認証局の上限の残り"},
	{"What the CA still accepts could not be read: %s", "認証局の上限の残りを読み取れませんでした: %s"},
	{"%s is not set, and standard input is not a terminal", "%s が指定されておらず、標準入力も端末ではありません。"},
	{"%s requires an EAB credential: set --eab-kid and --eab-hmac-file",
		"%s には EAB クレデンシャルが必要です。--eab-kid と --eab-hmac-file を指定してください。"},
	{"--secret-kms-key is %q, but the function uses %s for its secrets and could not decrypt the credential: omit the flag",
		"--secret-kms-key に %q が指定されていますが、関数がシークレットに使うのは %s なので、クレデンシャルを復号できません。このフラグを外してください。"},
	{"--secret-prefix is %q, but the function reads secrets whose names begin with %s/: omit the flag",
		"--secret-prefix に %q が指定されていますが、関数が読み取るのは名前が %s/ で始まるシークレットです。このフラグを外してください。"},
	{"--secret-prefix is %q: use letters, digits and /_+=.@-, without a slash at either end",
		"--secret-prefix の値 %q は使えません。英数字と /_+=.@- を使い、先頭と末尾に / を付けないでください。"},
	{"AWS denies kms:Decrypt on the key of the variables of function %s: allow this IAM action for your user or role",
		"関数 %s の環境変数を暗号化しているキーでの kms:Decrypt が AWS に拒否されました。お使いのユーザーまたはロールに、この IAM アクションを許可してください。"},
	{"The credential will be encrypted with the default key of Secrets Manager, which the function can use. If the installation has a KMS key " +
		"for secrets (CERTLOOP_SECRETS_KEY_ID), set --secret-kms-key.",
		"クレデンシャルは Secrets Manager のデフォルトキーで暗号化します。このキーは関数から使えます。シークレット用の KMS キー " +
			"(CERTLOOP_SECRETS_KEY_ID) がある場合は --secret-kms-key を指定してください。"},
	{"The credential will be stored as %s. If the installation has another prefix for secrets (CERTLOOP_SECRET_PREFIX), the function cannot " +
		"read it there: set --secret-prefix.",
		"クレデンシャルは %s として保存します。シークレットのプレフィックス (CERTLOOP_SECRET_PREFIX) が異なる場合、関数は読み取れません。" +
			"--secret-prefix を指定してください。"},
	{"the KMS key of the function's secrets, if you may not read the function's variables (default: the default key of Secrets Manager)",
		"関数のシークレットの KMS キー。関数の環境変数を読み取る権限がない場合に指定します (既定値: Secrets Manager のデフォルトキー)"},
	{"the prefix of the function's secrets, if you may not read the function's variables (default: the table's name)",
		"関数のシークレットのプレフィックス。関数の環境変数を読み取る権限がない場合に指定します (既定値: テーブル名)"},
	{"the record has %d problems:\n%w", "レコードに %d 件の問題があります:\n%w"},
	{"where the function reads secrets is not known: %s.", "関数がどこからシークレットを読み取るかが分かりません: %s"},
	{"--eab-hmac-file needs --eab-kid", "--eab-hmac-file には --eab-kid も必要です。"},
	{"Account URL", "アカウント URL"},
	{"Contact", "連絡先"},
	{"Create an account, store its EAB credential, and wait for its registration",
		"アカウントを作成し、EAB クレデンシャルを保存して、登録を待ちます"},
	{"Create the record of an ACME account, and wait until the controller has registered it at the CA. On a terminal, it asks for what no " +
		"flag sets.\n\nThe EAB credential is stored in Secrets Manager as <prefix>/eab/NAME, where the function may read it " +
		"(secretsmanager:CreateSecret, or PutSecretValue for a secret that exists). Prefix and KMS key are those of the function's variables " +
		"(lambda:GetFunctionConfiguration). The HMAC key is read from a prompt that does not show it, from a file, or from standard input. It is never an argument.\n\nAt the end it prints the account's URL, for CAA records.",
		"ACME アカウントのレコードを作成し、コントローラーが認証局に登録するまで待ちます。端末では、フラグで指定されていない項目を質問します。\n\n" +
			"EAB クレデンシャルは、関数が読み取れる <prefix>/eab/NAME として Secrets Manager に保存します " +
			"(secretsmanager:CreateSecret、既存のシークレットの場合は PutSecretValue)。プレフィックスと KMS キーは関数の環境変数に従います " +
			"(lambda:GetFunctionConfiguration)。HMAC キーは、画面に表示しないプロンプト、ファイル、" +
			"または標準入力から読み取ります。引数には指定できません。\n\n最後に、CAA レコードに使うアカウントの URL を表示します。"},
	{"Create, show and delete ACME accounts", "ACME アカウントを作成、表示、削除します"},
	{"Delete an account that no certificate uses", "どの証明書も使っていないアカウントを削除します"},
	{"Delete the record of an account. The account stays registered at the CA, and its key and its EAB credential stay in Secrets Manager.\n\n" +
		"It is refused while certificates use the account: they could not be renewed. Set --force to delete it anyway.",
		"アカウントのレコードを削除します。認証局での登録と、Secrets Manager にある鍵と EAB クレデンシャルは残ります。\n\n" +
			"証明書がアカウントを使っている間は、更新できなくなるため拒否します。それでも削除するには --force を指定してください。"},
	{"Directory", "ディレクトリ"},
	{"Directory (URL or alias):", "ディレクトリ (URL またはエイリアス):"},
	{"E-mail address of the contact (empty: none):", "連絡先のメールアドレス (空: なし):"},
	{"EAB HMAC key (not shown):", "EAB HMAC キー (表示されません):"},
	{"EAB credential stored: %s", "EAB クレデンシャルを保存しました: %s"},
	{"EAB key identifier:", "EAB キー識別子:"},
	{"EAB key identifier (empty: the CA requires no EAB):", "EAB キー識別子 (空: EAB 不要):"},
	{"Secrets Manager refused the EAB credential: %s", "Secrets Manager が EAB クレデンシャルを拒否しました: %s"},
	{"Show accounts: state, URL, CAA record, and what is left of their limits",
		"アカウントの状態と URL、そのアカウントだけに発行を許可する CAA レコード、上限の残りを表示します"},
	{"This CAA record, at each domain, allows certificates of this account only:", "各ドメインに次の CAA レコードを設定すると、このアカウントの証明書だけが許可されます。"},
	{"a file with the PEM certificates to trust for the directory of a private CA", "プライベート認証局のディレクトリで信頼する証明書の PEM ファイル"},
	{"account %[1]s exists: change it with certloop edit account/%[1]s",
		"アカウント %[1]s はすでに存在します。certloop edit account/%[1]s で変更してください。"},
	{"certificates use account %s: %s. Set account of these records to another one, or set --force",
		"アカウント %s を使っている証明書があります: %s。これらのレコードの account を別のアカウントに変更するか、--force を指定してください。"},
	{"delete it although certificates use it", "証明書が使っていても削除します"},
	{"do not wait for the registration", "登録を待ちません"},
	{"no answer: set %s", "入力がありません。%s を指定してください。"},
	{"private, if the CA is in your own network", "認証局が自社ネットワーク内にある場合は private"},
	{"read standard input: %w", "標準入力を読み取れません: %w"},
	{"standard input is not a terminal: set --eab-hmac-file", "標準入力が端末ではありません。--eab-hmac-file を指定してください。"},
	{"the CA's name for CAA", "認証局の CAA 用の名前"},
	{"the HMAC key is not base64url: give the key alone, as the CA shows it", "HMAC キーが base64url ではありません。認証局が示したキーだけを指定してください。"},
	{"the URL of the CA's directory, or an alias such as letsencrypt or jprs", "認証局のディレクトリの URL、または letsencrypt や jprs などのエイリアス"},
	{"the contact, where the CA announces revocations", "認証局が失効を通知する連絡先"},
	{"the file with the HMAC key of the EAB credential; - is standard input (default: a prompt)",
		"EAB クレデンシャルの HMAC キーのファイル。- は標準入力 (既定値: プロンプト)"},
	{"the key identifier of the EAB credential", "EAB クレデンシャルのキー識別子"},
}
