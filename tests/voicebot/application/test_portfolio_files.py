from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from voicebot.application.places import TIMEZONES, calendar_of, timezone_of
from voicebot.application.portfolio_files import (
    CreditorFileInvalid,
    Portfolio,
    PortfolioFileMissing,
    UnknownDebtor,
    read_files,
    read_portfolio,
)
from voicebot.domain.charges import owed_all
from voicebot.domain.money import Money, total
from voicebot.domain.portfolio import Channel, Collector, Hold, Treatment

SAMPLES = Path(__file__).parents[3] / "samples"
MONDAY = date(2026, 11, 23)

CREDITOR = (SAMPLES / "creditor.yaml").read_text(encoding="utf-8")
DEBTORS = (SAMPLES / "debtors.csv").read_text(encoding="utf-8")
DEBTS = (SAMPLES / "debts.csv").read_text(encoding="utf-8")
ANA = DEBTORS.splitlines()[1]

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write load files into a folder; what is not given is as in the samples."""

    def written(
        *,
        creditor: str = CREDITOR,
        debtors: str = DEBTORS,
        debts: str = DEBTS,
        payments: str | None = None,
        holds: str | None = None,
    ) -> Path:
        files = {"creditor.yaml": creditor, "debtors.csv": debtors, "debts.csv": debts}
        if payments is not None:
            files["payments.csv"] = f"contract,paid_on,amount,method,txid\n{payments}"
        if holds is not None:
            files["holds.csv"] = f"debtor_ref,kind,until\n{holds}"
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return written


def problems(portfolio: Portfolio) -> list[tuple[str, int]]:
    return [(problem.file, problem.line) for problem in portfolio.problems]


class TestSamples:
    def test_they_load_whole(self) -> None:
        portfolio = read_portfolio(SAMPLES)
        assert (portfolio.problems, portfolio.notes) == ((), ())
        assert list(portfolio.debtors) == [f"D00{number}" for number in range(1, 9)]
        assert sum(len(debts) for debts in portfolio.debts.values()) == 10
        assert portfolio.holds == {"D005": (Hold("dispute", date(2026, 12, 23)),)}

    def test_the_creditor_is_read(self) -> None:
        creditor = read_portfolio(SAMPLES).creditor
        assert (creditor.spoken_name, creditor.cnpj) == ("Lojas Aurora", "11.222.333/0001-81")
        assert (creditor.sample, creditor.name_reveals_debt, creditor.collector) == (True, False, None)
        assert (creditor.default_treatment, creditor.senhor_from_age) == (Treatment.VOCE, 60)
        assert (creditor.conversations_per_day, creditor.attempts_per_day, creditor.attempts_per_week) == (1, 3, 7)
        assert creditor.handoff_hours.open_at(0, time(8))
        assert creditor.handoff_hours.open_at(5, time(13, 59))
        assert not creditor.handoff_hours.open_at(5, time(14))
        assert not creditor.handoff_hours.open_at(6, time(10))

    def test_the_limits_are_read_and_what_only_a_human_may_grant_is_not(self) -> None:
        limits = read_portfolio(SAMPLES).creditor.limits
        assert [(band.first_day, band.last_day) for band in limits.settlement][-1] == (361, 1825)
        assert (limits.settlement[4].level_1, limits.settlement[4].level_2) == (Decimal(20), Decimal(35))
        assert (limits.plan[4].entry_percent, limits.plan[4].min_instalment) == (Decimal(10), Money.of("40.00"))
        assert (limits.plan_discount_of_settlement, limits.due_days) == (Decimal("0.5"), (5, 10, 15, 20))
        assert limits.methods == ("pix", "boleto")
        assert "human" not in repr(limits)
        assert "45" not in {str(band.level_2) for band in limits.settlement}

    @pytest.mark.parametrize(
        ("ref", "zone", "owing"),
        [
            pytest.param("D001", "America/Sao_Paulo", "1331.67", id="D001"),
            pytest.param("D002", "America/Sao_Paulo", "494.69", id="D002, one contract paid"),
            pytest.param("D003", "America/Bahia", "4491.65", id="D003"),
            pytest.param("D004", "America/Manaus", "225.62", id="D004"),
            pytest.param("D006", "America/Rio_Branco", "0.00", id="D006, prescribed: nothing to collect"),
            pytest.param("D007", "America/Sao_Paulo", "129.90", id="D007, not yet due"),
            pytest.param("D008", "America/Sao_Paulo", "2515.20", id="D008"),
        ],
    )
    def test_a_case_has_what_a_call_needs(self, ref: str, zone: str, owing: str) -> None:
        case = read_portfolio(SAMPLES).case(ref, on=MONDAY)
        assert (case.debtor.ref, case.timezone) == (ref, zone)
        assert total([item.total for item in owed_all(case, MONDAY)]) == Money.of(owing)

    def test_without_its_payment_the_two_debts_are_owed(self) -> None:
        portfolio = read_files(
            creditor=SAMPLES / "creditor.yaml", debtors=SAMPLES / "debtors.csv", debts=SAMPLES / "debts.csv"
        )
        case = portfolio.case("D002", on=MONDAY)
        assert total([item.total for item in owed_all(case, MONDAY)]) == Money.of("994.19")

    def test_a_payment_counts_from_its_day(self) -> None:
        portfolio = read_portfolio(SAMPLES)
        assert [debt.contract for debt in portfolio.open_debts("D002", on=date(2026, 11, 19))] == ["C-1002", "C-1003"]
        assert [debt.contract for debt in portfolio.open_debts("D002", on=date(2026, 11, 20))] == ["C-1003"]

    def test_a_reference_that_is_not_there_is_told(self) -> None:
        with pytest.raises(UnknownDebtor, match="D999"):
            read_portfolio(SAMPLES).case("D999", on=MONDAY)


class TestPlaces:
    @pytest.mark.parametrize(
        ("state", "city", "zone"),
        [
            pytest.param("AM", "Manaus", "America/Manaus", id="most of Amazonas"),
            pytest.param("AM", "Tabatinga", "America/Eirunepe", id="the west keeps Acre's time"),
            pytest.param("AM", " LÁBREA", "America/Eirunepe", id="however it is written"),
            pytest.param("PE", "Fernando de Noronha", "America/Noronha", id="an island"),
            pytest.param("SP", "Tabatinga", "America/Sao_Paulo", id="a namesake elsewhere"),
        ],
    )
    def test_zone_of_a_city(self, state: str, city: str, zone: str) -> None:
        assert timezone_of(state, city) == zone

    def test_every_state_has_a_zone_and_a_calendar(self) -> None:
        assert len(TIMEZONES) == 27
        for state in TIMEZONES:
            assert ZoneInfo(timezone_of(state, "")).key
            assert not calendar_of(state, 2026, 2026).is_business_day(date(2026, 12, 25))

    def test_a_state_holiday_is_closed_there_alone(self) -> None:
        ninth_of_july = date(2026, 7, 9)
        assert not calendar_of("SP", 2026, 2026).is_business_day(ninth_of_july)
        assert calendar_of("MG", 2026, 2026).is_business_day(ninth_of_july)


class TestRows:
    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            pytest.param("52998224725", "52998224724", "cpf is not valid", id="check digits"),
            pytest.param("52998224725", "11111111111", "cpf is not valid", id="one digit only"),
            pytest.param("52998224725", "529982247", "cpf is not valid", id="too short"),
            pytest.param("52998224725", "11144477735", "cpf was given", id="the CPF of the row above"),
            pytest.param("+5511988880001", "11988880001", "phone", id="no country code"),
            pytest.param("+5511988880001", "+5511088880001", "phone", id="no such number"),
            pytest.param("+5511988880001", "+12025550123", "phone", id="another country"),
            pytest.param("1984-03-12", "12/03/1984", "birth_date is not a date", id="another form"),
            pytest.param("1984-03-12", "1984-02-30", "birth_date is not a date", id="no such day"),
            pytest.param("1984-03-12", "2019-05-02", "customer_since is not after", id="born as a customer"),
            pytest.param("ana.souza@example.com", "ana.souza", "email is not", id="no address"),
            pytest.param(",SP,", ",XX,", "state is not known", id="no such state"),
            pytest.param(",whatsapp,", ",telegram,", "preferred_channel is not known", id="no such channel"),
            pytest.param(
                "ana.souza@example.com,São Paulo,SP,whatsapp", ",São Paulo,SP,email", "email is empty", id="x"
            ),
            pytest.param("Ana Beatriz Souza", " ", "name is empty", id="no name"),
            pytest.param("2019-05-02,0", "2019-05-02,-1", "previous_defaults is not", id="a negative count"),
            pytest.param("D001,", "D002,", "debtor_ref was given", id="a reference twice"),
            pytest.param("2019-05-02,0", "2019-05-02,0,9", "12 cells where the header has 11", id="a cell too many"),
        ],
    )
    def test_a_bad_debtor_is_told_and_the_others_load(self, write: Write, old: str, new: str, reason: str) -> None:
        header, _, rest = DEBTORS.partition("\n")
        others = rest.replace(f"{ANA}\n", "")
        mended = ANA.replace(old, new)
        assert mended != ANA
        portfolio = read_portfolio(write(debtors=f"{header}\n{others}{mended}\n"))
        assert len(portfolio.debtors) == 7
        assert "52998224725" not in {debtor.cpf for debtor in portfolio.debtors.values()}
        told = portfolio.problems[0]
        assert (told.file, told.line) == ("debtors.csv", 9)
        assert reason in told.reason
        assert told.mend

    def test_a_problem_names_no_one(self, write: Write) -> None:
        bad = ANA.replace("52998224725", "52998224724")
        portfolio = read_portfolio(write(debtors=DEBTORS.replace(ANA, bad)))
        told = " ".join(str(problem) for problem in portfolio.problems)
        assert told.startswith("debtors.csv:2: cpf is not valid")
        for secret in ("Ana", "52998224724", "988880001", "1984"):
            assert secret not in told

    def test_the_debts_of_a_refused_debtor_are_refused(self, write: Write) -> None:
        portfolio = read_portfolio(write(debtors=DEBTORS.replace("52998224725", "52998224724")))
        assert problems(portfolio) == [("debtors.csv", 2), ("debts.csv", 2)]
        assert portfolio.problems[1].reason == "debtor_ref D001 is unknown"

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            pytest.param("D001,C-1001,Cartão,2026-07-10,10.00", "contract was given", id="a contract twice"),
            pytest.param("D001,C-9,Cartão,2026-07-10,0.00", "principal is not", id="nothing owed"),
            pytest.param("D001,C-9,Cartão,2026-07-10,-5.00", "principal is not", id="less than nothing"),
            pytest.param('D001,C-9,Cartão,2026-07-10,"10,00"', "principal is not", id="a decimal comma"),
            pytest.param("D001,C-9,Cartão,2026-07-10,10.005", "principal is not", id="half a cent"),
            pytest.param("D001,C-9,Cartão,2026-7-10,10.00", "due_date is not", id="a date cut short"),
            pytest.param("D001,C-9,,2026-07-10,10.00", "product is empty", id="no product"),
            pytest.param("D999,C-9,Cartão,2026-07-10,10.00", "D999 is unknown", id="nobody's"),
        ],
    )
    def test_a_bad_debt_is_told(self, write: Write, row: str, reason: str) -> None:
        portfolio = read_portfolio(write(debts=f"{DEBTS}{row}\n"))
        assert problems(portfolio) == [("debts.csv", 12)]
        assert reason in portfolio.problems[0].reason
        assert sum(len(debts) for debts in portfolio.debts.values()) == 10

    def test_payments_are_counted_in_order_and_once(self, write: Write) -> None:
        rows = (
            "C-1001,2026-11-20,300.00,PIX,E2\n"
            "C-1001,2026-11-10,500.00,pix,E1\n"
            "C-1001,2026-11-20,300.00,pix,E2\n"
            "C-1004,2026-11-20,99999.00,boleto,E3\n"
            "C-1004,2026-11-21,1.00,boleto,E4\n"
            "C-9999,2026-11-20,1.00,pix,E5\n"
            "C-1001,2026-11-20,0,pix,E6\n"
        )
        portfolio = read_portfolio(write(payments=rows))
        assert problems(portfolio) == [("payments.csv", 4), ("payments.csv", 7), ("payments.csv", 8)]
        # 1250.00 is 1326.25 on the 10th (123 days); 826.25 of it left are 778.75 of principal
        assert portfolio.open_debts("D001", on=date(2026, 11, 10))[0].principal == Money.of("778.74")
        after_both = portfolio.case("D001", on=date(2026, 11, 20))
        assert Money.of("528.00") < owed_all(after_both, date(2026, 11, 20))[0].total < Money.of("529.00")
        assert portfolio.open_debts("D003", on=MONDAY) == ()

    def test_holds_may_have_no_end(self, write: Write) -> None:
        portfolio = read_portfolio(
            write(holds="D001,stop,\nD001,illness,2026-12-01\nD9,stop,\nD001,não!,\nD001,stop,x\n")
        )
        assert portfolio.holds == {"D001": (Hold("stop", None), Hold("illness", date(2026, 12, 1)))}
        assert problems(portfolio) == [("holds.csv", 4), ("holds.csv", 5), ("holds.csv", 6)]
        assert portfolio.case("D001", on=MONDAY).holds == portfolio.holds["D001"]

    def test_spreadsheets_write_semicolons_marks_and_blank_lines(self, write: Write) -> None:
        folder = write(debts="\ufeff" + DEBTS.replace(",", ";").replace("\n", "\r\n") + "\r\n;;;;\r\n")
        portfolio = read_portfolio(folder)
        assert portfolio.problems == ()
        assert sum(len(debts) for debts in portfolio.debts.values()) == 10

    def test_a_number_as_it_is_often_written_is_put_in_order(self, write: Write) -> None:
        usual = ANA.replace("52998224725", "529.982.247-25").replace("+5511988880001", "+55 11 98888-0001")
        ana = read_portfolio(write(debtors=DEBTORS.replace(ANA, usual))).debtors["D001"]
        assert (ana.cpf, ana.phone, ana.preferred_channel) == ("52998224725", "+5511988880001", Channel.WHATSAPP)

    def test_a_missing_column_is_told_once(self, write: Write) -> None:
        portfolio = read_portfolio(write(debts=DEBTS.replace("principal", "valor")))
        assert [str(problem) for problem in portfolio.problems] == [
            "debts.csv:1: no column principal; name the columns in line 1"
        ]
        assert portfolio.debts == {}

    def test_an_empty_file_and_a_quote_left_open_are_told(self, write: Write) -> None:
        portfolio = read_portfolio(write(debts="", payments='C-1001,2026-11-20,"' + "9" * 200_000))
        assert problems(portfolio) == [("debts.csv", 1), ("payments.csv", 1)]

    def test_what_cannot_be_read_is_told(self, write: Write, tmp_path: Path) -> None:
        with pytest.raises(PortfolioFileMissing, match="check the path"):
            read_portfolio(tmp_path)
        folder = write()
        (folder / "debtors.csv").write_bytes(DEBTORS.encode("latin-1"))
        with pytest.raises(PortfolioFileMissing, match="not UTF-8"):
            read_portfolio(folder)


class TestCreditor:
    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            pytest.param("  spoken_name: Lojas Aurora\n", "", "creditor.spoken_name: missing", id="missing"),
            pytest.param("name: Lojas Aurora S.A.", "name: ''", "creditor.name: write a text", id="empty"),
            pytest.param("0001-81", "0001-82", "creditor.cnpj: not a valid CNPJ", id="CNPJ"),
            pytest.param(
                'official_phone: "+55', 'official_phone: "', "creditor.official_phone: not a phone", id="phone"
            ),
            pytest.param("pix_key: pix@", "pix_key: pix.", "creditor.pix_key: the Pix key is no", id="Pix key"),
            pytest.param("sample: true ", "sample: 1 ", "creditor.sample: write true or false", id="a flag"),
            pytest.param(
                "jurisdiction: BR", "jurisdiction: AR", "creditor.jurisdiction: write one of BR", id="country"
            ),
            pytest.param("collector: null", "collector: {name: X}", "creditor.collector.cnpj: missing", id="collector"),
            pytest.param("collector: null", "collector: Cobra", "creditor.collector: write keys", id="no keys"),
            pytest.param("privacidade@aurora.example.com", "''", "creditor.privacy_contact.email", id="contact"),
            pytest.param(
                "default: voce", "default: tu", "treatment.default: write one of voce, senhor", id="treatment"
            ),
            pytest.param("[pix, boleto]", "[pix, cheque]", "payment.methods: use pix and boleto", id="method"),
            pytest.param("[pix, boleto]", "[]", "payment.methods: write a list", id="no method"),
            pytest.param("[5, 10, 15, 20]", "[5, 31]", "payment.due_days: a day after the 28th", id="due day 31"),
            pytest.param("[5, 10, 15, 20]", "[0, 5]", "payment.due_days: write a list", id="due day 0"),
            pytest.param("[5, 10, 15, 20]", "5", "payment.due_days: write a list", id="one due day"),
            pytest.param("keep_days: 1825", "keep_days: 0", "recording.keep_days: write a whole", id="kept no day"),
            pytest.param("late_fee_percent: 2.0", "late_fee_percent: 2.5", "CDC art. 52", id="a fee above the law"),
            pytest.param("percent_month: 1.0", "percent_month: 1.5", "Súmula 379", id="interest above it"),
            pytest.param("percent_month: 1.0", "percent_month: um", "charges.interest_percent_month", id="a word"),
            pytest.param("percent_month: 1.0", "percent_month: .nan", "charges.interest_percent_month", id="no number"),
            pytest.param(
                "correction: none", "correction: ipca", "charges.correction: write one of none", id="an index"
            ),
            pytest.param("level_2: 35, ", "level_2: 15, ", "settlement[4].level_2: 15 is below level_1 20", id="2 < 1"),
            pytest.param("human: 45", "human: 30", "settlement[4].human: 30 is below level_2 35", id="human < 2"),
            pytest.param(
                "level_1: 20,", "level_1: 120,", "settlement[4].level_1: write a number from 0 to 100", id="%"
            ),
            pytest.param("[61, 90],   level", "[60, 90],   level", "settlement[3].days_past_due: 60 is not", id="lap"),
            pytest.param(
                "[61, 90],   entry", "[90, 61],   entry", "plan[2].days_past_due: write [first", id="reversed"
            ),
            pytest.param("[61, 90],   entry", "[61],   entry", "plan[2].days_past_due: write [first", id="one number"),
            pytest.param("[61, 90],   entry", "[a, b],   entry", "plan[2].days_past_due: write a list", id="letters"),
            pytest.param("max_instalments: 10,", "max_instalments: 0,", "plan[2].max_instalments", id="no instalment"),
            pytest.param(
                "min_instalment: 40.00", "min_instalment: 0", "plan[4].min_instalment: write an", id="of zero"
            ),
            pytest.param("min_instalment: 40.00", "min_instalment: x", "plan[4].min_instalment: write an", id="of x"),
            pytest.param(
                "plan_discount_of_settlement: 0.5", "plan_discount_of_settlement: 50", "from 0 to 1", id="share"
            ),
            pytest.param("max_concessions: 3", "max_concessions: yes", "max_concessions: write a whole", id="yes"),
            pytest.param("attempts_per_week: 7", "attempts_per_week: -1", "contact.attempts_per_week", id="negative"),
            pytest.param('sat: "08', 'sab: "08', "handoff.hours.sab: name a weekday", id="weekday"),
            pytest.param('"08:00-14:00"', '"14:00-08:00"', "handoff.hours.sat: write it as", id="hours reversed"),
            pytest.param('"08:00-14:00"', '"all day"', "handoff.hours.sat: write it as", id="no hours"),
            pytest.param("handoff:\n", "handoff:\n  mode: hot\n", "handoff.mode: write one of warm, cold", id="mode"),
            pytest.param("contact:\n", "contact:\n  ask_satisfaction: 2\n", "contact.ask_satisfaction", id="ask"),
            pytest.param("credit_bureau: none", "credit_bureau: maybe", "credit_bureau: write one of", id="bureau"),
            pytest.param("offer_valid_days: 5", "offer_valid_days: 5\noffer_valid_days: 50", "given twice", id="twice"),
            pytest.param("creditor:\n", "creditor: [\n", "not readable as YAML", id="no YAML"),
        ],
    )
    def test_a_fault_is_told_with_the_path_of_its_key(self, write: Write, old: str, new: str, told: str) -> None:
        assert old in CREDITOR
        with pytest.raises(CreditorFileInvalid) as refused:
            read_portfolio(write(creditor=CREDITOR.replace(old, new, 1)))
        assert len([problem for problem in refused.value.problems if told in problem]) == 1
        assert str(refused.value).startswith("creditor.yaml: ")

    def test_all_faults_are_told_at_once(self, write: Write) -> None:
        broken = CREDITOR.replace("max_concessions: 3\n", "").replace("level_1: 5, ", "level_1: five, ")
        with pytest.raises(CreditorFileInvalid) as refused:
            read_portfolio(write(creditor=broken))
        assert refused.value.problems == (
            "settlement[2].level_1: write a number from 0 to 100",
            "max_concessions: missing",
        )

    def test_a_section_that_is_not_there_is_told_key_by_key(self, write: Write) -> None:
        with pytest.raises(CreditorFileInvalid) as refused:
            read_portfolio(write(creditor="charges: {late_fee_percent: 2}\nsettlement: 5\n"))
        told = refused.value.problems
        assert "creditor.name: missing" in told
        assert "charges.interest_percent_month: missing" in told
        assert "settlement: write a list of bands, each with its keys" in told
        assert "plan: missing" in told
        assert len(told) == len(set(told))

    def test_a_list_is_no_creditor(self, write: Write) -> None:
        with pytest.raises(CreditorFileInvalid, match="holds no keys"):
            read_portfolio(write(creditor="- a\n"))

    def test_a_key_that_is_not_known_is_noted(self, write: Write) -> None:
        odd = CREDITOR.replace("on_call_phone:", "oncall_phone:").replace(
            "max_concessions", "colour: red\nmax_concessions"
        )
        portfolio = read_portfolio(write(creditor=odd))
        assert portfolio.creditor.on_call_phone is None
        assert portfolio.notes == (
            "creditor.yaml: colour is not a known key and was ignored",
            "creditor.yaml: creditor.oncall_phone is not a known key and was ignored",
        )

    def test_what_may_be_left_out_has_a_default(self, write: Write) -> None:
        short = CREDITOR
        for line in ("treatment:", "credit_bureau:", "  sample:", "  ombudsman_phone:", "  privacy_contact:"):
            short = "\n".join(kept for kept in short.splitlines() if not kept.startswith(line))
        creditor = read_portfolio(write(creditor=short)).creditor
        assert (creditor.default_treatment, creditor.senhor_from_age, creditor.sample) == (Treatment.VOCE, 60, False)

    def test_another_company_may_collect(self, write: Write) -> None:
        collector = 'collector: {name: Cobra Bem Ltda, spoken_name: Cobra Bem, cnpj: "11222333000181"}'
        creditor = read_portfolio(write(creditor=CREDITOR.replace("collector: null", collector))).creditor
        assert creditor.collector == Collector("Cobra Bem Ltda", "Cobra Bem", "11.222.333/0001-81")

    def test_brazils_caps_are_brazils(self, write: Write) -> None:
        american = CREDITOR.replace("jurisdiction: BR", "jurisdiction: US").replace("percent: 2.0", "percent: 5.0")
        assert read_portfolio(write(creditor=american)).creditor.limits.charges.late_fee_percent == Decimal("5.0")
