"""Words that other programs write in the language of their account: yes and no, and tasks that say what they are."""

from clienthealth.base.text import name_key
from clienthealth.imports.cells import Options
from clienthealth.imports.problems import Bad, Reason

YES = "yes|y|true|1|ja|wahr|tak|t|prawda|да|истина|oui|vrai|si|sì|sí|sim|kyllä"
NO = "no|n|false|0|nein|falsch|nie|fałsz|нет|ложь|non|faux|não|nee|nej|ei"

ANSWERS = {word: answer for words, answer in ((YES, True), (NO, False)) for word in words.split("|")}

COMMUNICATION = (
    "call|calls|client call|client calls|client communication|client meeting|client meetings|communication"
    "|communications|meeting|meetings|phone call|phone calls"
    "|abstimmung|abstimmungen|besprechung|besprechungen|kommunikation|kundentermin|kundentermine|telefonat|telefonate"
    "|komunikacja|rozmowa|rozmowy|spotkanie|spotkania|telefon|telefony"
    "|встреча|встречи|звонок|звонки|коммуникация|переговоры|совещание|совещания|созвон|созвоны"
)
MANAGEMENT = (
    "account management|management|project management"
    "|projektleitung|projektmanagement|projektsteuerung"
    "|zarządzanie|zarządzanie projektem|zarządzanie projektami"
    "|ведение проекта|менеджмент|управление проектом|управление проектами"
)
REWORK = (
    "correction|corrections|revision|revisions|rework"
    "|korrektur|korrekturen|nacharbeit|nacharbeiten|überarbeitung|überarbeitungen"
    "|korekta|korekty|poprawka|poprawki"
    "|исправление|исправления|переделка|переделки|правка|правки"
)
ACTIVITIES = {
    name_key(word): activity
    for activity, words in (("communication", COMMUNICATION), ("management", MANAGEMENT), ("rework", REWORK))
    for word in words.split("|")
}
"""Activity by the compared name of a task. Only whole names that leave no doubt: every other task is delivery."""


def yes_no(cell: str, _options: Options) -> bool:
    try:
        return ANSWERS[cell.casefold()]
    except KeyError:
        raise Bad(Reason.BAD_VALUE) from None
