"""Common Brazilian first names, folded: what makes "é Marlene" an answer and "é verdade" none."""

from __future__ import annotations

from typing import Final

FIRST_NAMES: Final = frozenset(
    """adao adelia ademar ademir adilson adriana adriano agatha agnaldo ailton alan alana alberto alcides aldo
    alessandra alessandro alex alexandre alexandra alexsandro alice aline alisson alvaro amanda amelia ana
    anderson andre andrea andreia andressa andreza angela angelica anita anselmo antonia antonio aparecida
    aparecido ariana ariane arlindo arnaldo artur arthur augusto aurea barbara beatriz benedita benedito
    benjamin bernardo beto bianca breno bruna bruno caio camila carina carla carlos carmem carmen carolina
    caroline cassia catarina cecilia celia celso cesar chico cicera cicero cintia clara claudemir claudete
    claudia claudinei claudio cleber cleide cleiton cleonice clodoaldo conceicao cristiana cristiane cristiano
    cristina daiana daiane damiao daniel daniela daniele danilo darci david davi debora deise denis denise diana
    diego diogo dirce divino domingos douglas dulce edgar edilene edilson edimar edinaldo edison edna edson
    eduarda eduardo efigenia elaine eliana eliane elias elisa elisangela eliseu elizabete elizabeth eloisa elton
    elza emanuel emerson emilia emilly enzo eric erica erick erika ernesto estela ester eunice eva evandro
    everton ezequiel fabiana fabiano fabio fabricio fatima felipe fernanda fernando flavia flavio francisca
    francisco gabriel gabriela geni genivaldo geovana geraldo geralda gerson gilberto gilmar gilson giovana
    giovanna gisele gislaine giselle glaucia gloria graziela guilherme gustavo heitor helena helia helio heloisa
    henrique hugo humberto iara igor ines ingrid iolanda iracema irene iris isaac isabel isabela isabella isaque
    israel itamar ivan ivanilda ivete ivone izabel jackson jaime jair jairo janaina jandira jaqueline jean
    jeferson jefferson jessica joana joao joaquim joelma joel jonas jonatas jorge jose josefa josefina josiane
    josue joyce juarez julia juliana juliano julio jurandir jussara karen karina karine katia kelly laercio lais
    lara larissa laura lauro lazaro leandro leda leila leonardo leonice leticia lia lidia ligia lilian lindalva
    livia lorena lourdes lourival luan luana lucas luci lucia luciana luciano lucilene lucimar luis luisa luiz
    luiza luzia magali maicon manoel manuel manuela mara marcela marcelo marcia marcio marco marcos margarete
    margarida maria mariana marilene marilia marina marilda marinalva mario marisa maristela mariza marlene
    marli marta mateus matheus maura mauricio mauro maximiliano mayara meire melissa messias micaela michele
    michelle miguel milena milton miriam mirela moacir moises monica murilo nadia nair natalia natanael natasha
    nathalia neide nelson neusa neuza nicolas nilson nilton nilza noemi norma odair odete olga olivia orlando
    oscar osmar osvaldo oswaldo otavio pablo paloma pamela patricia paula paulo pedro priscila quiteria rafael
    rafaela raimunda raimundo ramon raquel raul rebeca regiane regina reginaldo regis reinaldo renan renata
    renato ricardo rita roberta roberto robson rodolfo rodrigo rogerio romulo ronaldo ronilson rosa rosana
    rosangela rosaria roseli rosemeire rosilene rosimeire rubens ruth sabrina salete samara samuel sandra sandro
    sara sarah sebastiana sebastiao selma sergio severina severino sheila shirley sidnei silas silmara silvana
    silvia silvio simone solange sonia sophia sofia stefany suelen sueli suzana tais taina talita tamires tania
    tatiana tatiane teresa terezinha thais thalita thiago tiago tiao uelinton vagner valdecir valdemar valdir
    valdirene valentina valeria valmir valter vanda vanderlei vanessa vania vera veronica vicente victor
    victoria vilma vinicius vitor vitoria vivian viviane wagner waldir wallace walter wanderson washington
    wellington wesley william willian wilson yara yasmin yuri zelia zilda zeca ze zezinho toninho""".split()
)
