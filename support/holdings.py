"""What this app keeps about people: nobody. An offer names an organisation."""

from schools.personal_data import excuse

OFFERS = "What an organisation offers: it names no person."
excuse(OFFERS, *(f"support.Provider.{name}" for name in ("name", "website")))
excuse(OFFERS, *(f"support.Offer.{name}" for name in ("title", "description", "website")))
excuse(OFFERS, *(f"support.OfferPurpose.{name}" for name in ("phase", "code")))
excuse(OFFERS, "support.OfferDuty.code", *(f"support.TakenSuggestion.{name}" for name in ("phase", "code")))
excuse(OFFERS, "support.TakenSuggestion.text")
