package staff

// What is what was done with a sign-in or a right.
type What string

// The entries of the log.
const (
	WasInvited     What = "invited"
	HasJoined      What = "joined"
	HasSignedIn    What = "signed_in"
	HasReset       What = "password_reset"
	FactorReset    What = "factor_reset"
	GotRole        What = "role_given"
	LostRole       What = "role_ended"
	WasEnded       What = "ended"
	SessionsEnded  What = "sessions_ended"
	UsedRecovery   What = "recovery_used"
	NewRecovery    What = "recovery_renewed"
	PasskeyAdded   What = "passkey_added"
	PasskeyEnded   What = "passkey_ended"
	OperatorCame   What = "operator_came"
	GlassWasBroken What = "glass_broken"
	IdentityLinked What = "identity_linked"
	SSODemanded    What = "sso_demanded"
	SSOReleased    What = "sso_released"
	CameWithoutSSO What = "came_without_sso"
)

// Whats lists every What.
func Whats() []What {
	return []What{WasInvited, HasJoined, HasSignedIn, HasReset, FactorReset, GotRole, LostRole, WasEnded, SessionsEnded, UsedRecovery,
		NewRecovery, PasskeyAdded, PasskeyEnded, OperatorCame, GlassWasBroken, IdentityLinked, SSODemanded, SSOReleased, CameWithoutSSO}
}
