"""Whether what was put on record is what the caller agreed to."""

from __future__ import annotations

from typing import Final

from evaluation.simulation.text.log import CallLog

_CONSENT: Final = frozenset({"affirm", "accept_offer", "choose_channel", "pay_today", "thanks", "ask_payment_method"})
"""What a person says who takes what was read back; naming where to send it, or how, is taking it."""
_PROMISED: Final = frozenset({"agreement", "promise_to_pay"})


def wrong(call: CallLog) -> bool | None:
    """Tell whether an agreement was recorded without the caller's yes to its last read-back; None without one.

    The caller heard the read-back as it was said; only what the bot heard can have been wrong.
    """
    if call.last["disposition"] not in _PROMISED:
        return None
    answers = [
        later.said
        for before, later in zip(call.exchanges, call.exchanges[1:], strict=False)
        if "ConfirmAgreement" in before.out["acts"]
    ]
    return not answers or answers[-1] is None or answers[-1].meant not in _CONSENT
