package page

import (
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/text"
)

// LanguageCookie keeps the chosen language. It holds nothing else and needs no consent:
// the visitor asked for it (TDDDG § 25 II Nr. 2).
const LanguageCookie = "lang"

const languageKept = 180 * 24 * time.Hour

// SetLanguage keeps a language for this browser and speaks it in this answer already.
func SetLanguage(c *fiber.Ctx, lang text.Language) {
	c.Cookie(&fiber.Cookie{
		Name: LanguageCookie, Value: string(lang), Path: "/", MaxAge: int(languageKept / time.Second),
		Secure: Of(c).Secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
	Of(c).Words = text.For(lang)
}

// numbered is how pages about one letter or payment are asked for.
var numbered = regexp.MustCompile(`^\?nr=[0-9a-f-]{1,36}$`)

// Local gives a path on this host to go back to, the start page for anything else: what a
// form says must not lead away.
func Local(path string) string {
	if at := strings.IndexByte(path, '?'); at > 0 && numbered.MatchString(path[at:]) && Local(path[:at]) == path[:at] {
		return path
	}
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\?#\r\n\t") {
		return "/"
	}
	return path
}
