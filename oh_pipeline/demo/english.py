"""The words of English outcome statements. Wording alone: how a statement is put together is told by `stories`."""

from __future__ import annotations

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

# What was done, by the kind of change; each leads up to a topic.
PREDICATES = {
    "policy": (
        "adopted a written procedure for", "voted a budget line for", "signed a public commitment on",
        "issued a circular on", "put into force a by-law on", "approved a five-point plan for",
        "wrote into the development plan a chapter on", "set up a standing committee for", "passed a resolution on",
        "published binding rules for", "withdrew an order that had ruled out any hearing about",
        "amended the standing orders to provide for", "named for the first time a focal point for",
    ),
    "practice": (
        "began to hold monthly hearings about", "opened the files about", "took up in weekly sessions",
        "answered publicly all questions about", "began to register and follow up",
        "stopped asking for payments around",
        "handed over to a mixed committee the decisions on", "began to report every quarter on",
        "changed the daily routine around", "started to keep a common register of", "gave weekly airtime to",
        "went from house to house to explain what had been decided on", "took the lead in local action on",
    ),
    "capacity": (
        "showed the skills to handle without outside help", "applied a safety protocol of its own in work on",
        "drew up unaided an action plan for", "ran its first own training on", "used encrypted tools in work on",
        "prepared and defended a budget for", "put to use a tested early-warning list for",
        "analysed the causes of, and proposed answers to,", "led by itself the negotiations about",
        "monitored with forms of its own design", "staffed an office with two trained members for",
        "documented to a court's standard all cases around",
    ),
    "relationship": (
        "met its fiercest critics for the first time to discuss", "formed an alliance on",
        "signed an agreement with its neighbours on", "invited former opponents to joint work on",
        "agreed with the administration on common action for", "joined three other groups in a network on",
        "reopened talks that had been broken off about", "asked women's groups to co-chair the talks about",
        "shared its information with local groups on", "accepted outside mediation about",
        "gave young people a voice and a vote in the forum on", "apologised in public for its earlier stand on",
    ),
}  # fmt: skip

# What it was about, by the kind of objective.
TOPICS = {
    "civic": (
        "public meetings and peaceful assemblies", "the registration of community associations",
        "the access of journalists to council sessions", "complaints against officers", "requests for protection",
        "the publication of the annual budget", "consultations ahead of decisions", "free speech on local radio",
        "visits to people in detention", "the safety of those who report abuses", "petitions of residents",
        "the work of volunteer election observers", "the right to see public records",
    ),
    "peace": (
        "disputes over grazing land", "the return of displaced families", "the use of shared wells",
        "road checks between the two districts", "early warning of tensions", "compensation for burnt fields",
        "the reintegration of former fighters", "joint markets of both communities", "cattle raids along the border",
        "land titles of returnees", "the settlement of family feuds", "order on market days",
        "rumours that stir up violence",
    ),
    "gender": (
        "the part of women in local peace talks", "the early marriage of girls", "violence in the home",
        "the inheritance of widows", "girls' attendance at secondary school", "seats for women in village councils",
        "the safety of women at water points", "paid work for young mothers",
        "the hearing of survivors by trained staff",
        "the sharing of care work between men and women", "customs that harm widows", "harassment in public transport",
    ),
    "stress": (
        "water shortages in the dry season", "floods along the river", "the rising price of staple food",
        "the cutting of trees around the camp", "hoarding in times of need", "seeds and fodder in drought years",
        "the waste that a quarry leaves in the stream", "pasture reserves for bad years", "fair relief distributions",
        "shelter for families hit by storms", "cholera prevention in crowded quarters", "the loss of fishing grounds",
    ),
}  # fmt: skip

