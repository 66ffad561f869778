package portal

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
)

// commonRoutes are the files and the few addresses that machines look for.
func commonRoutes(o Options) []route {
	var list []route
	for path, h := range map[string]fiber.Handler{
		staticRoute:                 o.Assets.serve,
		"/favicon.ico":              o.Assets.icon,
		"/robots.txt":               robots,
		"/.well-known/security.txt": o.securityText,
	} {
		list = append(list, route{Route: Route{Method: fiber.MethodGet, Path: path, Who: Anyone}, handler: h, bare: true})
	}
	return list
}

// robots: nothing here is for a search engine.
func robots(c *fiber.Ctx) error { return plainText(c, "User-agent: *\nDisallow: /\n") }

// securityText says where to report a weakness (RFC 9116). It must not be older than a
// year, so it is made new each day.
func (o Options) securityText(c *fiber.Ctx) error {
	expires := o.Now().UTC().Truncate(24*time.Hour).AddDate(0, 6, 0)
	operator := o.Pages.Kit.Operator
	return plainText(c, fmt.Sprintf("Contact: mailto:%s\nExpires: %s\nPreferred-Languages: de, en\nCanonical: %s/.well-known/security.txt\n",
		operator.Email, expires.Format(time.RFC3339), origin(o.PublicURL)))
}

func plainText(c *fiber.Ctx, s string) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.SendString(s)
}
