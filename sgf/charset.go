package sgf

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// charset is that of a tree's values. Names are those of the WHATWG's encoding standard.
type charset struct {
	name     string
	encoding encoding.Encoding // nil for UTF-8 and for what is not known
}

// aliases are names in files that the standard does not list.
var aliases = map[string]string{
	"latin-1": "latin1", "cp936": "gbk", "cp932": "shift_jis", "cp950": "big5", "cp949": "euc-kr",
	"utf_8": "utf-8", "gb": "gb18030", "eucjp": "euc-jp", "euckr": "euc-kr",
}

// lookup finds a charset by one of its names.
func lookup(name string) (cs charset, ok bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if a := aliases[name]; a != "" {
		name = a
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return charset{}, false
	}
	name, err = htmlindex.Name(e)
	switch {
	case err != nil || name == "replacement" || strings.HasPrefix(name, "utf-16"):
		return charset{}, false // not a charset that contains ASCII
	case name == "utf-8":
		return charset{name: name}, true
	}
	return charset{name, e}, true
}

// shadows reports whether bytes of the charset's characters can be taken for brackets.
func (cs charset) shadows() bool {
	switch cs.name {
	case "shift_jis", "big5", "gbk", "gb18030", "iso-2022-jp":
		return true
	}
	return false
}

// plain takes a byte order mark away, and turns UTF-16, which needs one, into UTF-8. utf says that
// there was one.
func plain(data []byte) (text []byte, utf bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:], true
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		u, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		return u, err == nil
	}
	return data, false
}

// guessCharset looks for the first CA in the data, before anything is parsed.
func guessCharset(data []byte) charset {
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte("CA["))
		if i < 0 {
			return charset{}
		}
		from += i + 3
		if at := from - 4; at >= 0 && 'A' <= data[at] && data[at] <= 'Z' {
			continue // the end of another name
		}
		end := bytes.IndexByte(data[from:], ']')
		if end < 0 {
			return charset{}
		}
		cs, _ := lookup(string(data[from : from+end]))
		return cs
	}
}

// charsetOf returns the charset that a root names. Without one it is Latin-1 by the standard, but
// most files that name none are in UTF-8: what is valid as such is taken so.
func charsetOf(root *Node, nodes []*Node) (cs charset, known bool) {
	if name := root.First("CA"); strings.TrimSpace(name) != "" {
		return lookup(name)
	}
	for _, n := range nodes {
		for _, p := range n.Properties {
			for _, v := range p.Values {
				if !utf8.ValidString(v) {
					return lookup("latin1")
				}
			}
		}
	}
	return lookup("utf-8")
}

// decode makes the values of the tree that was just read UTF-8. Bytes that are not of the charset
// stay as they are.
func (p *parser) decode(root *Node, cs charset) {
	if cs.name == "" {
		known := false
		if cs, known = charsetOf(root, p.nodes); !known {
			p.warn(p.pos, "charset "+clip([]byte(root.First("CA")))+" is unknown: text is left as it is")
			return
		}
	}
	bad := 0
	for _, n := range p.nodes {
		for _, prop := range n.Properties {
			for i, v := range prop.Values {
				text, ok := cs.decode(v)
				prop.Values[i] = text
				if !ok {
					bad++
				}
			}
		}
	}
	if bad > 0 {
		p.warn(p.pos, "there are bytes that "+cs.name+" does not have: they are left as they are")
	}
}

// decode turns a value into UTF-8, and reports whether all of it is of the charset.
func (cs charset) decode(v string) (string, bool) {
	if ascii(v) {
		return v, true
	}
	if cs.encoding == nil {
		return v, utf8.ValidString(v)
	}
	text, err := cs.encoding.NewDecoder().String(cs.joinCharacters(v))
	switch {
	case err == nil && !strings.Contains(text, "\ufffd") && closed(text):
		return text, true
	case err != nil || closed(v):
		return v, false
	}
	// What it was between brackets cannot stand there in UTF-8.
	return Escape(Text(text)), false
}

// joinCharacters takes away the backslashes that escape the second bytes of characters.
func (cs charset) joinCharacters(v string) string {
	if !cs.shadows() || cs.name == "iso-2022-jp" {
		return v
	}
	b := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		c := v[i]
		b = append(b, c)
		lead := c >= 0x81 && !(cs.name == "shift_jis" && c >= 0xa0 && c < 0xe0)
		switch {
		case c != '\\' && !lead || i+1 == len(v):
			continue
		case lead && v[i+1] == '\\' && i+2 < len(v):
			i++
		}
		i++
		b = append(b, v[i])
	}
	return string(b)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
