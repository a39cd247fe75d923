"""One simulated caller: hears an output line, means something, and says it in their own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, Final

from evaluation.simulation.text import spoken
from evaluation.simulation.text.cases import WOMEN, Drawn, cpf
from evaluation.simulation.text.characters import Character, Strike
from evaluation.simulation.text.grammar import Grammar
from evaluation.simulation.text.log import Out, Said
from evaluation.simulation.text.noise import blur

_FACTORS: Final = ("cpf_first3", "cpf_last2", "cpf", "birth_day_month", "birth_date")
_QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AskForPerson": "person",
        "AskWhoCalls": "name",
        "AskIfPersonAvailable": "when_available",
        "MakeOffer": "offer",
        "MakeTwoOffers": "offer",
        "AskIfItFits": "offer",
        "ReachedLimit": "limit",
        "ExplainLapsed": "human",
        "ConfirmAgreement": "readback",
        "OfferHuman": "human",
        "OfferCallbackTime": "callback_time",
        "AskCallbackTime": "callback_when",
        "AskSituation": "situation",
        "SupportCrisis": "crisis",
        "StayAndListen": "crisis",
        "CheckSafety": "safety",
        "OfferFraudCheck": "fraud_check",
    }
)
"""What a person takes from the question, by the act that asks it; else the kind of answer asked for."""
_MOODS: Final[tuple[Mapping[str, float], ...]] = (
    {},
    {},
    {"repeat": 0.04, "thanks": 0.04},
    {"other": 0.05, "hold_on": 0.05, "greeting": 0.03},
    {"is_robot": 0.05, "who_is_calling": 0.05, "ask_due_date": 0.04, "ask_payment_method": 0.04},
    {"silence": 0.08, "speak_louder": 0.05},
    {"ask_debt_details": 0.08, "ask_consequences": 0.06, "evasive": 0.05},
)
MOST_TURNS: Final = 60
_MOST_STRAYS: Final = 8
_REGIONS: Final = ("sp", "mg", "ne", "sul", "rio", "norte", "any")
_KIN: Final = ("o marido", "a esposa", "o filho", "a filha", "a mãe", "o irmão", "a irmã", "o sogro")
_CHANNELS: Final = ("whatsapp", "WhatsApp", "zap", "SMS", "mensagem de texto")


@dataclass(slots=True)
class Caller:
    """Hidden: budget, mood, patience. `rng` decides the words of this trial, `fate` what the person is like."""

    character: Character
    drawn: Drawn
    grammar: Grammar
    rng: Random
    noisy: bool
    lump: int = 0
    """Cents that can be paid at once."""
    monthly: int = 0
    """Cents that can be paid each month."""
    haggles: int = 0
    region: str = "any"
    mood: Mapping[str, float] = field(default_factory=dict)
    turns: int = 0
    strays: int = 0
    strike_turn: int = 0
    struck: dict[int, int] = field(default_factory=dict)
    after: bool = False
    stays: int = MOST_TURNS
    """Turns after which this person hangs up once what had to be said is said."""

    @classmethod
    def born(
        cls, character: Character, drawn: Drawn, grammar: Grammar, fate: Random, rng: Random, *, noisy: bool
    ) -> Caller:
        """Draw budget from `fate`; region, mood and the moment of what may come at any time from `rng`."""
        owed = sum(int(float(principal) * 110) for *_, principal in drawn.debts)
        caller = cls(character, drawn, grammar, rng, noisy)
        caller.lump = int(owed * fate.uniform(*character.lump))
        caller.monthly = int(owed * fate.uniform(*character.monthly))
        caller.haggles = character.haggle
        caller.region = rng.choice(_REGIONS)
        caller.mood = {**rng.choice(_MOODS), **(character.strays or {})}
        caller.strike_turn = rng.randrange(1, 9)
        caller.stays = rng.randrange(6, 14) if character.aftermath else MOST_TURNS
        return caller

    def reply(self, out: Out) -> Said | None:
        """Answer one output line; None is hanging up."""
        self.turns += 1
        if self.after:
            self.stays -= 1
        if self.stays < 0 or self.turns > MOST_TURNS:
            return None
        strike = self._strike(out)
        if strike is not None:
            self.after = bool(self.character.aftermath)
            return self._say(strike)
        if self.after:
            return self._afterwards(out)
        stray = self._stray(out)
        if stray is not None:
            self.strays += 1
            return self._say(stray)
        return self._answer(out)

    def _strike(self, out: Out) -> str | None:
        for index, strike in enumerate(self.character.strikes):
            said = self.struck.get(index, 0)
            begun = said > 0
            if said < strike.times and (begun or self._moment(strike, out)):
                self.struck[index] = said + 1
                return self.rng.choice(strike.say)
        return None

    def _moment(self, strike: Strike, out: Out) -> bool:
        match strike.at:
            case "opening":
                return self.turns == 1
            case "verification":
                return out["asks"] in _FACTORS
            case "debt":
                return bool(out["verified"])
            case "offer":
                return bool(out["offers"])
            case "agreement":
                return "ConfirmAgreement" in out["acts"]
        # What weighs on somebody comes out by itself, or at the latest when they are asked for money a second time.
        return self.turns >= self.strike_turn or len(out["offers"]) > 1 or "ReachedLimit" in out["acts"]

    def _stray(self, out: Out) -> str | None:
        if self.strays >= _MOST_STRAYS or out["asks"] == "teach_back":
            return None
        roll = self.rng.random()
        for key, chance in self.mood.items():
            roll -= chance
            if roll < 0:
                return key
        return None

    def _afterwards(self, out: Out) -> Said:
        """After the strike: mostly what this person still has to say, sometimes a plain answer."""
        if self._question(out) == "when_available" and self.rng.random() < 0.6:
            return self._callback_day()
        if self.rng.random() < 0.15 and out["asks"] is not None:
            return self._answer(out)
        return self._say(self.rng.choice(self.character.aftermath))

    def _question(self, out: Out) -> str:
        for act in reversed(out["acts"]):
            if act in _QUESTIONS:
                return _QUESTIONS[act]
        return str(out["asks"])

    def _answer(self, out: Out) -> Said:
        if out["asks"] in _FACTORS:
            return self._factor(out["asks"])
        answers: dict[str, Callable[[Out], Said]] = {
            "person": lambda _: self._say(self.character.answers),
            "name": lambda _: self._name(),
            "offer": self._consider,
            "limit": self._at_the_limit,
            "readback": lambda _: self._say("affirm/readback"),
            "situation": lambda _: self._say(self.rng.choice(self.character.situation)),
            "crisis": lambda _: self._say(self.rng.choice(("affirm", "evasive", "thanks"))),
            "safety": lambda _: self._say("deny"),
            "fraud_check": lambda _: self._say(self.rng.choice(("accept_check", "request_human", "affirm"))),
            "when_available": lambda _: self._callback_day(),
            "callback_when": lambda _: self._callback_day(),
            "amount": lambda _: self._capacity(),
            "date": lambda _: self._day(),
            "channel": lambda _: self._say("choose_channel"),
            "teach_back": self._teach_back,
            "open": lambda _: self._say(self.rng.choice(self.character.situation)),
        }
        answer = answers.get(self._question(out))
        return self._say("affirm") if answer is None else answer(out)

    def _say(self, key: str, values: Mapping[str, str] | None = None, **facts: Any) -> Said:
        if key == "silence":
            return Said("silence", {"silence": True})
        if key in ("provide_document", "provide_birth_date") and not values:
            return self._factor("cpf" if key == "provide_document" else "birth_date")
        if key.startswith("propose_amount") and not values:
            return self._amount(key)
        if key == "propose_date" and not values:
            return self._day()
        text = self.grammar.say(key, self.rng, {**self._own(), **(values or {})}, self.region)
        text = self._punctuated(text)
        shown = blur(text, self.rng) if self.noisy else text
        return Said(key, {"text": shown}, shown, clean=shown == text, **facts)

    def _name(self) -> Said:
        mine = self.character.answers == "identity_confirm"
        return self._say("give_name" if mine else self.character.answers)

    def _punctuated(self, text: str) -> str:
        return text[:1].upper() + text[1:] + "." if self.rng.random() < 0.5 else text

    def _own(self) -> dict[str, str]:
        debtor = self.drawn.case.debtor
        return {
            "first": debtor.first_name,
            "the": "a" if debtor.first_name in WOMEN else "o",
            "last": debtor.name.split()[-1],
            "kin": self.rng.choice(_KIN),
            "age": spoken.number(self.rng.randrange(6, 14)),
            "channel": self.rng.choice(_CHANNELS),
        }

    def _factor(self, asked: str) -> Said:
        debtor, knows = self.drawn.case.debtor, self.character.knows
        if asked.startswith("cpf"):
            right = knows in ("both", "cpf")
            whole = debtor.cpf if right else _other_cpf(debtor.cpf, self.rng)
            part = {"cpf_first3": whole[:3], "cpf_last2": whole[-2:]}.get(asked, whole)
            given = whole if self.rng.random() < 0.1 else part
            if self.character.dtmf:
                return Said("dtmf", {"dtmf": given}, f"[{given}]", factors=(("cpf", right),))
            values = {"cpf": spoken.digits(given, self.rng)}
            return self._say("provide_document/part", values, factors=(("cpf", right),))
        right = knows in ("both", "birth")
        born = debtor.birth_date if right else debtor.birth_date + timedelta(days=self.rng.randrange(40, 200))
        if self.character.dtmf:
            typed = f"{born:%d%m}" if asked == "birth_day_month" else f"{born:%d%m%Y}"
            return Said("dtmf", {"dtmf": typed}, f"[{typed}]", factors=(("birth", right),))
        full = asked == "birth_date" or self.rng.random() < 0.2
        values = {"birth": spoken.birth(born, self.rng, year=full)}
        return self._say("provide_birth_date", values, factors=(("birth", right),))

    def _consider(self, out: Out) -> Said:
        """Take an offer that fits, after as much haggling as this person does; else say why not."""
        fits = any(self._affordable(offer) for offer in out["offers"])
        if fits and self.haggles <= 0:
            return self._say("accept_offer")
        self.haggles -= 1
        if fits or self.turns < 14:
            options = ["reject_offer", "ask_discount", "ask_installments", "propose_amount/month"]
            if self.lump > 0:
                options += ["propose_amount/total", "pay_today", "propose_amount/entry"]
            return self._say(self.rng.choice(options))
        return self._say(self.rng.choice(("reject_offer", "cannot_pay", "goodbye")))

    def _at_the_limit(self, out: Out) -> Said:
        """Told that it is the furthest: take what fits after all, think about it, ask for a person, or say no."""
        if any(self._affordable(offer) for offer in out["offers"]):
            return self._say("accept_offer")
        return self._say(self.rng.choice(("needs_time", "needs_time", "request_human", "reject_offer")))

    def _affordable(self, offer: Mapping[str, Any]) -> bool:
        parts = [round(float(each["amount"]) * 100) for each in offer["instalments"]]
        if offer["entry"] is None:
            return parts[0] <= self.lump
        entry = round(float(offer["entry"]["amount"]) * 100)
        return entry <= self.lump + self.monthly and max(parts) <= self.monthly

    def _capacity(self) -> Said:
        if self.monthly < 1000:
            return self._say("cannot_pay")
        return self._amount("propose_amount/month")

    def _amount(self, key: str) -> Said:
        cents = self.monthly if key.endswith("month") else self.lump
        reais = max(cents // 100, 10)
        reais = reais // 10 * 10 if reais > 100 else reais
        return self._say(key, {"money": spoken.money(reais, self.rng)}, amounts=(reais,))

    def _day(self) -> Said:
        today = self.drawn.at.date()
        due = today + timedelta(days=self.rng.choice((0, 1, 2, 3, 4, 5, 8, 12)))
        return self._say("propose_date", {"date": spoken.day(due, today, self.rng)}, days=(due,))

    def _callback_day(self) -> Said:
        today = self.drawn.at.date()
        due = today + timedelta(days=self.rng.randrange(1, 5))
        hour = spoken.number(self.rng.randrange(9, 13))
        words = f"{spoken.day(due, today, self.rng)} às {hour}"
        return self._say("propose_date", {"date": words}, days=(due,))

    def _teach_back(self, out: Out) -> Said:
        """Say the newest standing offer in the caller's words, cents left out."""
        offer = out["offers"][-1] if out["offers"] else None
        if offer is None:
            return self._say("affirm")
        today = self.drawn.at.date()
        parts = offer["instalments"]
        each = spoken.number(int(float(parts[0]["amount"])))
        if offer["entry"] is None:
            agreed = f"{each} reais {spoken.day(date.fromisoformat(parts[0]['due']), today, self.rng)}"
        else:
            entry = spoken.number(int(float(offer["entry"]["amount"])))
            agreed = f"{entry} de entrada e depois {spoken.number(len(parts))} de {each} reais"
        return self._say("teach_back", {"agreed": agreed})


def _other_cpf(right: str, rng: Random) -> str:
    """A valid CPF that differs wherever a question may look."""
    while True:
        other = cpf(rng)
        if other[:3] != right[:3] and other[-2:] != right[-2:]:
            return other
