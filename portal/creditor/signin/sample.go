package signin

import (
	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows the pages in their states.
func Samples() []page.Sample {
	signIn := func(name string, view SignInPage, err error) page.Sample {
		return room.Sample("signin"+name, func(w *text.Catalogue) ([]byte, error) {
			v := view
			provider := v.Provider
			v.Frame = room.SampleOutside(w, room.Entry)
			v.Provider = provider
			if err != nil {
				v.Frame, v.Mistake = v.Fails(), v.Words.Error(err)
			}
			return signInHTML.HTML(v)
		})
	}
	join := func(name string, view JoinPage, err error) page.Sample {
		return room.Sample("join"+name, func(w *text.Catalogue) ([]byte, error) {
			v := view
			v.Frame = room.SampleOutside(w, joining)
			if err != nil {
				v.Frame, v.Mistake = v.Fails(), v.Words.Error(err)
			}
			var qr error
			if v.URI != "" {
				v.QR, qr = page.NewQR(v.URI)
			}
			if qr != nil {
				return nil, qr
			}
			return joinHTML.HTML(v)
		})
	}
	reset := func(name string, view ResetPage, err error) page.Sample {
		return room.Sample("reset"+name, func(w *text.Catalogue) ([]byte, error) {
			v := view
			v.Frame = room.SampleOutside(w, forgotten)
			if err != nil {
				v.Frame, v.Mistake = v.Fails(), v.Words.Error(err)
			}
			return resetHTML.HTML(v)
		})
	}
	known := JoinPage{Code: "7K3M-Q9XR-4TVB-2HPD", Email: "petersen@inkasso.example", Secret: inGroups("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
		URI: "otpauth://totp/Beispiel%20Inkasso:petersen%40inkasso.example?issuer=Beispiel%20Inkasso&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
	return []page.Sample{
		signIn("", SignInPage{}, nil),
		signIn("-changed", SignInPage{Changed: true, Passkey: staffing.Ceremony{Options: "{}"}}, nil),
		signIn("-refused", SignInPage{Email: "petersen@inkasso.example"}, debt.E(debt.Forbidden, "staff_refused_signin", nil)),
		signIn("-provider", SignInPage{Frame: room.Frame{Provider: room.SampleProvider}}, nil),
		signIn("-provider-down", SignInPage{Frame: room.Frame{Provider: room.SampleProvider}}, debt.E(debt.Unavailable, "staff_sso_down", nil)),
		join("", JoinPage{At: "invitation"}, nil),
		join("-refused", JoinPage{Code: known.Code}, debt.E(debt.Forbidden, "staff_invitation_refused", nil)),
		join("-known", known, nil),
		join("-easy", known, debt.E(debt.Invalid, "staff_password_easy", nil)),
		reset("", ResetPage{}, nil),
		reset("-sent", ResetPage{Sent: true}, nil),
		reset("-refused", ResetPage{Sent: true, Code: known.Code}, debt.E(debt.Forbidden, "staff_reset_refused", nil)),
		room.Sample("recovery", func(w *text.Catalogue) ([]byte, error) {
			return codesHTML.HTML(CodesPage{room.SampleScene(w, "").Frame(room.Home), []string{"7K3M-Q9XR-4TVB-2HPD", "RCFW-EZTB-XQ1Q-2HHQ", "VVMT-0P1V-KBBH-7GSK"}})
		}),
	}
}
