package gtp

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tesuji/envs/board/weiqi"
)

// katago is rules as KataGo writes them.
type katago struct {
	Ko           string `json:"ko"`
	Scoring      string `json:"scoring"`
	Tax          string `json:"tax"`
	Suicide      bool   `json:"suicide"`
	HasButton    bool   `json:"hasButton"`
	Bonus        string `json:"whiteHandicapBonus"`
	FriendlyPass bool   `json:"friendlyPassOk"`
}

// bonuses are the names of weiqi.Rules.HandicapBonus.
var bonuses = map[string]int{"0": 0, "N": 1, "N-1": -1}

func describe(r weiqi.Rules) katago {
	k := katago{Ko: strings.ToUpper(r.Ko.String()), Scoring: "AREA", Tax: "NONE", Suicide: r.Suicide}
	for name, n := range bonuses {
		if n == r.HandicapBonus {
			k.Bonus = name
		}
	}
	return k
}

// rules returns what k describes, with a komi.
func (k katago) rules(komi float64) (weiqi.Rules, error) {
	r := weiqi.Rules{Suicide: k.Suicide, Komi: komi}
	found := false
	for _, ko := range []weiqi.Ko{weiqi.PositionalSuperko, weiqi.SituationalSuperko, weiqi.NaturalSuperko, weiqi.SimpleKo} {
		if strings.EqualFold(k.Ko, ko.String()) {
			r.Ko, found = ko, true
		}
	}
	bonus, known := bonuses[strings.ToUpper(k.Bonus)]
	r.HandicapBonus = bonus
	switch {
	case !found:
		return r, fmt.Errorf("ko %q: want SIMPLE, POSITIONAL, SITUATIONAL or NATURAL", k.Ko)
	case !strings.EqualFold(k.Scoring, "AREA"):
		return r, fmt.Errorf("scoring %q: want AREA", k.Scoring)
	case !strings.EqualFold(k.Tax, "NONE") || k.HasButton:
		return r, errors.New("there is neither tax nor button here")
	case !known:
		return r, fmt.Errorf("whiteHandicapBonus %q: want 0, N or N-1", k.Bonus)
	}
	return r, nil
}

func (e *Engine) getRules(*call) (string, error) {
	text, err := json.Marshal(describe(e.game.Rules()))
	return string(text), err
}

// setRules takes the name of a preset, or JSON, of which what is left out stays. So does the komi.
func (e *Engine) setRules(c *call) (string, error) {
	text := strings.Join(c.args, " ")
	if strings.HasPrefix(text, "{") {
		k := describe(e.game.Rules())
		if err := json.Unmarshal([]byte(text), &k); err != nil {
			return "", errSyntax
		}
		return e.changeRules(k.rules(e.game.Rules().Komi))
	}
	if len(c.args) != 1 {
		return "", errSyntax
	}
	return e.changeRules(weiqi.RulesByName(strings.ToLower(text)))
}

// setRule takes the name of a rule and its value.
func (e *Engine) setRule(c *call) (string, error) {
	if len(c.args) != 2 {
		return "", errSyntax
	}
	k := describe(e.game.Rules())
	value := c.args[1]
	flag, flagErr := strconv.ParseBool(strings.ToLower(value))
	switch c.args[0] {
	case "ko":
		k.Ko = value
	case "scoring":
		k.Scoring = value
	case "tax":
		k.Tax = value
	case "whiteHandicapBonus":
		k.Bonus = value
	case "suicide":
		k.Suicide = flag
	case "hasButton":
		k.HasButton = flag
	case "friendlyPassOk":
		k.FriendlyPass = flag
	default:
		return "", errors.New("unknown rule")
	}
	switch c.args[0] {
	case "suicide", "hasButton", "friendlyPassOk":
		if flagErr != nil {
			return "", errSyntax
		}
	}
	return e.changeRules(k.rules(e.game.Rules().Komi))
}

// kgsRules takes the names of the Kiseido Go Server.
func (e *Engine) kgsRules(c *call) (string, error) {
	if len(c.args) != 1 {
		return "", errSyntax
	}
	name, ok := map[string]string{"chinese": "chinese-ogs", "aga": "aga", "new_zealand": "new-zealand"}[strings.ToLower(c.args[0])]
	if !ok {
		return "", errors.New("want chinese, aga or new_zealand: the score is by area")
	}
	return e.changeRules(weiqi.RulesByName(name))
}

// changeRules plays the game again under other rules, with its komi.
func (e *Engine) changeRules(r weiqi.Rules, err error) (string, error) {
	if err != nil {
		return "", err
	}
	r.Komi = e.game.Rules().Komi
	g := weiqi.NewGame(e.game.Rows(), e.game.Cols(), r)
	black, white, toMove, handicap := e.game.Start()
	if err := g.SetUp(black, white, toMove, handicap); err != nil {
		return "", err
	}
	for _, m := range e.game.Board.Moves() {
		if err := g.PlayAs(m.Colour, m.Point); err != nil {
			return "", errors.New("the game so far is illegal under these rules")
		}
	}
	e.game = g
	return "", nil
}
