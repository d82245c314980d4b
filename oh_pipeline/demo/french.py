"""The words of French outcome statements, under the same names as the English ones."""

from __future__ import annotations

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
FIRST = (
    "du Baobab", "du Pont", "de la Lanterne", "de l'Acacia", "du Seuil", "du Verger", "du Cèdre", "de l'Horizon",
    "du Tambour",
    "du Cerf-volant", "du Héron", "du Métier à tisser", "de la Source", "de la Terrasse", "de l'Olivier", "du Gué",
    "de l'Ombrage", "du Panier", "de l'Ancre", "du Miroir", "de la Charrue", "de la Pirogue", "du Poivrier",
    "du Grenier",
)  # fmt: skip
SECOND = ("bleu", "ouvert", "d'en haut", "d'en bas", "du matin", "du soir", "de l'est", "de l'ouest", "neuf", "ancien")
AREAS = (
    "du nord",
    "du sud",
    "de l'est",
    "de l'ouest",
    "du centre",
    "du fleuve",
    "de la colline",
    "de la frontière",
    "du marché",
)

ROLES = {
    "civic": (
        "les membres de l'association {name}", "les jeunes du forum {name}", "les défenseurs du réseau {name}",
        "les juristes de la clinique {name}", "les femmes de la ligue {name}", "les observateurs du collectif {name}",
    ),
    "citizens": (
        "les habitants du quartier {area}", "les familles du site {name}",
        "les éleveurs et cultivateurs de la plaine {area}",
        "les parents d'élèves de l'école {name}", "les vendeuses du marché {name}",
        "les pêcheurs du débarcadère {name}",
    ),
    "authorities": (
        "les élus du conseil communal {area}", "les agents du service foncier {area}", "les juges du tribunal {area}",
        "les services de l'inspection scolaire {area}", "les agents de la sous-préfecture {area}",
    ),
    "security": (
        "les agents du poste de police {area}", "les gendarmes de la brigade {area}",
        "les gardes-frontières du secteur {area}",
        "les responsables de la garnison {area}",
    ),
    "customary": (
        "les chefs coutumiers du canton {area}", "les imams et pasteurs du quartier {area}",
        "les sages de la vallée {area}",
        "les anciens des villages {area}",
    ),
    "media": (
        "les journalistes de la radio {name}", "les animateurs de la station {area}",
        "les rédacteurs du journal {name}",
    ),
    "private": (
        "les transporteurs de la coopérative {name}", "les commerçants du marché {area}",
        "les meuniers du groupement {name}",
    ),
    "international": (
        "les délégués de la mission {name}", "les bailleurs du groupe {name}", "les observateurs de la mission {name}",
    ),
}  # fmt: skip
PREDICATES = {
    "policy": (
        "ont adopté une procédure écrite concernant", "ont voté une ligne budgétaire pour",
        "ont signé un engagement sur",
        "ont publié des règles contraignantes sur", "ont créé un comité permanent pour", "ont pris un arrêté sur",
        "ont inscrit dans le plan de développement un chapitre sur", "ont abrogé une interdiction touchant",
    ),
    "practice": (
        "ont commencé à tenir des audiences mensuelles sur", "ont ouvert leurs dossiers sur",
        "ont cessé de faire payer pour",
        "tiennent désormais un registre commun sur", "rendent compte chaque trimestre sur",
        "ont confié à un comité mixte",
        "ont répondu en public aux questions sur", "ont changé leur manière d'aborder",
    ),
    "capacity": (
        "ont géré sans aide extérieure", "ont appliqué leur propre protocole de sécurité pour",
        "ont élaboré sans aide un plan sur",
        "ont animé leur première formation sur", "ont mené sans aide les négociations sur",
        "ont documenté tous les cas touchant",
    ),
    "relationship": (
        "ont rencontré pour la première fois leurs critiques sur", "ont formé une alliance sur",
        "ont rouvert le dialogue sur",
        "ont invité leurs anciens adversaires à travailler sur", "ont accepté une médiation sur",
        "ont donné la parole aux jeunes sur", "ont signé un accord avec leurs voisins sur",
    ),
}  # fmt: skip
TOPICS = {
    "civic": (
        "les réunions publiques et pacifiques", "l'enregistrement des associations",
        "l'accès des journalistes aux sessions",
        "les plaintes contre des agents", "la publication du budget annuel", "les visites aux personnes détenues",
        "la sécurité de ceux qui dénoncent des abus", "les pétitions des habitants",
    ),
    "peace": (
        "les conflits de pâturage", "le retour des familles déplacées", "l'usage des puits partagés",
        "l'alerte précoce",
        "l'indemnisation des champs brûlés", "la réinsertion d'anciens combattants",
        "les vols de bétail à la frontière",
        "les titres fonciers des rapatriés", "les marchés communs aux deux communautés",
    ),
    "gender": (
        "la part des femmes dans les pourparlers locaux", "le mariage précoce des filles", "les violences au foyer",
        "l'héritage des veuves", "la scolarité des filles", "les sièges des femmes aux conseils de village",
        "la sécurité des femmes aux points d'eau", "le travail rémunéré des jeunes mères",
    ),
    "stress": (
        "le manque d'eau en saison sèche", "les crues du fleuve", "la hausse du prix des vivres",
        "la coupe du bois autour du site",
        "les réserves de pâturage", "la distribution équitable de l'aide", "la prévention du choléra",
        "la perte de zones de pêche",
    ),
}  # fmt: skip
TAILS = (
    "après deux ans de silence", "malgré un premier refus", "devant toute l'assemblée", "à la surprise générale",
    "avec l'appui des anciens des deux côtés", "sans attendre d'ordre d'en haut", "par {count} voix contre {few}",
    "au terme de {few} semaines de discussions", "en présence de {count} personnes", "à la suite de {count} signatures",
    "pour une première durée de {few} ans", "en trois langues", "en réponse à une lettre de {few} groupes",
)  # fmt: skip
FOLLOWS = (
    "{count} personnes en ont profité au cours des {few} premiers mois.",
    "À la fin de la saison, {count} cas étaient réglés.",
    "{count} ménages de {few} villages sont concernés.", "{few} communes voisines ont demandé comment s'y prendre.",
    "Le changement tient depuis lors.", "Sur {count} demandes, toutes sauf {few} ont reçu une réponse.",
    "{count} personnes, dont plus de la moitié de femmes, ont pris la parole.", "Seuls {few} membres s'y sont opposés.",
)  # fmt: skip
BEFORE = (
    "Jusque-là, rien de public n'existait sur {topic}.", "Depuis des années, personne ne voulait évoquer {topic}.",
    "Les démarches antérieures avaient abouti à des menaces.", "{count} plaintes par an restaient sans réponse.",
    "La méfiance était telle que {few} réunions avaient échoué.",
    "Les femmes et les jeunes n'avaient pas voix au chapitre.",
    "Des règles existaient, mais à peine {few} personnes les connaissaient.",
    "{count} familles y avaient perdu leurs revenus.",
)  # fmt: skip
MEANING = (
    "C'est important, car les personnes concernées participent enfin.",
    "{count} personnes peuvent s'exprimer plus sûrement.",
    "Le risque qu'une dispute tourne au drame diminue.", "Il existe enfin un texte auquel chacun peut se référer.",
    "Cela ouvre une porte à {few} autres communautés.", "Cela rompt avec une coutume qui excluait la moitié des gens.",
    "Cela prive la répression d'un prétexte.", "Cela touche ceux qu'aucun projet n'avait atteints.",
)  # fmt: skip
DID = (
    "a formé {count} membres au dialogue et à la documentation", "a tenu {few} séances d'accompagnement",
    "a réuni les deux parties à {few} reprises", "a rédigé un modèle de texte et l'a expliqué",
    "a financé {few} émissions de radio",
    "a mené une analyse du conflit avec {count} habitants", "a organisé {few} visites d'échange pour {count} personnes",
    "a donné des conseils juridiques lors de {few} séances", "a mis en place des canaux sûrs pour les urgences",
)  # fmt: skip
EFFECT = (
    "Les arguments décisifs venaient de ce travail.", "Sans cela, les deux parties ne se seraient pas rencontrées.",
    "Le texte adopté reprend {few} points du projet.", "Cela a accéléré ce qui était en cours.",
    "Les chiffres ont été cités {few} fois avant le vote.", "Les outils servent encore à {count} personnes.",
)  # fmt: skip
OTHERS = (
    "Un changement à la tête du service a facilité les choses.", "Une loi nationale allait dans le même sens.",
    "{few} associations y travaillaient depuis des années.", "Une série radiophonique a touché {count} auditeurs.",
    "Les anciens ont calmé le débat.", "Une mauvaise récolte a rendu urgente une action commune.",
)  # fmt: skip
DOCUMENTS = (
    "Procès-verbal de la session du {day} {month} {year}", "Accord signé le {day} {month} {year}",
    "Liste de présence de {count} noms, {day} {month} {year}", "Circulaire no {count} du {day} {month} {year}",
    "Enregistrement de l'émission du {day} {month} {year}", "Lettre du {day} {month} {year}, référence {count}",
    "Rapport de formation du {day} {month} {year}, annexe {few}", "Fiches de suivi {few} à {count}, {month} {year}",
)  # fmt: skip
KEPT = (
    "conservé au bureau du quartier", "classé par l'équipe du programme", "détenu par la secrétaire du groupe",
    "affiché au tableau public", "aux archives de la radio", "copie au bureau national",
    "montré lors de la visite de suivi",
)  # fmt: skip
NOTES = (
    "", "L'atelier de récolte de {month} a examiné cette fiche.", "Une visite de suivi est prévue pour {month}.",
    "{few} informateurs ont confirmé le récit.", "Certains participants n'ont pas voulu être photographiés.",
)  # fmt: skip
LATER = (
    "Une visite ultérieure a trouvé la pratique toujours en vigueur.", "À ce jour, {count} personnes y ont pris part.",
    "Depuis la dernière récolte, {few} autres communautés ont suivi.", "L'accord a été prolongé.",
)  # fmt: skip
# Une remarque en passant, en trois parties, pour que deux récits se ressemblent rarement.
ASIDE_WHO = (
    "Une institutrice à la retraite", "Le plus jeune délégué", "Un boulanger voisin", "Deux chauffeurs",
    "L'infirmière en chef", "Une cheffe de chœur", "Trois sœurs de la colline", "Le gardien du moulin",
    "Un juge de passage", "Le veilleur de nuit", "Une potière et son fils", "La bibliothécaire", "Un groupe d'élèves",
    "Le doyen des pêcheurs", "Une couturière", "L'entraîneur de football",
)  # fmt: skip
ASIDE_DID = (
    "avait préparé les notes", "devait lire le texte à haute voix", "voulait une deuxième série de questions",
    "avait prêté des chaises", "demandait un texte plus court", "tenait la liste des orateurs",
    "dessinait un plan au mur", "s'y opposait d'abord", "servait le thé", "traduisait pour les invités",
    "comptait les mains levées", "rappelait les chiffres de l'an passé", "citait un cas semblable ailleurs",
    "vérifiait chaque nom", "remerciait les deux côtés", "proposait la date",
)  # fmt: skip
ASIDE_WHEN = (
    "sous une pluie battante", "avant la tombée de la nuit", "le deuxième matin", "après une longue pause",
    "sous le manguier", "dans la cour du dispensaire", "à l'arrivée du bac", "pendant une panne de courant",
    "entre deux jours de marché", "derrière l'ancien dépôt", "à l'heure du repas", "au tout dernier moment",
    "devant une salle comble", "sur les marches de la gare", "à la lueur des bougies", "près du pont effondré",
)  # fmt: skip
DESCRIPTIONS = (
    "Le {day} {month} {year}, {actor} ({place}) {predicate} {topic}, {tail}. {follow}",
    "En {month} {year}, {tail}, {actor} ({place}) {predicate} {topic}. {follow} {second}",
    "{Actor} ({place}) {predicate} {topic}. Cela s'est fait le {day} {month} {year}, {tail}. {follow} {second}",
)
CONTRIBUTIONS = (
    "Le programme {did} et {more}. {effect}",
    "Avant le changement, le programme {did}. {effect} Il {more}.",
)
IN_PLACE = "{region}, {country}"
THEM = "les personnes concernées"
