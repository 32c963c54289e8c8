package sandbox

func checkSecrets(b *box) {}