TAILS = (
    "after two years of silence on the matter", "although this had been refused before",
    "in front of the whole assembly",
    "and told all wards of it", "which nobody in the area had expected", "with the support of elders from both sides",
    "without waiting for an order from above", "following a vote of {count} to {few}", "for the {few} wards concerned",
    "at the end of talks that had lasted {few} weeks", "and set aside {count} hours of staff time a month for it",
    "on the advice of the people concerned", "and named {few} people to see to it", "in writing and in three languages",
    "at a meeting attended by {count} people", "and invited {few} neighbouring villages to do the same",
    "once {count} signatures had been handed in", "to the surprise of its own members",
    "for a first term of {few} years",
    "and had the text posted at {count} public places", "against the advice of the regional administration",
    "in answer to an open letter of {few} groups", "and put it to the test within {few} months",
)  # fmt: skip
FOLLOWS = (
    "{count} people made use of this in the first {few} months.",
    "By the end of the season {count} cases had been dealt with.",
    "{count} households in {few} villages are reached by it.",
    "{few} neighbouring communities have asked how it was done.",
    "Of {count} requests that came in, all but {few} were answered within a month.", "The change has held since then.",
    "A first review counted {count} decisions, {few} of them in favour of the weaker side.",
    "It is the first step of this kind among {count} comparable bodies in the country.",
    "{count} people, more than half of them women, spoke at the sessions that followed.",
    "The decision was read out at {count} places and met with applause.", "Only {few} members spoke against it.",
    "Two thirds of the {count} people asked in a street survey knew of it.",
    "After {few} months it was confirmed for good, with {count} votes.",
    "Where it was tried, {count} disputes ended in talks.",
)  # fmt: skip

BEFORE = (
    "Until then, {topic} had been settled behind closed doors.",
    "For years nobody in charge would speak about {topic}.",
    "Earlier attempts to raise {topic} had ended with threats.",
    "There had been no place where {topic} could be discussed.",
    "In the past {count} complaints a year about this went unanswered.", "Those who spoke up had been shut out so far.",
    "Before, whatever concerned {topic} depended on whom one knew.", "Money set aside for this had never been spent.",
    "Trust was so low that {few} meetings in a row had broken up.",
    "The matter had led to violence {few} times in a year.",
    "Women and young people had no say in this whatever.", "Rules existed on paper, but hardly {few} people knew them.",
    "{count} families had lost income because of it.", "Officials used to answer that this was none of their business.",
)  # fmt: skip
MEANING = (
    "It matters because the people most concerned now decide with others.",
    "It shows that those in power can be held to account.",
    "It makes it safer for {count} people to speak up.", "It lowers the danger that a quarrel turns into bloodshed.",
    "For the first time there is something in writing that people can point to.",
    "It opens a door for {few} other communities.",
    "It breaks with a custom that had excluded half of the population.",
    "It gives {count} households a reason to stay.",
    "It puts an end to a source of small but daily humiliation.",
    "What {few} groups had asked for since long is now within reach.",
    "It is a rare case of an institution correcting itself.", "It takes away a pretext for repression.",
    "It builds on earlier steps and makes them hard to undo.", "It reaches those whom no project had reached before.",
)  # fmt: skip

