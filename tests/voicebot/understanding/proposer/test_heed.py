"""What a proposal may change, and what no proposal can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.understanding.conftest import MONDAY, reader
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import MUST_CATCH, EntityType, Intent, Meaning
from voicebot.understanding.extract import read
from voicebot.understanding.normalise import read_line
from voicebot.understanding.proposer.heed import LOCAL_ONLY, MOST, NO, heed
from voicebot.understanding.proposer.schema import Kind, Proposal, ProposedEntity
from voicebot.understanding.spans import Context
from voicebot.understanding.withdrawn import Reading

NOTHING = "esse negócio aí de vocês"
Spans = Sequence[tuple[str, str]]
I = Intent  # noqa: E741 - the tables are read by column


@cache
def again(text: str, asked: Asks | Phase | None) -> Reading:
    return read(read_line(text), Context(asked, MONDAY), reader().calendar)


def local(text: str = NOTHING, *intents: Intent, confidence: float = 0.2) -> Meaning:
    main, *also = intents or (Intent.OTHER,)
    return Meaning(text, main, confidence, tuple(also), again(text, None).entities)


def proposed(*intents: Intent, confidence: float = 0.95, spans: Spans = ()) -> Proposal:
    entities = tuple(ProposedEntity(type=Kind(kind), text=text) for kind, text in spans)
    return Proposal(intent=intents[0], also=intents[1:], confidence=confidence, entities=entities)


def joined(meaning: Meaning, proposal: Proposal, expecting: Asks | Phase | None = None) -> Meaning:
    return heed(meaning, proposal, expecting=expecting, reader=partial(again, meaning.text))


@pytest.mark.parametrize(
    ("read_locally", "proposal", "meant"),
    [
        pytest.param((), (I.ASK_DISCOUNT,), (I.ASK_DISCOUNT,), id="abstained: the proposal is taken"),
        pytest.param((I.EVASIVE,), (I.JOB_LOSS, I.CANNOT_PAY), (I.JOB_LOSS, I.CANNOT_PAY), id="a guess gives way"),
        pytest.param((I.EVASIVE, I.FORGOT), (I.JOB_LOSS,), (I.JOB_LOSS, I.FORGOT), id="what came along stays"),
        pytest.param((), (I.SELF_HARM,), (I.SELF_HARM,), id="a crisis may be added"),
        pytest.param((), (I.AFFIRM, I.SELF_HARM), (I.SELF_HARM,), id="a crisis outlives the yes that is not believed"),
        pytest.param((), (I.OTHER, I.ILLNESS), (I.ILLNESS,), id="a must-catch intent beside nothing"),
        pytest.param((I.SELF_HARM,), (I.THANKS,), (I.SELF_HARM,), id="a must-catch intent stays"),
        pytest.param((I.OTHER, I.HAS_LAWYER), (I.THANKS,), (I.OTHER, I.HAS_LAWYER), id="and so it does in passing"),
        pytest.param((I.DENY,), (I.AFFIRM,), (I.DENY,), id="a no does not become a yes"),
        pytest.param((I.DENY,), (I.ASK_DISCOUNT,), (I.DENY, I.ASK_DISCOUNT), id="a no gets company"),
        pytest.param((I.EVASIVE, I.REJECT_OFFER), (I.ASK_DUE_DATE,), (I.ASK_DUE_DATE, I.REJECT_OFFER), id="a no stays"),
        pytest.param((I.ACCEPT_OFFER,), (I.REJECT_OFFER,), (I.REJECT_OFFER,), id="a doubted yes is none"),
        pytest.param((I.FORGOT, I.ACCEPT_OFFER), (I.REJECT_OFFER,), (I.REJECT_OFFER,), id="in passing, too"),
        pytest.param((), (I.ACCEPT_OFFER,), (I.OTHER,), id="no yes out of nothing"),
        pytest.param((), (I.IDENTITY_CONFIRM,), (I.OTHER,), id="no identity out of nothing"),
        pytest.param((), (I.PROVIDE_DOCUMENT,), (I.OTHER,), id="no document out of nothing"),
        pytest.param((), (I.ACCEPT_OFFER, I.THANKS), (I.OTHER,), id="what stands beside a disbelieved yes goes, too"),
        pytest.param((), (I.PROPOSE_AMOUNT,), (I.OTHER,), id="no amount proposed where none was said"),
        pytest.param((), (I.PROPOSE_DATE,), (I.OTHER,), id="no day proposed where none was said"),
        pytest.param((), (I.OTHER,), (I.OTHER,), id="both know nothing"),
    ],
)
def test_intents(read_locally: tuple[Intent, ...], proposal: tuple[Intent, ...], meant: tuple[Intent, ...]) -> None:
    assert joined(local(NOTHING, *read_locally), proposed(*proposal)).intents == meant


def test_agreement_makes_surer_and_never_surer_than_a_model_can_make() -> None:
    meaning = joined(local(NOTHING, Intent.AFFIRM, confidence=0.4), proposed(Intent.AFFIRM, confidence=1.0))
    assert (meaning.intent, meaning.confidence) == (Intent.AFFIRM, MOST)


def test_a_proposal_that_is_itself_a_guess_changes_nothing() -> None:
    meaning = local()
    assert joined(meaning, proposed(Intent.ASK_DISCOUNT, confidence=0.59)) is meaning


@pytest.mark.parametrize(
    ("text", "kind", "span", "expecting", "value"),
    [
        pytest.param("duzentos, vai", "money", "duzentos", None, "200.00", id="a number is an amount"),
        pytest.param("vinte, aí", "date", "vinte", None, "2026-12-20", id="a number is a day"),
        pytest.param("uns duzentos, vai", "money", "quinhentos", None, None, id="an amount that was not said"),
        pytest.param("uns duzentos, vai", "money", "200", None, None, id="written otherwise than it was said"),
        pytest.param("não consigo duzentos", "money", "duzentos", None, None, id="an amount that was refused"),
        pytest.param("cem não, cento e vinte", "money", "cem", None, None, id="an amount that was taken back"),
        pytest.param("é 529 982 247 25", "money", "529", None, None, id="digits of a document are no amount"),
        pytest.param("onze nove oito sete seis", "money", "nove", None, None, id="digits read out are no amounts"),
        pytest.param("cinco dois, vai", "date", "cinco", Asks.CPF_FIRST3, None, id="nothing where proof was asked for"),
        pytest.param("o doze de março, vai", "money", "doze de março", None, None, id="what is read already stays"),
    ],
)
def test_entities(text: str, kind: str, span: str, expecting: Asks | None, value: str | None) -> None:
    before = local(text)
    after = joined(before, proposed(Intent.EVASIVE, spans=[(kind, span)]), expecting)
    found = [entity.value for entity in after.values(EntityType(kind))]
    assert found == ([value] if value else [])
    if value is None:
        assert after.entities == before.entities


def test_an_amount_may_be_proposed_where_the_words_hold_one() -> None:
    meaning = joined(local("uns duzentos, vai"), proposed(Intent.PROPOSE_AMOUNT, spans=[("money", "duzentos")]))
    assert meaning.intent is Intent.PROPOSE_AMOUNT
    assert [entity.value for entity in meaning.entities] == ["200.00"]


_TEXTS = (
    NOTHING,
    "uns duzentos, vai",
    "não consigo duzentos",
    "cem não, cento e vinte",
    "meu cpf é 529 982 247 25",
    "dia vinte ou sexta que vem",
    "três vezes de cem às sete da noite",
)
_INTENTS = st.lists(st.sampled_from(Intent), min_size=1, max_size=4, unique=True)
_PROPOSALS = st.builds(
    lambda intents, confidence, spans: Proposal(
        intent=intents[0],
        also=tuple(intents[1:]),
        confidence=confidence,
        entities=tuple(ProposedEntity(type=kind, text=text) for kind, text in spans),
    ),
    _INTENTS,
    st.floats(0, 1),
    st.lists(
        st.tuples(
            st.sampled_from(Kind), st.sampled_from("duzentos cem vinte 529 982 sexta sete mil não três cento".split())
        ),
        max_size=4,
    ),
)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(_TEXTS), _INTENTS, st.floats(0, 1), _PROPOSALS, st.sampled_from([None, *Asks, Phase.NEGOTIATION])
)
def test_what_no_proposal_can_do(
    text: str, intents: list[Intent], confidence: float, proposal: Proposal, expecting: Asks | Phase | None
) -> None:
    before = local(text, *intents, confidence=confidence)
    after = joined(before, proposal, expecting)
    assert type(after) is Meaning
    assert after.text == before.text
    assert set(after.intents) >= set(before.intents) & (MUST_CATCH | NO)
    assert not (set(after.intents) - set(before.intents)) & LOCAL_ONLY
    assert len(set(after.intents)) == len(after.intents)
    assert 0 <= after.confidence <= max(before.confidence, MOST)
    if before.intent in NO:
        assert after.intent is before.intent
    if before.has(*MUST_CATCH):
        assert after == before
    identity = {EntityType.CPF, EntityType.CNPJ, EntityType.PHONE, EntityType.EMAIL, EntityType.BOOLEAN}
    assert [e for e in after.entities if e.type in identity] == [e for e in before.entities if e.type in identity]
    readable = {e for asked in (None, *Asks, Phase.NEGOTIATION) for e in again(text, asked).entities}
    assert set(after.entities) <= readable, "every value is the local reader's own"


def test_a_heeded_meaning_is_built_of_nothing_but_the_domain() -> None:
    after = joined(local(), proposed(Intent.ASK_DISCOUNT))
    assert replace(after) == Meaning(NOTHING, Intent.ASK_DISCOUNT, MOST)
