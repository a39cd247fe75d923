"""Words by which names and places are found in a transcript, folded; the lists err on the side of hiding too much."""

from __future__ import annotations

import re
from typing import Final

from voicebot.understanding.first_names import FIRST_NAMES

SURNAMES: Final = frozenset(
    """abreu aguiar albuquerque almeida alves amaral amorim andrade antunes aragao araujo arruda assis assuncao azevedo
    bandeira barbosa barreto barros bastos batista bezerra bispo borges botelho brandao brito bueno cabral caldas
    camargo camara cardoso carneiro carvalho castro cavalcante cavalcanti cerqueira coelho cordeiro correia correa
    coutinho cunha dantas domingues duarte esteves evangelista falcao farias fernandes ferraz ferreira figueiredo
    fonseca fontes franca franco freire freitas furtado galvao garcia godoy goes gomes goncalves gouveia guedes
    guerra guimaraes gusmao holanda jesus junqueira lacerda lago leal leite lemos lima lira lisboa lobo lopes macedo
    machado maciel magalhaes maia maranhao marinho marques martins matos mattos medeiros meireles melo mello mendes
    mendonca menezes meneses mesquita miranda monteiro moraes morais moreira mota moura muniz nascimento neves nobre
    nogueira novaes nunes oliveira pacheco padilha paiva paixao peixoto penha pereira peres pessoa pimenta pimentel
    pinheiro pires portela prado queiroz ramalho ramos rangel rezende resende ribeiro rios rodrigues rosario sales
    salles salgado salomao sampaio santana santiago santos saraiva serra silva silveira simoes siqueira soares sobral
    sousa souza tavares teixeira teles telles toledo torres trindade uchoa valadares valente vargas vasconcelos veloso
    viana vidal vieira vilela xavier zanetti
    campos costa cruz dias dores faria luz pinto reis rocha rosa""".split()
)
_EVERYDAY: Final = frozenset(
    """bandeira barros bispo bueno carneiro coelho cordeiro evangelista falcao fontes franca franco furtado guerra jesus
    lago leal leite lira lobo machado morais nascimento neves nobre paixao penha pessoa pimenta prado ramos rios rosario
    salgado serra trindade valente campos costa cruz dias dores faria luz pinto reis rocha rosa""".split()
)
NAMES: Final = FIRST_NAMES | (SURNAMES - _EVERYDAY)
"""Hidden wherever they stand; the surnames that are everyday words only beside another name."""
PARTICLES: Final = frozenset({"de", "da", "do", "dos", "das", "e"})
KIN: Final = frozenset({"filho", "filha", "neto", "neta", "junior", "sobrinho", "sobrinha"})
"""Ends of family names that say who answers, too ("é o filho dele"): no name of their own."""
KNOWN_CAPITALS: Final = frozenset(
    """pix ted doc whatsapp zap sms email cpf cnpj rg cep spc serasa procon inss sus fgts bpc samu ok tv dr dra sr sra
    deus senhor senhora nossa virgem natal pascoa brasil brasileiro brasileira internet google caixa correios uber
    bolsa familia auxilio eu nao sim boleto banco justica""".split()
)
"""Written with a capital in the middle of a sentence and no one's name."""
INTRODUCES: Final = re.compile(
    r"\b(?:(?:meu|o) nome (?:dele |dela |completo )?(?:e|eh)|me chamo|(?:pode|podem) me chamar de|se chama|"
    r"chamad[oa]|aqui (?:e|eh|fala) (?:o|a)|quem fala (?:aqui )?(?:e|eh) (?:o |a )?|sou (?:o|a)|dona|doutora?|"
    r"falo com (?:o|a))\s+"
)
NO_NAME: Final = frozenset(
    """a o as os um uma de do da e em no na que quem mae pai filho filha irmao irma esposa esposo marido mulher tio tia
    avo neto neta primo prima sobrinho sobrinha sogro sogra cunhado cunhada vizinho vizinha amigo amiga colega chefe
    patrao patroa inquilino inquilina dono dona titular proprio propria mesmo mesma pessoa secretaria secretario gerente
    responsavel cliente devedor devedora viuvo viuva namorado namorada casa empresa firma loja recepcao portaria errado
    outro outra ele ela dele dela eu voce mas nao sim to ta senhor senhora moco moca unico unica primeira primeiro
    advogado advogada cuidador cuidadora contador contadora sindico sindica porteiro caseiro atendente esta
    foi era vai vem fica nada isso""".split()
)
"""What may follow an introduction without being a name: it says who somebody is, not what they are called."""
STREET: Final = re.compile(
    r"\b(?:rua|avenida|av|travessa|alameda|rodovia|praca|bairro|condominio|residencial|edificio|vila|jardim)\s+"
    r"(?:d[aeo]s?\s+[a-z]+(?:\s+d[aeo]s?\s+[a-z]+)?|"
    r"(?!(?:sem|nao|e|que|com|por|pra|para|ontem|hoje|agora|aqui|ai|mesmo|tem|ta|to|eu|a|o|ja|desde|porque|"
    r"mas|ou|se|em|no|na|toda|todo|inteira|atras)\b)[a-z]+)"
)
SPOKEN_MAIL: Final = re.compile(r"(?:\S+\s+){0,5}\S+\s+arroba(?:\s+\S+)?(?:\s+ponto\s+\S+)*")
WRITTEN_MAIL: Final = re.compile(r"\S+@\S*|\bhttps?://\S+|\bwww\.\S+")
