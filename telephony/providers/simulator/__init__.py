"""A faithful fake phone and carrier that speak Twilio's protocols on loopback."""
