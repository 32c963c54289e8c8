package lang

import "certloop/reconciler/api"

// japaneseRemedies are the remedies of api.Remedy in Japanese, and the column 対処 of docs/ja/reasons.md.
var japaneseRemedies = map[api.Reason]string{
	api.ReasonInvalidSpec: "メッセージに示された属性をすべて修正してください。型と上限は docs/reference/records.md を参照してください。",
	api.ReasonPolicyDenied: "メッセージに示された値を変更するか、ポリシーで許可するよう管理者に依頼してください。メッセージが不正なポリシーを指している場合は、" +
		"そのポリシーを修正してください。",
	api.ReasonAccountNotFound: "Account レコードを作成するか、account に既存のアカウント名を設定してください。",
	api.ReasonZoneNotFound: "ホストゾーンを作成するか、zone にホストゾーン ID を設定するか、ホストゾーンがある AWS アカウントのロールを dns に" +
		"設定してください。",
	api.ReasonPrivateZoneSeen: "CERTLOOP_RESOLVERS にパブリックリゾルバーを設定してください。VPC 内ではプライベートホストゾーンが応答しています。" +
		"レジストラ側の設定は変更しないでください。",
	api.ReasonZoneNotDelegated: "ドメインの NS レコードをホストゾーンのネームサーバーに変更するか、zone に正しいホストゾーン ID を設定してください。",
	api.ReasonDNSAccessDenied: "ロールに route53:ListHostedZonesByName、GetHostedZone、ListResourceRecordSets、ChangeResourceRecordSets、" +
		"GetChange を許可してください。dns.role_arn の信頼ポリシーも確認してください。",
	api.ReasonTargetNotFound:    "acm_arn に既存の証明書の ARN を設定するか、acm_arn を削除して新しい証明書としてインポートしてください。",
	api.ReasonTargetNotImported: "acm_arn を削除して新しい証明書としてインポートし、リスナーの証明書をその ARN に切り替えてください。",
	api.ReasonKeyTypeIncompatible: "鍵の種類を変えない場合は key_type を削除してください。変える場合は acm_arn を削除し、新しい ARN でインポートして" +
		"ください。",
	api.ReasonTakeoverRefused: "メッセージに示されたタグ付けを許可してください。Terraform モジュールの adoptable_certificate_arns に ARN を追加します。",
	api.ReasonOwnedByAnother:  "2 つのレコードのどちらかから acm_arn を削除してください。",
	api.ReasonPolicyTooLarge:  "ポリシーを短くするか、パターンを使って複数のポリシーをまとめるか、不要なポリシーを削除してください。",
	api.ReasonBlocked:         "コンディション Accepted を確認し、示された箇所を修正してください。",
	api.ReasonAccountNotReady: "Account のコンディションを確認してください。",
	api.ReasonOrderFailed: "メッセージにある認証局のエラーを確認してください。よくある原因は、認証局がその名前に発行しない、プロファイルが存在しない、" +
		"契約にその名前が含まれていない、のいずれかです。",
	api.ReasonValidationFailed: "ホストゾーンと _acme-challenge の委任を確認し、CAA レコードで認証局を許可してください。",
	api.ReasonChainRejected: "メッセージをプロファイルおよび契約内容と照合してください。認証局が名前を追加した場合は、その名前を domains に追加してください。" +
		"それ以外の場合は認証局に問い合わせてください。",
	api.ReasonLifetimeTooShort: "profile に有効期間がより長いものを設定するか、最小発行間隔 (CERTLOOP_MIN_ISSUANCE_INTERVAL) を短くしてください。",
	api.ReasonIssuanceBudget:   "対応は不要です。next_attempt_at にオーダーを作成します。認証局がアカウントの上限を引き上げている場合は、Account レコードの limits に設定してください。そうでない場合は、同じドメインの名前を少ない証明書にまとめてください。",
	api.ReasonMinimumInterval: "対応は不要です。next_attempt_at に次の証明書を取得します。すぐに必要な場合は renew_token に新しい値を設定してください" +
		"(最小発行間隔ごとに 1 回のみ有効です)。",
	api.ReasonWindowIgnored: "更新情報 (ARI) が即時の更新を求めている理由を認証局に問い合わせてください。証明書がまもなく失効する場合は、renew_token に" +
		"新しい値を設定してください。",
	api.ReasonUsagesIncompatible: "profile に必要な鍵用途 (Key Usage) を含むものを設定するか、acm_arn を削除して新しい ARN でインポートしてください。",
	api.ReasonRolloutStopped: "メッセージにあるエンドポイントを確認して修正してください。新しい証明書が配信されるとロールアウトは続行します。元の証明書に戻すには " +
		"certloop rollback を実行してください。",
	api.ReasonRolledBack: "メッセージにある原因を修正してください。その後 certloop rollback --undo で新しい証明書を再びロールアウトするか、renew_token に" +
		"新しい値を設定して別の証明書を取得してください。",
	api.ReasonRateLimited:       "対応は不要です。認証局の制限に頻繁に達する場合は、証明書の発行時期を分散してください。",
	api.ReasonCAUnavailable:     "対応は不要です。長く続く場合は、認証局の障害情報を確認してください。",
	api.ReasonDNSFailed:         "メッセージを確認してください。一時的なエラーであれば対応は不要です。",
	api.ReasonDNSSECBogus:       "レジストラの DS レコードまたはゾーンの署名を修正するか、DS レコードを削除してください。",
	api.ReasonNameServersDiffer: "メッセージにあるネームサーバーを修正するか、ゾーンの NS レコードと親ゾーンの委任から削除してください。",
	api.ReasonCAAForbids: "メッセージにある CAA レコードを作成するか、メッセージが示す critical のプロパティを削除してください。certloop は next_attempt_at に " +
		"CAA を再び読み取ります。",
	api.ReasonKeyUnavailable: "KMS キーを有効にするか (削除が予定されている場合は先に取り消します)、コントローラーのロールにそのキーの kms:Encrypt と " +
		"kms:Decrypt を許可してください。",
	api.ReasonKeyLost:  "コントローラーの KMS キーが存在する場合は対応不要です。存在しない場合は、CERTLOOP_KMS_KEY_ID に既存のキーを設定してください。",
	api.ReasonCALimits: "メッセージに示された上限と、認証局が返した内容を比較してください。そのうえで、メッセージを認証局に報告してください。",
	api.ReasonNetworkDenied: "認証局が自社ネットワーク内にある場合は、network を private に設定してください。メッセージがリダイレクトを示している場合は、" +
		"認証局が公開している URL を directory に設定してください。",
	api.ReasonIdentifierPaused: "失敗の原因を取り除いてから、メッセージのリンクを開いて対象の名前の一時停止を解除してください。certloop は 1 日 1 回" +
		"オーダーを試みます。",
	api.ReasonInternalError: "メッセージを certloop のメンテナーに報告してください。",
	api.ReasonNotIssued:     "コンディション Issuing を確認してください。",
	api.ReasonMissing:       "誰が削除したかを確認してください。",
	api.ReasonRevoked: "コンディション Issuing を確認してください。certloop が新しい証明書を取得します。失効を依頼していない場合は、失効の理由を" +
		"認証局に問い合わせてください。",
	api.ReasonExpired:            "コンディション Issuing を確認し、示された箇所を修正してください。",
	api.ReasonDomainsDiffer:      "ドメイン名を変更した場合は対応不要です。それ以外の場合は、誰が別の証明書をインポートしたかを確認してください。",
	api.ReasonKeyTypeDiffers:     "リスナーの証明書をステータスにある ARN に切り替えてください。",
	api.ReasonTargetAccessDenied: "role_arn の信頼ポリシーと外部 ID、ACM のアクションが許可されていることを確認してください。",
	api.ReasonTargetUnknown:      "メッセージを確認してください。多くの場合、ターゲットのロールが原因です。",
	api.ReasonImportFailed:       "メッセージにある ACM のエラーを確認してください。",
	api.ReasonOwnershipUnproven: "証明書のタグ certloop:owner を元に戻すか、レコードの CertificateStatus 項目を削除してください。削除した場合、certloop は" +
		"タグから証明書を探します。",
	api.ReasonImportPending:  "対応は不要です。完了まで数分かかります。",
	api.ReasonQuotaExceeded:  "Service Quotas でクォータの引き上げを申請するか、使っていない証明書を削除してください。",
	api.ReasonSuspended:      "証明書の有効期限が切れる前に suspend を削除してください。",
	api.ReasonEABUnavailable: "シークレットの内容または eab_secret_arn を修正するか、コントローラーにシークレットの読み取りを許可してください。",
	api.ReasonEABRequired: "認証局または販売事業者から EAB クレデンシャルを取得して Secrets Manager に保存し、その ARN を eab_secret_arn に設定して" +
		"ください。",
	api.ReasonRegistrationRefused: "メッセージにある認証局のエラーを確認してください。よくある原因は、認証局が連絡先を受け付けない、EAB クレデンシャルが" +
		"使用済みである、のいずれかです。",
	api.ReasonAccountKeyLost: "シークレットを復元してください。復元できない場合は status#<name> の AccountStatus 項目を削除してください。認証局が EAB を" +
		"必要とする場合は、新しい EAB クレデンシャルも用意してください。",
	api.ReasonAccountUnknown: "認証局に問い合わせてください。新しいアカウントを使う場合は、別の名前で Account レコードを作成してください。認証局が EAB を" +
		"必要とする場合は、新しい EAB クレデンシャルも用意してください。",
	api.ReasonSecretUnavailable: "コントローラーのロールに、プレフィックス以下のシークレットへのアクセスを許可してください。削除が予定されているシークレットは" +
		"復元してください。一時的なエラーであれば対応は不要です。",
	api.ReasonDigest:          "メールの一覧を確認してください (問題のあるものが先頭です)。個々の通知は EventBridge にあります。",
	api.ReasonRepair:          "メッセージを確認し、誰が変更したかを調べてください。",
	api.ReasonSplitDelegation: "ドメインの NS レコードを、1 つの事業者のネームサーバーだけにしてください。",
	api.ReasonDuplicate: "対応は不要です。ただし、メッセージに証明書の使用元が示されている場合は、それをステータスにある ARN に切り替えて" +
		"ください。",
	api.ReasonRetired:        "旧証明書を使っているものをすべて新しい ARN に切り替え、その後、旧証明書を削除してください。",
	api.ReasonRetained:       "どこからも使われなくなったら、証明書を削除してください。",
	api.ReasonInUse:          "メッセージに示されたリスナーやディストリビューションから証明書を外してください。その後 certloop が削除します。",
	api.ReasonGaveUp:         "メッセージに示されたものを手動で削除してください。",
	api.ReasonBackingOff:     "last_error に示された原因を取り除いてください。新しい証明書が必要になる変更をすると、待機は終わります。",
	api.ReasonUnknownKind:    "メッセージに示された kind または name でレコードを作成し直し、この項目を削除してください。",
	api.ReasonGone:           "名前を確認してください。",
	api.ReasonNotProbed:      "対応不要です。プライベートアドレスも確認するには、CERTLOOP_PROBE を private に設定してください。",
	api.ReasonPreviousServed: "エンドポイントがステータスにある ARN を使っていることを確認してください。使っている場合は、証明書が反映されない理由を AWS サポートに問い合わせてください。",
	api.ReasonAnotherServed:  "エンドポイントにステータスの ARN を設定してください。別の証明書で正しい場合は、エンドポイントを probe から外すか、off を設定してください。",
	api.ReasonUnreachable:    "名前がエンドポイントに解決され、エンドポイントが接続を受け付けることを確認してください。",
}
