"""The debt, itemised and calm, and how the person is."""

from __future__ import annotations

from dataclasses import replace

from voicebot.domain.charges import Owed, owed_all
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, DebtView, Verified
from voicebot.domain.dialogue.endings import end
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.money import total
from voicebot.domain.prescription import all_lapsed


def views(ctx: Context) -> tuple[DebtView, ...]:
    """Each open debt as it is read aloud today."""
    return tuple(_view(owed) for owed in owed_all(ctx.case, ctx.today))


def _view(owed: Owed) -> DebtView:
    return DebtView(
        contract=owed.contract,
        product=owed.product,
        due_date=owed.due_date,
        original=owed.original,
        fine=owed.fine,
        interest=owed.interest,
        correction=owed.correction,
        total=owed.total,
        due_today_or_later=owed.days_past_due <= 0,
    )


def on_behalf_of(ctx: Context, token: Verified) -> tuple[Act, ...]:
    """Whose claim it is, where the introduction did not say so (`name_reveals_debt`, or it named who collects)."""
    creditor = ctx.case.creditor.spoken_name
    return () if ctx.company == creditor else (acts.NameCreditor(token, creditor),)


def itemised(ctx: Context, token: Verified) -> tuple[Act, ...]:
    """Every debt with each addition named, then all together."""
    debts = views(ctx)
    told: list[Act] = [
        acts.ExplainDebt(token, debt, position, len(debts)) for position, debt in enumerate(debts, start=1)
    ]
    if len(debts) > 1:
        told.append(acts.ExplainTotal(token, len(debts), total([debt.total for debt in debts])))
    return tuple(told)


def explain(state: CallState, ctx: Context, token: Verified, before: tuple[Act, ...]) -> Step:
    """After verification: what it is about, then a question that listens; before the due date only a reminder."""
    before = (*before, *on_behalf_of(ctx, token))
    if all_lapsed(ctx.case, ctx.today):
        return Step(Move.VERIFIED, replace(state, misses=0), (*before, acts.ExplainLapsed(token, len(ctx.case.debts))))
    debts = views(ctx)
    if not debts:
        said = (*before, acts.SayGoodbye(acts.Farewell.KIND))
        return end(state, Move.REMINDED, Disposition.REMINDER_DELIVERED, said)
    if all(debt.due_today_or_later for debt in debts):
        reminders = tuple(acts.RemindDue(token, debt) for debt in debts)
        said = (*before, *reminders, acts.SayGoodbye(acts.Farewell.KIND))
        return end(state, Move.REMINDED, Disposition.REMINDER_DELIVERED, said)
    state = replace(state, misses=0)
    if ctx.case.broken_promise is not None:
        before = (*before, acts.RecallAgreement(token, ctx.case.broken_promise))
    return Step(Move.VERIFIED, state, (*before, *itemised(ctx, token), acts.AskSituation(token)))
