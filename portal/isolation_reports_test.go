package portal

import (
	"quitt/debt/staff"
)

func init() {
	see := expected{who: Staff, right: staff.See}
	for _, path := range []string{"", "/verlauf", "/alter", "/geld", "/raten", "/einwaende", "/briefe", "/akten", "/datei"} {
		staffTable["GET /verwaltung/berichte"+path] = see
	}
}
