"""Who may hear what: nothing of the debt before the right person is verified, and nobody else ever is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from evaluation.simulation.text.log import CallLog, Exchange
from evaluation.simulation.text.oracle.figures import MONTHS, fold, read
from evaluation.simulation.text.oracle.found import Found

DEBT_WORDS: Final = re.compile(
    r"\b(divida\w*|debito\w*|devedor\w*|devend\w+|voce deve\b|atras\w+|em aberto|pendenc\w+|pendent\w+|cobranc\w+|"
    r"cobrar|cobrando|fatura\w*|boleto\w*|parcel\w+|prestac\w+|acordo|negoci\w+|renegoci\w+|descont\w+|pagament\w+|pagar|"
    r"pague\w*|pagou|paga|pago|quit\w+|contrato\w*|pix|cartao|emprestim\w+|crediario|juros|multa|vencim\w+|vencid\w+|"
    r"venceu|valor\w*|quantia|reais|centavos|inadimpl\w+|serasa|spc|protest\w+|credito|proposta|oferta|financ\w+|"
    r"saldo|regulariz\w+|sua conta|suas contas|conta em|contas em|entrada)\b"
)
PERSONAL_FACTORS: Final = ("cpf_first3", "cpf_last2", "cpf", "birth_day_month", "birth_date")
SOMEONE_ELSE: Final = frozenset({"third_party", "wrong_number", "minor", "deceased"})
_ASKS_WHO: Final = frozenset({"who_is_calling", "suspects_fraud", "privacy_request", "is_robot", "legal_threat"})
_SAYS_SELF: Final = frozenset({"identity_confirm", "give_name", "provide_document", "provide_birth_date", "affirm"})
_WHICH_FAILED: Final = re.compile(
    r"(cpf|data|nascimento|numeros?) [\w ]{0,20}(nao (confere|bate|corresponde)|incorret|errad)"
)


def judge(log: CallLog) -> Iterator[Found]:
    yield from _debt_words(log)
    yield from _verified(log)
    yield from _notice(log)
    yield from _company(log)
    yield from _factors_aloud(log)


def _debt_words(log: CallLog) -> Iterator[Found]:
    products = {fold(product) for _, product, _, _ in log.drawn.debts if product != "Seguro"}
    for turn, each in enumerate(log.exchanges):
        if each.out["verified"]:
            continue
        say = fold(each.out["say"])
        words = [*DEBT_WORDS.findall(say), *(product for product in products if product in say)]
        if words:
            yield Found("unverified_disclosure", turn, f"said {sorted(set(words))} to somebody not verified")
        if any(figure.kind in ("money", "percent", "count") for figure in read(say)):
            yield Found("unverified_disclosure", turn, "said a figure to somebody not verified")


def _verified(log: CallLog) -> Iterator[Found]:
    proven: set[str] = set()
    someone_else = False
    before = False
    for turn, each in enumerate(log.exchanges):
        if "AwaitPerson" in each.out["acts"]:
            # Whoever comes to the phone now has said nothing yet, and proved nothing.
            someone_else = False
            proven.clear()
            continue
        if each.said is not None:
            someone_else = someone_else or each.said.meant in SOMEONE_ELSE
            for kind, right in each.said.factors:
                (proven.add if right else proven.discard)(kind)
        now = bool(each.out["verified"])
        if now and not before and proven != {"cpf", "birth"}:
            yield Found("verified_without_proof", turn, f"verified with {sorted(proven) or 'nothing'}")
        if now and someone_else:
            yield Found("verified_someone_else", turn, "verified after the caller said to be someone else")
            return
        before = now


def _notice(log: CallLog) -> Iterator[Found]:
    noticed = False
    for turn, each in enumerate(log.exchanges):
        noticed = noticed or "gravad" in fold(each.out["say"])
        if each.out["asks"] in PERSONAL_FACTORS and not noticed:
            yield Found("no_recording_notice", turn, "identity asked before the recording notice")
            return


def _company(log: CallLog) -> Iterator[Found]:
    """The creditor's name: to nobody unverified where it reveals a debt, else not to strangers who did not ask."""
    creditor = log.drawn.creditor["creditor"]
    name, reveals = fold(creditor["spoken_name"]), bool(creditor["name_reveals_debt"])
    asked, self_said, other = False, log.inbound, False
    for turn, each in enumerate(log.exchanges):
        meant = each.said.meant if each.said is not None else ""
        asked = asked or meant in _ASKS_WHO
        self_said = self_said or meant in _SAYS_SELF
        other = other or meant in SOMEONE_ELSE
        if each.out["verified"] or name not in fold(each.out["say"]):
            continue
        if reveals:
            yield Found("creditor_named", turn, "named a creditor whose name reveals a debt")
        elif (other and not asked and not log.inbound) or not (asked or self_said):
            yield Found("creditor_named", turn, "named the creditor to somebody who neither asked nor is the debtor")


_SUM: Final = re.compile(r"r\$ ?[\d.,]+|[\d.,]+ (?:mil )?reais")
"""An amount of money may have the digits of a document; it gives none away."""


def _factors_aloud(log: CallLog) -> Iterator[Found]:
    debtor = log.drawn.case.debtor
    for turn, each in enumerate(log.exchanges):
        say = fold(each.out["say"])
        if _WHICH_FAILED.search(say):
            yield Found("told_which_factor_failed", turn, "said which factor did not match")
        dated = _NAMES_A_DAY & set(each.out["acts"])
        if _birthday_said(each, debtor.birth_date.day, debtor.birth_date.month) and not dated and not _near(log, each):
            yield Found("factor_read_out", turn, "read the birth date out")
        if debtor.cpf in say.replace(" ", "") or debtor.cpf[:3] in _SUM.sub(" ", say):
            yield Found("factor_read_out", turn, "read CPF digits out")


_NAMES_A_DAY: Final = frozenset("AskPause GiveTime OfferPause RestContact ScheduleCallback OfferCallbackTime".split())
"""Acts that say until when an offer stands nobody calls, or somebody does; that day may fall on the birthday."""


def _birthday_said(each: Exchange, day: int, month: int) -> bool:
    return any(f.kind == "month_day" and (f.value, f.month) == (day, month) for f in read(each.out["say"]))


def _near(log: CallLog, each: Exchange) -> bool:
    """A due date may fall on the birthday."""
    debtor = log.drawn.case.debtor.birth_date
    days = {(due.day, due.month) for _, _, due, _ in log.drawn.debts}
    for offer in each.out["offers"]:
        payments = [*offer["instalments"], *([offer["entry"]] if offer["entry"] else [])]
        days |= {(int(payment["due"][8:]), int(payment["due"][5:7])) for payment in payments}
    return (debtor.day, debtor.month) in days and debtor.month <= len(MONTHS)
