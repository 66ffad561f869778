package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt/authority"
)

// acts says what somebody does on the pages of a case, by the longest address that a page's
// begins with. What stands here alone decides which authority opens a page (admit).
var acts = map[string]authority.Act{
	"/akte":             authority.See,
	"/akte/aufstellung": authority.See,
	"/akte/briefe":      authority.See,
	"/akte/brief":       authority.See,
	"/akte/papier":      authority.See,
	"/akte/beleg":       authority.See,
	"/akte/quittung":    authority.See,
	"/akte/anlagen":     authority.See,
	"/akte/anlage":      authority.See,
	"/akte/bezahlen":    authority.Settle,
	"/akte/zahlung":     authority.Settle,
	"/akte/nachrichten": authority.HandIn,
	"/akte/anfragen":    authority.HandIn,
	"/akte/daten":       authority.Personally,
	"/akte/auskunft":    authority.Personally,
	"/akte/raten":       authority.Propose,
	"/akte/einwand":     authority.Contest,
	"/akte/bezahlt":     authority.Contest,
	"/akte/zusage":      authority.Contest,
	"/akte/meldung":     authority.Contest,
	"/akte/mehr":        authority.Personally,
	"/akte/code":        authority.Personally,
	"/akte/vertretung":  authority.Personally,
}

// others are the pages whose act is another one than that of their address: an overview is
// read, and who hands something in says something.
var others = map[string]authority.Act{
	fiber.MethodGet + " /akte/raten":   authority.See,
	fiber.MethodGet + " /akte/einwand": authority.See,

	fiber.MethodGet + " /akte/nachrichten":            authority.See,
	fiber.MethodGet + " /akte/anfragen":               authority.See,
	fiber.MethodGet + " /akte/raten/kalender":         authority.See,
	fiber.MethodGet + " /akte/raten/dauerauftrag":     authority.See,
	fiber.MethodGet + " /akte/raten/dauerauftrag/pdf": authority.See,
	// A mandate is given by whose account it is.
	fiber.MethodPost + " /akte/raten/zahlweise/start":      authority.Personally,
	fiber.MethodPost + " /akte/raten/zahlweise/widerrufen": authority.Personally,
	fiber.MethodGet + " /akte/raten/zahlweise/zurueck":     authority.Personally,
	// A mandate is the account holder's own word.
	fiber.MethodGet + " /akte/lastschrift":              authority.Personally,
	fiber.MethodPost + " /akte/lastschrift":             authority.Personally,
	fiber.MethodGet + " /akte/lastschrift/mandat":       authority.Personally,
	fiber.MethodGet + " /akte/lastschrift/pdf":          authority.Personally,
	fiber.MethodPost + " /akte/lastschrift/bestaetigen": authority.Personally,
	fiber.MethodPost + " /akte/lastschrift/code":        authority.Personally,
	fiber.MethodPost + " /akte/lastschrift/papier":      authority.Personally,
	fiber.MethodPost + " /akte/lastschrift/widerrufen":  authority.Personally,

	fiber.MethodPost + " /akte/anlagen": authority.HandIn,
}

// actOf gives the act of a page of a case. A page nobody has thought about has none, and no
// representative comes to it; below /akte itself nothing is inherited.
func actOf(method, path string) authority.Act {
	if act, ok := others[method+" "+path]; ok {
		return act
	}
	for at := path; at != "/akte" && at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		if act, ok := acts[at]; ok {
			return act
		}
	}
	if path == "/akte" {
		return acts[path]
	}
	return ""
}
