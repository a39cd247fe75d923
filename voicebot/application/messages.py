"""Texts that follow a call, in Portuguese: how to pay what was agreed, and who it was that called.

Each channel gets its own shape. An SMS keeps the few accents of the 7-bit alphabet (with others only 70 characters fit
in one instead of 160) and is a row of paragraphs of at most `SMS_CHARACTERS`, the Pix code in one of its own. An e-mail
begins with its subject line. `deliverable` takes a text apart again for whoever sends it. No text holds more of the
debtor than the first name.

The Pix code is a static one: only the creditor's own bank can make one that expires, so the text itself says until when
the sum agreed holds, which is the day it is due.
"""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
import unicodedata
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

import phonenumbers
import structlog

from voicebot.domain.agreement import Agreement, offer_as_contract
from voicebot.domain.dialogue.phases import EscalationReason
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.payments import pix
from voicebot.domain.payments.errors import PixError
from voicebot.domain.portfolio import Case, Channel, Creditor, Debtor

ON_CALL: Final = "on_call"
"""Channel of an alert: an SMS to the creditor's on-call phone, whoever the call is about."""
SMS_CHARACTERS: Final = 160
"""What one SMS holds in the 7-bit alphabet, GSM 03.38."""
_SMS_ACCENTS: Final = frozenset("éàÉÇ")
"""Letters of Portuguese that the 7-bit alphabet has; the others lose their accents."""
_CODE_START: Final = "000201"
_SUBJECT: Final = "Assunto: "
_BREAK: Final = "\n\n"
_TERMS: Final = ("contracts", "total", "entry", "instalments")
_TXID_BYTES: Final = 10
"""80 bits, 16 characters in base 32: enough to never meet by chance, and the code still fits one SMS."""
_STATES: Final = frozenset("AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split())
_POSTCODE: Final = re.compile(r"(CEP:? *)?\d{5}-?\d{3}", re.IGNORECASE)
_GOOD_UNTIL: Final = re.compile(r"(?:vale\s+até|com\s+vencimento\s+em)\s+(\d{2})/(\d{2})/(\d{4})")
_REASONS: Final = MappingProxyType(
    {
        EscalationReason.SELF_HARM: "Risco à vida",
        EscalationReason.VIOLENCE: "Risco de violência",
        EscalationReason.DISTRESS: "Pessoa em sofrimento",
        EscalationReason.ILLNESS: "Doença",
        EscalationReason.BEREAVEMENT: "Luto",
        EscalationReason.OVER_INDEBTED: "Pedido de ajuda",
        EscalationReason.REQUEST: "Pedido de atendimento por uma pessoa",
        EscalationReason.DISPUTE: "Contestação",
        EscalationReason.NOT_UNDERSTOOD: "Ligação que o robô não entendeu",
        EscalationReason.FRAUD_DOUBT: "Suspeita de golpe",
    }
)
_NO_CITY: Final = "BRASIL"
"""A BR Code needs a city, and nothing is decided by it."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A text as a sender needs it: e-mail has a subject and one part, the others one part for each message."""

    subject: str | None
    parts: tuple[str, ...] = field(repr=False)


def payment_message(case: Case, agreement: Agreement) -> str:
    """Compose the text that follows an agreement, for the agreement's channel (SMS where there is none).

    Says what was agreed, how to pay the first part and until when, what follows, and the supplier's name, address and
    CNPJ, which CDC art. 42-A asks for in every document of collection. Never fails for a creditor's bad Pix key: then
    the key itself is sent instead of the code.
    """
    creditor, offer = case.creditor, agreement.offer
    paragraphs = [
        f"{creditor.spoken_name}: combinado, {_first_name(case.debtor)}! {_agreed(offer)}",
        *_how_to_pay(case, agreement),
        _sentence(f"Antes de pagar, confira se quem recebe é {creditor.name}"),
        *_what_follows(case, agreement, every_date=agreement.channel == Channel.EMAIL),
        f"Se algo mudar ou ficar alguma dúvida, fale com a gente antes do dia: {_phone(creditor.official_phone)}.",
        _supplier(creditor),
    ]
    return _shaped(agreement.channel, f"{creditor.spoken_name}: o que combinamos por telefone", paragraphs)


def official_contact_message(case: Case, channel: str, *, verified: bool) -> str | None:
    """Compose the text for someone who doubts the call: that the company tried to reach them, and where it is found.

    It implies no debt. None where the company's name alone would imply one (`name_reveals_debt`) and the reader is not
    verified: then nothing may be sent.
    """
    creditor = case.creditor
    if creditor.name_reveals_debt and not verified:
        return None
    company = (creditor.collector or creditor).spoken_name
    contacts = [f"telefone {_phone(creditor.official_phone)}"]
    if creditor.official_whatsapp is not None:
        contacts.append(f"WhatsApp {_phone(creditor.official_whatsapp)}")
    paragraphs = [
        f"{company}: olá, {_first_name(case.debtor)}! Tentamos contato por telefone.",
        f"Nossos contatos oficiais, os mesmos do site {creditor.website}: {' e '.join(contacts)}.",
    ]
    return _shaped(channel, f"{company}: tentamos contato por telefone", paragraphs)


def reminder_message(case: Case, channel: str, *, amount: Money, due: date, method: str) -> str:
    """Compose the text that reminds, before its day, of a payment that was agreed; its Pix code is in it."""
    creditor = case.creditor
    way = "boleto" if method == "boleto" else "Pix"
    agreed = f"{reais(amount)} por {way}, com vencimento em {_day(due)}"
    paragraphs = [
        f"{creditor.spoken_name}: olá, {_first_name(case.debtor)}! Um lembrete do que combinamos: {agreed}.",
        *([] if way == "boleto" else _instalment_code(case, amount, due)),
        _sentence(f"Antes de pagar, confira se quem recebe é {creditor.name}"),
        "Se você já pagou, pode desconsiderar esta mensagem.",
        f"Se não der pra pagar nesse dia, fale com a gente antes: {_phone(creditor.official_phone)}.",
        _supplier(creditor),
    ]
    return _shaped(channel, f"{creditor.spoken_name}: lembrete do que combinamos", paragraphs)


def _instalment_code(case: Case, amount: Money, due: date) -> list[str]:
    creditor = case.creditor
    named = {"total": str(amount), "instalments": due.isoformat()}
    try:
        code = pix.build(
            pix.StaticPix(
                key=creditor.pix_key,
                name=creditor.name,
                city=_city(creditor.address),
                amount=amount,
                txid=payment_txid(case.debtor.ref, named),
            )
        )
    except PixError as error:
        log.warning("the Pix code could not be made, the key was sent instead", error=type(error).__name__)
        return [f"Chave Pix: {creditor.pix_key}"]
    return ["Pix copia e cola:", code]


def on_call_alert(creditor: Creditor, call_id: str, reason: EscalationReason, at: datetime) -> str:
    """Compose the text for the creditor's on-call person; `at` is aware, in the debtor's zone.

    Only what finds the call: no name, no number and no debt, since a telephone lies about.
    """
    zone = f"{at:%z}"
    when = f"{at:%d/%m/%Y, %H:%M} (UTC{zone[:3]}:{zone[3:]})"
    paragraph = f"{creditor.spoken_name}: plantão, atenção. {_REASONS[reason]} em {when}. Ligação {call_id}."
    return _shaped(ON_CALL, "", [paragraph])


def good_until(text: str) -> date | None:
    """Give the day until which the payment in a text made here holds; None for a text without one."""
    found = _GOOD_UNTIL.search(text)
    return None if found is None else date(int(found[3]), int(found[2]), int(found[1]))


def deliverable(channel: str, text: str) -> Deliverable:
    """Take apart a text made here: an e-mail's subject, an SMS's paragraphs, the Pix code alone so that it copies."""
    if channel == Channel.EMAIL:
        subject, _, body = text.removeprefix(_SUBJECT).partition(_BREAK)
        return Deliverable(subject, (body,))
    paragraphs = text.split(_BREAK)
    if channel == Channel.WHATSAPP:
        code = next((at for at, each in enumerate(paragraphs) if each.startswith(_CODE_START)), None)
        if code is None:
            return Deliverable(None, (text,))
        pieces = (paragraphs[:code], paragraphs[code : code + 1], paragraphs[code + 1 :])
        return Deliverable(None, tuple(_BREAK.join(piece) for piece in pieces if piece))
    return Deliverable(None, tuple(paragraphs))


def payment_txid(debtor_ref: str, terms: Mapping[str, object]) -> str:
    """Name the first payment of an agreement: 16 letters and digits that come back on the creditor's bank statement.

    The same debtor and terms give the same name; `terms` is the agreement in the contract's JSON. It is a digest, so
    nothing of either can be read from it.
    """
    named = json.dumps([debtor_ref, *(terms.get(name) for name in _TERMS)], separators=(",", ":"), sort_keys=True)
    return b32encode(hashlib.sha256(named.encode()).digest()[:_TXID_BYTES]).decode()


def payment_code(case: Case, offer: Offer) -> str:
    """Give the Pix code of the first payment.

    Raises:
        PixError: the creditor's key, name or city cannot be in one.
    """
    creditor = case.creditor
    return pix.build(
        pix.StaticPix(
            key=creditor.pix_key,
            name=creditor.name,
            city=_city(creditor.address),
            amount=_first(offer).amount,
            txid=payment_txid(case.debtor.ref, offer_as_contract(offer)),
        )
    )


def reais(amount: Money) -> str:
    """Write an amount as it is written in Brazil: R$ 1.234,56."""
    whole = f"{amount.cents // 100:,}".replace(",", ".")
    return f"R$ {whole},{amount.cents % 100:02d}"


def _agreed(offer: Offer) -> str:
    price = f"Total: {reais(offer.total)}"
    if offer.total < offer.debt_total:
        price = f"De {reais(offer.debt_total)} por {reais(offer.total)}"
    if offer.kind is not OfferKind.PLAN:
        return f"{price}, em um pagamento."
    count = len(offer.instalments)
    parts = "1 parcela" if count == 1 else f"{count} parcelas"
    return f"{price}, em {parts}." if offer.entry is None else f"{price}, com entrada e mais {parts}."


def _how_to_pay(case: Case, agreement: Agreement) -> list[str]:
    creditor, first = case.creditor, _first(agreement.offer)
    what = _name_of_first(agreement.offer)
    if agreement.method == "boleto":
        return [
            f"Boleto {what}: {reais(first.amount)}, com vencimento em {_day(first.due)}. "
            f"Ele chega à parte. Se demorar, é só ligar pra {_phone(creditor.official_phone)}."
        ]
    terms = f"{reais(first.amount)}, vale até {_day(first.due)}"
    try:
        code = payment_code(case, agreement.offer)
    except PixError as error:
        log.warning("the Pix code could not be made, the key was sent instead", error=type(error).__name__)
        return [f"Pix {what}, {terms}. Chave: {creditor.pix_key}"]
    return [f"Pix copia e cola {what}, {terms}:", code]


def _what_follows(case: Case, agreement: Agreement, *, every_date: bool) -> list[str]:
    offer, days = agreement.offer, case.creditor.limits.agreement_broken_after_days
    rest = offer.instalments if offer.entry is not None else offer.instalments[1:]
    after = "o desconto se perde" if offer.total < offer.debt_total else "a gente conversa de novo"
    late = f"Passando de {days} {'dia' if days == 1 else 'dias'} de atraso, {after}."
    if not rest:
        return ["Com esse pagamento, o que combinamos fica quitado.", late]
    what = "boleto" if agreement.method == "boleto" else "Pix"
    return [
        _each(rest) if every_date else _summed_up(rest),
        f"Pagando no dia, não entra mais juros. {late}",
        "Com a última parcela, o que combinamos fica quitado.",
        f"Se o {what} de uma parcela não chegar até a véspera, peça pra gente.",
    ]


def _summed_up(rest: tuple[Payment, ...]) -> str:
    first, last = rest[0], rest[-1]
    if len(rest) == 1:
        return f"Depois: {reais(first.amount)} em {_day(first.due)}."
    when = f"de {_day(first.due)} a {_day(last.due)}"
    if len({payment.due.day for payment in rest}) == 1:
        when = f"todo dia {first.due.day}, {when}"
    if len({payment.amount for payment in rest[:-1]}) > 1:
        return _each(rest)
    odd = "" if last.amount == first.amount else f" (a última, de {reais(last.amount)})"
    return f"Depois: {len(rest)} parcelas de {reais(first.amount)}{odd}, {when}."


def _each(rest: tuple[Payment, ...]) -> str:
    return "\n".join(["Depois:", *(f"- {_day(payment.due)}: {reais(payment.amount)}" for payment in rest)])


def _supplier(creditor: Creditor) -> str:
    supplier = _sentence(f"{creditor.name}, CNPJ {creditor.cnpj}, {creditor.address}")
    if creditor.collector is None:
        return supplier
    return f"{supplier} Atendimento: {creditor.collector.name}, CNPJ {creditor.collector.cnpj}."


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _first(offer: Offer) -> Payment:
    return offer.entry or offer.instalments[0]


def _name_of_first(offer: Offer) -> str:
    if offer.entry is not None:
        return "da entrada"
    return "da primeira parcela" if offer.kind is OfferKind.PLAN else "do pagamento"


def _shaped(channel: str | None, subject: str, paragraphs: list[str]) -> str:
    if channel == Channel.EMAIL:
        return _BREAK.join([f"{_SUBJECT}{' '.join(subject.split())}", *paragraphs])
    if channel == Channel.WHATSAPP:
        return _BREAK.join(paragraphs)
    return _BREAK.join(line for paragraph in _packed(paragraphs) for line in _cut(paragraph))


def _packed(paragraphs: list[str]) -> list[str]:
    """Reduce to the 7-bit alphabet and join neighbours while they fit one SMS; a code stays alone."""
    packed: list[str] = []
    for paragraph in map(_seven_bit, paragraphs):
        alone = paragraph.startswith(_CODE_START) or (packed and packed[-1].startswith(_CODE_START))
        if packed and not alone and len(packed[-1]) + 1 + len(paragraph) <= SMS_CHARACTERS:
            packed[-1] += f" {paragraph}"
        else:
            packed.append(paragraph)
    return packed


def _cut(paragraph: str) -> list[str]:
    if paragraph.startswith(_CODE_START):
        return [paragraph]
    return textwrap.wrap(paragraph, SMS_CHARACTERS, break_on_hyphens=False)


def _seven_bit(text: str) -> str:
    words = unicodedata.normalize("NFC", text).split()
    return " ".join(
        "".join(letter if letter in _SMS_ACCENTS else pix.plain_ascii(letter) for letter in word) for word in words
    )


def _first_name(debtor: Debtor) -> str:
    name = debtor.first_name
    return name.capitalize() if name.isupper() or name.islower() else name


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _phone(e164: str) -> str:
    number = phonenumbers.parse(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _city(address: str) -> str:
    """Guess the city of "street, number, city, UF, postcode": the last piece that is neither state nor postcode."""
    pieces = [piece.strip(" .") for piece in re.split(r"[,;/]|\s[-–]\s", _POSTCODE.sub("", address))]
    while pieces and (not pieces[-1] or pieces[-1].upper() in _STATES or pieces[-1].lower() == "brasil"):
        pieces.pop()
    if len(pieces) < 2 or any(character.isdigit() for character in pieces[-1]):
        return _NO_CITY
    return pieces[-1]
