"""The payment message that follows an agreement, with the creditor's data that CDC art. 42-A asks for."""

from __future__ import annotations

from voicebot.domain.agreement import Agreement
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case


def payment_message(case: Case, agreement: Agreement) -> str:
    """Compose the text: what was agreed, how to pay the first part, who the creditor is."""
    creditor, offer = case.creditor, agreement.offer
    first = offer.entry or offer.instalments[0]
    how = f"chave Pix {creditor.pix_key}" if agreement.method == "pix" else "boleto em anexo"
    lines = [
        f"{creditor.spoken_name}: combinado, {case.debtor.first_name}!",
        f"Total: {reais(offer.total)}.",
        f"Primeiro pagamento: {reais(first.amount)} até {first.due:%d/%m/%Y}, {how}.",
    ]
    if offer.entry is not None:
        count = len(offer.instalments)
        lines.append(f"Depois: {count}x, a primeira de {reais(offer.instalments[0].amount)}.")
    lines.append(f"{creditor.name}, CNPJ {creditor.cnpj}, {creditor.address}.")
    return " ".join(lines)


def reais(amount: Money) -> str:
    """Write an amount as it is written in Brazil: R$ 1.234,56."""
    whole = f"{amount.cents // 100:,}".replace(",", ".")
    return f"R$ {whole},{amount.cents % 100:02d}"
