"""The console's words in pt-BR for the record's codes; an unknown code is shown as it is."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from voicebot.application.qa.queues import Queue

WORDS: Final = MappingProxyType(
    {
        # dispositions
        "agreement": "Acordo",
        "promise_to_pay": "Promessa de pagamento",
        "reminder_delivered": "Lembrete dado",
        "callback": "Retorno agendado",
        "handed_over": "Passada a uma pessoa",
        "wrong_number": "Número errado",
        "third_party": "Terceiro",
        "minor": "Menor de idade",
        "deceased": "Falecimento",
        "business_redirect": "Empresa",
        "already_paid": "Já pagou",
        "dispute": "Contestação",
        "has_lawyer": "Tem advogado",
        "no_agreement": "Sem acordo",
        "refused": "Recusou",
        "stop_calling": "Pediu para não ligar",
        "privacy_request": "Pedido de privacidade",
        "vulnerable_hold": "Proteção: pessoa vulnerável",
        "not_verified": "Não verificada",
        "language_barrier": "Idioma",
        "abusive_end": "Encerrada por ofensa",
        "voicemail": "Caixa postal",
        "no_answer": "Não atendeu",
        "busy": "Ocupado",
        "hung_up": "Desligou",
        "blocked": "Bloqueada por regra",
        "failed": "Falhou",
        # directions, speakers
        "outbound": "Ativa",
        "inbound": "Receptiva",
        "agent": "Agente",
        "caller": "Cliente",
        "system": "Sistema",
        # criteria
        "greeting": "Saudação",
        "recording_notice": "Aviso de gravação",
        "verification": "Conferência de identidade",
        "purpose_itemised": "Dívida explicada item a item",
        "empathy": "Empatia",
        "listening": "Escuta",
        "negotiation": "Negociação",
        "commitment": "Compromisso",
        "plain_language": "Linguagem simples",
        "closing": "Encerramento",
        "record": "Registro",
        # fatal errors
        "third_party_disclosure": "Dívida revelada a terceiro",
        "unverified_disclosure": "Dívida revelada sem conferência",
        "threat_or_ridicule": "Ameaça ou ridículo",
        "wrong_amount": "Valor errado",
        "out_of_hours": "Fora do horário",
        "no_recording_notice": "Sem aviso de gravação",
        "offer_outside_policy": "Oferta fora da política",
        "ignored_stop_request": "Ignorou pedido de parar",
        "ignored_dispute": "Ignorou contestação",
        "mishandled_crisis": "Crise mal conduzida",
        "denied_being_a_bot": "Negou ser robô",
        "false_claim": "Afirmação falsa",
        "fatal_errors": "Erros fatais",
        # results
        "pass": "Sim",
        "fail": "Não",
        "na": "N/A",
        # escalations
        "self_harm": "Risco de vida",
        "violence": "Violência",
        "distress": "Sofrimento",
        "illness": "Doença",
        "bereavement": "Luto",
        "over_indebted": "Superendividamento",
        "request": "Pediu uma pessoa",
        "not_understood": "Não foi entendida",
        "fraud_doubt": "Receio de golpe",
        "immediate": "Imediata",
        "today": "Hoje",
        "normal": "Normal",
        # roles
        "qa": "Qualidade",
        "supervisor": "Supervisão",
        "admin": "Administração",
        # notes
        "comment": "Comentário",
        "bookmark": "Marcação",
        "clip": "Trecho",
        # segments
        "first_time": "Primeiro atraso",
        "new_customer": "Cliente novo",
        "frequent": "Atrasa com frequência",
        "regular": "Um atraso anterior",
        # calls in progress
        "calm": "Tranquila",
        "tense": "Tensa",
        "asked": "Pedida",
        "accepted": "Entregue",
        # experiments
        "champion": "Campeão",
        "challenger": "Desafiante",
        "promised": "Prometeu pagar",
        "kept": "Cumpriu a promessa",
        "stopped": "Pediu para parar ou contestou",
        "fatal": "Erro fatal",
        "too_early": "Cedo para concluir",
        "uneven": "Sorteio desequilibrado: não use estes números",
        "harmful": "O desafiante faz mal: encerrar",
        "better": "O desafiante é melhor",
        "worse": "O desafiante é pior",
        "undecided": "Sem diferença comprovada",
        # actions
        "signed_in": "Entrou",
        "sign_in_refused": "Entrada recusada",
        "signed_out": "Saiu",
        "heard": "Ouviu a gravação",
        "revealed": "Revelou dados pessoais",
        "reviewed": "Avaliou",
        "disputed": "Contestou a nota",
        "settled": "Resolveu a contestação",
        "exported": "Exportou",
        "round_opened": "Abriu calibração",
        "round_closed": "Fechou calibração",
        "handover_taken": "Assumiu atendimento",
        "recording_paused": "Pausou a gravação",
        "recording_resumed": "Retomou a gravação",
        "takeover_asked": "Pediu para assumir a ligação",
        "experiment_opened": "Abriu experimento",
        "experiment_closed": "Fechou experimento",
        "person_added": "Cadastrou pessoa",
        "person_deactivated": "Encerrou acesso",
        "person_reactivated": "Devolveu acesso",
        "person_changed": "Mudou perfil ou credores",
        "password_reset": "Gerou senha nova",
        "password_changed": "Trocou a própria senha",
        # phases
        "opening": "Abertura",
        "explanation": "Explicação",
        "confirmation": "Confirmação",
        "payment": "Pagamento",
        "satisfaction": "Pergunta final",
        # agreements
        "full": "Valor cheio",
        "settlement": "Quitação com desconto",
        "plan": "Parcelamento",
        "pix": "Pix",
        "boleto": "Boleto",
        "whatsapp": "WhatsApp",
        "sms": "SMS",
        "email": "E-mail",
        "voice": "Por voz",
        "hand_over": "Transferência",
        "silence": "Silêncio",
        "bad_line": "Linha ruim",
    }
)
ROLES: Final = MappingProxyType({"agent": "Atendimento"})
NAMED: Final = MappingProxyType(
    {
        # reasons for default
        "job_loss": "Perdeu o emprego",
        "company_closed": "A empresa fechou",
        "lower_income": "Renda menor",
        "unexpected_cost": "Gasto inesperado",
        "separation": "Separação",
        "forgot": "Esqueceu",
        "contested": "Contesta",
        # objections
        "too_expensive": "Achou caro",
        "no_money": "Sem dinheiro agora",
        "not_now": "Agora não",
        "must_ask": "Precisa consultar alguém",
        "distrust": "Desconfia",
        "wants_less": "Quer pagar menos",
        "refuses": "Não quer pagar",
        # complaints
        "dispute": "Contesta a dívida",
        "dispute_debt": "Não reconhece a dívida",
        "dispute_amount": "Contesta o valor",
        "dispute_time_barred": "Diz que prescreveu",
        "legal_threat": "Fala em processo",
        "abusive": "Ofende",
    }
)
"""What callers name; beside `WORDS`, for a code may mean another thing there."""
FATALS: Final = (
    "third_party_disclosure",
    "unverified_disclosure",
    "threat_or_ridicule",
    "wrong_amount",
    "out_of_hours",
    "no_recording_notice",
    "offer_outside_policy",
    "ignored_stop_request",
    "ignored_dispute",
    "mishandled_crisis",
    "denied_being_a_bot",
    "false_claim",
)
CRITERIA: Final = (
    "greeting",
    "recording_notice",
    "verification",
    "purpose_itemised",
    "empathy",
    "listening",
    "negotiation",
    "commitment",
    "plain_language",
    "closing",
    "record",
)
QUEUES: Final = MappingProxyType(
    {
        Queue.FATAL: ("Erros fatais", "Nota zero: ouvir primeiro."),
        Queue.DISTRESS: ("Sofrimento", "Pessoas em situação difícil: saem quando o cuidado foi conferido."),
        Queue.LOW_SCORE: ("Nota baixa", "Abaixo de 70, a menor primeiro."),
        Queue.LOW_CONFIDENCE: ("Pouca certeza", "A máquina não tem certeza da nota: a menos certa primeiro."),
        Queue.SAMPLE: ("Amostra", "Sorteio de cerca de 2 % das ligações."),
        Queue.DISPUTED: ("Contestadas", "Notas contestadas, à espera da supervisão."),
        Queue.ALL: ("Todas", "Todas as ligações encerradas."),
    }
)
DISPOSITIONS: Final = (
    "agreement", "promise_to_pay", "reminder_delivered", "callback", "handed_over", "wrong_number", "third_party",
    "minor", "deceased", "business_redirect", "already_paid", "dispute", "has_lawyer", "no_agreement", "refused",
    "stop_calling", "privacy_request", "vulnerable_hold", "not_verified", "language_barrier", "abusive_end",
    "voicemail", "no_answer", "busy", "hung_up", "blocked", "failed",
)  # fmt: skip


def named(code: str) -> str:
    """Give the word for what a caller named."""
    return NAMED.get(code) or word(code)


def word(code: str | None) -> str:
    return WORDS.get(code, code) if code else "–"
