"""What was agreed, and offers and agreements in the shape that the outside reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voicebot.domain.offers import Offer, Payment


@dataclass(frozen=True, slots=True)
class Agreement:
    """An offer the debtor took. A promise counts only when it is `complete`."""

    offer: Offer
    method: str | None
    """pix or boleto."""
    channel: str | None
    """Where the payment is sent: whatsapp, sms, email or voice."""
    confirmed: bool
    """The caller said yes to the read-back, in their own voice."""
    teach_back: bool
    """The terms were read back and the caller was asked to say them."""
    agreed_at: datetime

    def __post_init__(self) -> None:
        """Refuse an instant without an offset.

        Raises:
            ValueError: `agreed_at` is naive.
        """
        if self.agreed_at.utcoffset() is None:
            raise ValueError("agreed_at has no offset: give an aware datetime")

    @property
    def complete(self) -> bool:
        """Tell whether it has amount, dates, method, channel, the caller's confirmation and a read-back."""
        amounts = self.offer.instalments and self.offer.total.cents > 0
        return bool(amounts and self.method and self.channel and self.confirmed and self.teach_back)


def offer_as_contract(offer: Offer, *, new: bool | None = None) -> dict[str, object]:
    """Give an offer as it stands in `offers[]`; `new` is left out where None."""
    shape: dict[str, object] = {
        "id": offer.id,
        "kind": offer.kind.value,
        "contracts": list(offer.contracts),
        "debt_total": str(offer.debt_total),
        "total": str(offer.total),
        "discount_percent": f"{offer.discount_percent:.2f}",
        "entry": None if offer.entry is None else _payment(offer.entry),
        "instalments": [_payment(instalment) for instalment in offer.instalments],
    }
    return shape if new is None else {**shape, "new": new}


def offer_noted(offer: Offer) -> dict[str, str]:
    """Give what a call's record notes of an offer: enough to count concessions, nothing of whose debt it is."""
    return {
        "kind": offer.kind.value,
        "debt_total": str(offer.debt_total),
        "total": str(offer.total),
        "discount_percent": f"{offer.discount_percent:.2f}",
        "payments": str(len(offer.instalments) + (offer.entry is not None)),
    }


def as_contract(agreement: Agreement) -> dict[str, object]:
    """Give an agreement as the record and the outside read it: the offer's fields and how it was agreed."""
    return {
        **offer_as_contract(agreement.offer),
        "method": agreement.method,
        "channel": agreement.channel,
        "confirmed": agreement.confirmed,
        "teach_back": agreement.teach_back,
    }


def _payment(payment: Payment) -> dict[str, object]:
    return {"due": payment.due.isoformat(), "amount": str(payment.amount)}
