package stay

import (
	"bufio"
	"io"
	"strings"
)

// prompt executes the commands of in until its end. It does not end with the sandbox: nothing interrupts a read of a
// terminal.
func (b *Box) prompt(in io.Reader) {
	lines := bufio.NewScanner(in)
	for lines.Scan() && b.ctx.Err() == nil {
		shown, err := b.Do(b.ctx, lines.Text())
		switch {
		case b.ctx.Err() != nil:
			return
		case err != nil:
			b.out.print("%v", err)
		case strings.TrimSpace(shown) != "":
			b.out.print("%s", shown)
		}
	}
}
