package sgf

import "strings"

// Text reads a value of type Text: a backslash keeps the character after it as it is and joins lines
// when it ends one; line breaks of any kind are \n, other white space is a space. Bytes that are no
// UTF-8 become U+FFFD.
func Text(value string) string { return unescape(value, '\n') }

// SimpleText reads a value of type SimpleText: as Text, but a line break is a space.
func SimpleText(value string) string { return unescape(value, ' ') }

func unescape(value string, newline byte) string {
	var b strings.Builder
	b.Grow(len(value))
	for i := 0; i < len(value); {
		c := value[i]
		escaped := false
		if c == '\\' {
			if i++; i == len(value) {
				break
			}
			c, escaped = value[i], true
		}
		switch {
		case c == '\n' || c == '\r':
			i += lineBreak(value[i:])
			if !escaped {
				b.WriteByte(newline)
			}
			continue
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
		i++
	}
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// lineBreak returns the length of the line break that s begins with: LF, CR, CR LF or LF CR.
func lineBreak(s string) int {
	if len(s) > 1 && (s[1] == '\n' || s[1] == '\r') && s[0] != s[1] {
		return 2
	}
	return 1
}

// Escape writes a text as a value: the opposite of Text.
func Escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `]`, `\]`).Replace(text)
}

// Compose writes two texts as one value, such as a label's point and its text.
func Compose(a, b string) string {
	colon := strings.NewReplacer(`:`, `\:`)
	return colon.Replace(Escape(a)) + ":" + colon.Replace(Escape(b))
}

// Split parts a composed value at its colon; the parts are values in turn.
func Split(value string) (a, b string, ok bool) {
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case ':':
			return value[:i], value[i+1:], true
		}
	}
	return value, "", false
}

// closed reports whether a value can stand between brackets: every ] in it is escaped, and the
// bracket after it is not.
func closed(value string) bool {
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case ']':
			return false
		case '\\':
			if i++; i == len(value) {
				return false
			}
		}
	}
	return true
}
