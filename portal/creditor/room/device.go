package room

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// named are the words of a User-Agent, the more special first: every browser claims to be the
// ones before it.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR", "Opera"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systems  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}}
)

// Device says what kind of browser asks, so that people know their sign-ins apart; no more of
// the header is kept.
func Device(c *fiber.Ctx) string { return deviceOf(c.Get(fiber.HeaderUserAgent)) }

func deviceOf(agent string) string {
	var said []string
	for _, list := range [][][2]string{browsers, systems} {
		for _, name := range list {
			if strings.Contains(agent, name[0]) {
				said = append(said, name[1])
				break
			}
		}
	}
	return strings.Join(said, ", ")
}
