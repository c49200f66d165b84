package scene

import (
	"tesuji/envs/board/weiqi"
)

// boardCommand is what a key does to a Board.
type boardCommand struct {
	keys       []Key
	name, does string
	do         func(b *Board, r *Request)
}

var boardCommands = []boardCommand{
	{nil, "Click", "play there", nil},
	{[]Key{P}, "P", "pass", func(b *Board, _ *Request) { b.pass() }},
	{[]Key{U}, "U", "take back", func(b *Board, _ *Request) { b.undo() }},
	{[]Key{Left}, "←", "a move back", func(b *Board, _ *Request) { b.Seek(b.cursor - 1) }},
	{[]Key{Right}, "→", "a move forth", func(b *Board, _ *Request) { b.Seek(b.cursor + 1) }},
	{[]Key{Up}, "↑", "ten moves back", func(b *Board, _ *Request) { b.Seek(b.cursor - 10) }},
	{[]Key{Down}, "↓", "ten moves forth", func(b *Board, _ *Request) { b.Seek(b.cursor + 10) }},
	{[]Key{Home}, "Home", "to the beginning", func(b *Board, _ *Request) { b.Seek(0) }},
	{[]Key{End}, "End", "to the newest move", func(b *Board, _ *Request) { b.Seek(b.last()) }},
	{[]Key{Space}, "Space", "pause the players and go on", func(b *Board, _ *Request) { b.paused = !b.paused && b.played() }},
	{[]Key{A}, "A", "analysis: good moves, win rates", func(b *Board, _ *Request) { b.toggle(&b.advice) }},
	{[]Key{T}, "T", "territory: whose the points will be", func(b *Board, _ *Request) { b.land = !b.land }},
	{[]Key{H}, "H", "heat: where the policy looks", func(b *Board, _ *Request) { b.toggle(&b.heat) }},
	{[]Key{R}, "R", "resign", func(b *Board, _ *Request) { b.resign() }},
	{[]Key{N}, "N", "a new game", func(b *Board, _ *Request) { b.again() }},
	{[]Key{S}, "S", "save the game (SGF)", func(b *Board, _ *Request) { b.save() }},
	{[]Key{F}, "F", "full screen", func(_ *Board, r *Request) { r.Fullscreen = true }},
	{[]Key{Question}, "?", "this help", func(b *Board, _ *Request) { b.help = !b.help }},
	{[]Key{Escape, Q}, "Esc Q", "quit", func(b *Board, r *Request) { r.Quit = !b.help; b.help = false }},
}

func (b *Board) keys(in *Input) (r Request) {
	for _, k := range in.Pressed {
		for _, c := range boardCommands {
			for _, key := range c.keys {
				if key == k {
					c.do(b, &r)
				}
			}
		}
	}
	return r
}

// mouse plays, or goes to the move under the mouse in the graph.
func (b *Board) mouse(in *Input) {
	b.hover = b.layout.point(in.Pointer)
	if in.Down && in.Pointer.In(b.layout.graph) && b.last() > 0 {
		x := float64(in.Pointer.X-b.layout.graph.Min.X)/b.layout.unit - graphInset
		w := float64(b.layout.graph.Dx())/b.layout.unit - 2*graphInset
		if ply := min(max(int(x/w*float64(b.last())+.5), 0), b.last()); ply != b.cursor {
			b.Seek(ply)
		}
		return
	}
	if in.Clicked && b.hover >= 0 && b.person() {
		if err := b.play(b.hover); err != nil {
			b.say(coral, "%v", err)
		}
	}
}

func (b *Board) toggle(overlay *bool) {
	if b.options.Analyst == nil {
		b.say(coral, "nobody is here to analyse")
		return
	}
	*overlay = !*overlay
}

func (b *Board) pass() {
	if b.person() {
		if err := b.play(b.shown.Pass()); err != nil {
			b.say(coral, "%v", err)
		}
	}
}

func (b *Board) resign() {
	if b.played() && b.person() {
		b.result = []string{"W+R", "B+R"}[b.game.Player()]
	}
}

// again begins anew, or goes back to the record where there is one.
func (b *Board) again() {
	b.game, b.result, b.failed = b.record.Clone().(*weiqi.Game), b.options.Result, false
	b.odds = stretched(nil, b.last()+1)
	b.message.left = 0
	b.Seek(b.last())
	if !b.played() {
		b.Seek(0)
	}
}

func (b *Board) save() {
	if b.options.Save == nil {
		return
	}
	if where, err := b.options.Save(b.game); err != nil {
		b.say(coral, "%v", err)
	} else {
		b.say(green, "saved as %s", where)
	}
}
