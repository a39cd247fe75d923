"""What people and machines say when they pick up, in Brazilian Portuguese: written for this benchmark alone.

A saying is a row of clauses; `|` parts them, and `*` stands before the clause that gives a machine away. `<beep>` is a
recorder's tone. No wording is copied from an operator's recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from voicebot.domain.callee import Callee

PEOPLE: Final = (
    "Alô?",
    "Alô.",
    "Alô? | Alô?",
    "Alô... | alô? | Tá me ouvindo?",
    "Oi.",
    "Oi, alô.",
    "Oi, quem fala?",
    "Pronto.",
    "Pronto, pode falar.",
    "Pois não?",
    "Fala.",
    "Fala aí.",
    "Diga.",
    "Quem é?",
    "Quem fala?",
    "Quem tá falando?",
    "Quem gostaria?",
    "Sim?",
    "Bom dia.",
    "Boa tarde.",
    "Boa tarde, quem fala?",
    "Bom dia, pois não?",
    "Alô, bom dia.",
    "Alô, quem é?",
    "Alô, quem tá falando?",
    "Alô, de onde é?",
    "Oi, tudo bem?",
    "Oi, pode falar.",
    "Opa.",
    "Opa, fala.",
    "E aí?",
    "Oi, mãe?",
    "Mãe, o telefone!",
    "A minha mãe não tá.",
    "Oi, aqui é o Pedrinho.",
    "Meu pai tá no banho.",
    "Alô, é a vovó?",
    "Ela não está, quer deixar recado?",
    "Ele saiu, | quer deixar algum recado?",
    "Ela está no trabalho, só volta de noite.",
    "O celular dela tá desligado, por isso caiu aqui em casa.",
    "Aqui é a esposa dele, ele não pode atender agora.",
    "Não, aqui não tem ninguém com esse nome.",
    "Acho que você ligou errado.",
    "Agora eu não posso falar, tô dirigindo.",
    "Tô no trabalho, não posso falar agora, me liga depois.",
    "Alô, peraí um minutinho, | deixa eu sair daqui que tá muito barulho.",
    "Espera aí que eu vou abaixar a televisão, | pronto, pode falar.",
    "Oi, desculpa, eu tava com a mão suja, | quem é que tá falando?",
    "Alô, se for pra vender coisa eu não quero não, | já tenho plano de celular e não vou trocar agora.",
    "Se for cobrança pode parar, que eu já falei com vocês ontem.",
    "Alô, olha, eu tô no meio de uma reunião e não consigo falar com calma, | você pode me ligar mais tarde?",
    "Oi, eu tava esperando essa ligação mesmo, | é do banco, né?",
    "Alô, boa tarde, aqui é a Márcia, | com quem eu falo?",
    "Padaria São Jorge, bom dia.",
    "Oficina do Zé, pois não?",
    "Escritório, boa tarde, em que posso ajudar?",
    "Residência da família Souza, boa noite.",
    "Quem está ligando? | É sobre o quê?",
    "Alô, quem gostaria de falar com ele?",
    "Oi, qual é o assunto?",
    "Alô? | Não tô ouvindo nada.",
    "Alô? | A ligação tá cortando, fala mais alto.",
    "Hã?",
    "Hum?",
    "Sou eu.",
    "É ela.",
    "É ele mesmo, pode falar.",
    "Marcos.",
    "Fernanda falando.",
    "Alô, aqui é o Carlos.",
    "Tá, tá, já vai... | alô!",
    "Calma, menino! | Alô, quem é?",
    "Graças a Deus vocês ligaram, | eu passei a manhã toda tentando falar com alguém aí e ninguém me atendia.",
    "Oi, eu já retornei essa ligação duas vezes e cai numa gravação que manda digitar o número, | quem é?",
    "Alô, pode deixar a mensagem comigo que eu passo pra ela.",
)

VOICEMAIL: Final = (
    "*Sua chamada está sendo encaminhada para a caixa postal | e estará sujeita a cobrança após o sinal. <beep>",
    "*Sua ligação está sendo encaminhada para a caixa de mensagens. <beep>",
    "*Caixa postal. | Deixe sua mensagem após o sinal. <beep>",
    "*Deixe seu recado após o sinal. <beep>",
    "*Deixe a sua mensagem depois do bipe. <beep>",
    "Você ligou para o número que não pode atender agora. | *Grave seu recado após o sinal. <beep>",
    "*No momento não posso atender, deixe seu recado. <beep>",
    "*Oi, não posso atender agora, deixe seu recado | que eu retorno assim que possível. <beep>",
    "Oi, aqui é a Juliana. | *No momento não posso atender, deixe uma mensagem depois do bipe. <beep>",
    "Olá, você ligou para o Ricardo. | *Deixe seu nome e telefone que eu retorno a ligação. <beep>",
    "*Este é o correio de voz de Paulo Henrique, | por favor deixe sua mensagem após o tom. <beep>",
    "*Bem-vindo ao correio de voz. | A pessoa que você chamou não está disponível. <beep>",
    "*A pessoa que você está chamando não pode atender. | Deixe sua mensagem após o sinal. <beep>",
    "Boa tarde, você ligou para a casa da família Andrade. | *Não estamos no momento, deixe seu recado. <beep>",
    "*Após o sinal, grave sua mensagem. | Ao terminar, desligue ou aguarde. <beep>",
    "*Secretária eletrônica. | Deixe seu recado após o sinal. <beep>",
    "*A caixa postal deste número está cheia. | Tente novamente mais tarde.",
    "*Esta caixa postal não está configurada. | Por favor, tente mais tarde.",
    "*Chamada encaminhada para caixa postal. <beep>",
    "*O cliente não atende. Deixe seu recado após o bipe. <beep>",
    "Oi! Tudo bem? Agora eu não posso falar. | *Deixa seu recado aí depois do bipe, valeu! <beep>",
    "*Não posso atender agora, manda mensagem no WhatsApp | que eu respondo assim que der. <beep>",
    "*Sua chamada será transferida para a caixa postal. | Você pode gravar um recado após o sinal. <beep>",
    "*Você será direcionado para o correio de voz. | Deixe sua mensagem. <beep>",
)

INTERCEPT_INVALID: Final = (
    "*O número que você ligou não existe. | Verifique o número e tente novamente.",
    "*O número chamado não existe.",
    "*Este número de telefone não existe. | Por favor, consulte a lista.",
    "*O número discado está incorreto. | Verifique o número discado e ligue novamente.",
    "*O telefone chamado mudou de número.",
    "*Número inexistente. | Confira o número discado.",
    "*Este número não recebe ligações.",
    "*O número que você discou foi desativado.",
)

INTERCEPT_UNAVAILABLE: Final = (
    "*O telefone chamado está desligado ou fora da área de cobertura.",
    "*Este celular está desligado ou fora da área de cobertura. | Tente novamente mais tarde.",
    "*O número chamado encontra-se temporariamente indisponível.",
    "*O assinante está temporariamente fora de serviço.",
    "*Este telefone está programado para não receber chamadas.",
    "*Não foi possível completar a sua ligação. | Tente novamente em alguns instantes.",
    "*No momento não é possível completar sua chamada. | Por favor, ligue mais tarde.",
    "*Todas as linhas estão ocupadas. | Tente mais tarde.",
    "*O cliente chamado está indisponível no momento. | Ligue mais tarde.",
    "*Sua chamada não pode ser completada como discada.",
)

IVR: Final = (
    "Bem-vindo à Central de Atendimento. | *Para falar sobre pagamentos, digite um.",
    "*Se você já é nosso cliente, digite um. | Para outras opções, digite dois.",
    "*Todos os nossos atendentes estão ocupados. | Por favor, aguarde na linha.",
    "*Obrigado por ligar para a Clínica Boa Vista. | *Para marcar consulta, pressione dois.",
    "*Digite o ramal desejado ou aguarde para ser atendido.",
    "*Chamada a cobrar. Para aceitá-la, continue na linha após a identificação.",
)

SCREENING: Final = (
    "*Por favor, diga seu nome e o motivo da ligação.",
    "Olá. | *A pessoa que você está ligando usa um assistente para atender chamadas. | Diga seu nome e o motivo.",
    "*Quem está ligando? Qual o assunto?",
    "*Oi, a pessoa está usando um serviço de filtro de chamadas. | Informe quem é e por que está ligando.",
    "*Antes de completar a ligação, diga quem está falando e o assunto.",
    "*Esta chamada está sendo filtrada. | Diga seu nome depois do sinal.",
    "*Aqui é o assistente virtual. | Posso saber quem está ligando e qual é o motivo da ligação?",
    "*Vou verificar se a pessoa pode atender. | Por favor, informe seu nome.",
)

MACHINES: Final[Mapping[Callee, tuple[str, ...]]] = MappingProxyType(
    {
        Callee.VOICEMAIL: VOICEMAIL,
        Callee.INTERCEPT_INVALID: INTERCEPT_INVALID,
        Callee.INTERCEPT_UNAVAILABLE: INTERCEPT_UNAVAILABLE,
        Callee.IVR: IVR,
        Callee.SCREENING: SCREENING,
    }
)