DID = (
    "trained {count} members in dialogue and documentation", "held {few} coaching sessions on negotiation",
    "paid for {few} exchange visits and the travel of {count} people", "brought both sides to one table {few} times",
    "drafted a model text and explained it clause by clause", "gave legal advice in {few} of the sessions",
    "put together evidence from {count} interviews", "supported {few} rounds of public hearings with facilitators",
    "lent recording equipment and showed how to use it", "arranged contacts with {few} decision makers",
    "carried out a conflict analysis with {count} residents", "accompanied the group through {few} months of lobbying",
    "funded {few} radio programmes and a telephone line", "shared the experience of {few} other districts",
    "gave a small grant and {few} days of advice on planning", "set up secure channels and a protocol for emergencies",
)  # fmt: skip
EFFECT = (
    "The arguments used in the decisive session came from this work.", "Without it the two sides would not have met.",
    "Participants say that this gave them the courage to act.", "The adopted text follows the draft in {few} points.",
    "This turned a loose circle of {count} people into a partner that was listened to.",
    "It speeded up what was under way.",
    "The figures were quoted {few} times before the vote.", "The members then did the rest by themselves.",
    "It kept the talks going when they were about to fail.", "The tools are still in use by {count} people.",
)  # fmt: skip
OTHERS = (
    "A change of leadership made people more open to it.", "A national law of the same year pointed in this direction.",
    "{few} local associations had worked on the matter for years.",
    "A radio series reached {count} listeners at the time.",
    "Elders used their standing to calm the debate.", "A church group lent its hall {few} times.",
    "Pressure from market traders played a part.", "A bad harvest made joint action urgent.",
    "Another donor paid for {few} of the meetings.", "Students put together a petition with {count} names.",
)  # fmt: skip
DOCUMENTS = (
    "Minutes of the session of {day} {month} {year}", "Signed agreement dated {day} {month} {year}",
    "Attendance list with {count} names, {day} {month} {year}", "Circular no. {count} of {day} {month} {year}",
    "Recording of the broadcast of {day} {month} {year}", "Extract {count} of the official register, {month} {year}",
    "Letter of {day} {month} {year}, reference {count}", "Photos taken at the opening on {day} {month} {year}",
    "Monitoring sheets nos. {few} to {count}, {month} {year}", "Budget book, page {count}, {month} {year}",
    "Training report of {day} {month} {year}, annex {few}", "Interviews with {few} participants, {month} {year}",
)  # fmt: skip
KEPT = (
    "kept at the ward office", "filed with the programme team", "held by the secretary of the group",
    "seen by the monitoring officer", "on the public notice board", "in the archive of the radio station",
    "copy with the country office", "available from the land office", "shown during the follow-up visit",
)  # fmt: skip
NOTES = (
    "", "", "The harvest workshop of {month} discussed this record.", "A follow-up visit is planned for {month}.",
    "{few} informants confirmed the account.", "See also {few} related records of this harvest.",
    "The wording was agreed with the group on {day} {month}.", "Some participants asked not to be photographed.",
)  # fmt: skip
LATER = (
    "A later visit found the new practice still in use.", "Since the last harvest {few} more communities have joined.",
    "By now {count} people have taken part.", "The arrangement has been extended for another term.",
    "After a setback it was taken up again with {count} participants.",
    "An independent review of {few} sites confirms this.",
)  # fmt: skip
# A remark on the side, out of three parts, so that two outcomes are seldom told alike.
ASIDE_WHO = (
    "A retired teacher", "The youngest delegate", "A baker from next door", "Two taxi drivers", "The head nurse",
    "A choir leader", "Three sisters from the hillside", "The keeper of the mill", "A visiting judge", "The night guard",
    "One of the clerks", "A potter and her son", "The speaker of the day labourers", "An uncle of the chairman",
    "The librarian", "A group of pupils", "The oldest fisherman", "A seamstress", "The football coach", "A bus owner",
)  # fmt: skip
ASIDE_DID = (
    "took the notes", "read the wording aloud", "asked for a second round of questions", "lent chairs and a loudspeaker",
    "wanted the wording shorter", "kept the list of speakers", "drew a map on the wall", "spoke against it at first",
    "brought tea for everybody", "translated for the guests", "counted the hands", "left in protest and came back",
    "proposed the date", "showed figures from the year before", "told of a similar case elsewhere",
    "pinned a copy to the door", "checked every name", "thanked both sides", "offered to watch over it", "sang at the end",
)  # fmt: skip
ASIDE_WHEN = (
    "while rain fell on the roof", "before the lamps were lit", "on the second morning", "after a long break",
    "under the mango tree", "in the yard of the clinic", "as the ferry came in", "when the power failed",
    "between two market days", "behind the old depot", "during the lunch hour", "at the very last moment",
    "in front of a packed hall", "on the steps of the station", "once the children had gone home", "by candlelight",
    "in the week of the fair", "beside the broken bridge", "with a radio playing nearby", "over a shared meal",
)  # fmt: skip
DESCRIPTIONS = (
    "On {day} {month} {year}, {actor} in {place} {predicate} {topic} {tail}. {follow}",
    "On {day} {month} {year}, {actor} in {place} {predicate} {topic}, {tail}. {follow} {second}",
    "{Actor}, based in {place}, {predicate} {topic} on {day} {month} {year} {tail}. {follow}",
    "In {month} {year}, {actor} of {place} {predicate} {topic} {tail}. {follow} {second}",
    "From {day} {month} {year} on, {actor} in {place} {predicate} {topic} {tail}. {follow}",
    "{Actor} in {place} {predicate} {topic} {tail}. That was on {day} {month} {year}. {follow}",
)
CONTRIBUTIONS = (
    "The programme {did} and {more}. {effect}",
    "Before the change, the programme {did}. {effect} It also {more}.",
)
IN_PLACE = "{region}, {country}"
THEM = "the people involved"
