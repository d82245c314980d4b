"""The words of `oh check` for people, by language. Messages and remedies of rules are not among them."""

from __future__ import annotations

from collections.abc import Mapping

# A key with `_1` is for one of what is counted.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "error": "error",
        "errors": "{n} errors",
        "errors_1": "1 error",
        "warning": "warning",
        "warnings": "{n} warnings",
        "warnings_1": "1 warning",
        "advice": "advice",
        "advices": "{n} pieces of advice",
        "advices_1": "1 piece of advice",
        "nothing": "Nothing wrong found",
        "files": "{n} files: {became}",
        "files_1": "1 file: {became}",
        "found": "{n} fragments",
        "found_1": "1 fragment",
        "accepted": "{n} accepted",
        "quarantined": "{n} quarantined",
        "duplicate": "{n} duplicate",
        "unread": "not read",
        "reading": "{n} fragments read, {file}",
        "others": "{n} more files",
        "others_1": "1 more file",
        "more": "{places} and {n} more",
        "lines": "If these are right as they stand, a line in the codebook makes them known ({folder}):",
        "near": "{value}, near to {near}",
        "or": "or on its own account: {line}",
        "lines_left": "and {n} more",
        "returns": "{n} annotated workbooks in {folder}",
        "returns_1": "1 annotated workbook in {folder}",
        "next": "Next: ",
        "correct_errors": "correct what is marked as an error, then: {command}",
        "correct": "correct what you can, then: {command}",
        "run": "lay the files under raw/ of the data home, then: oh run",
        "thousands": ",",
    },
    "fr": {
        "error": "erreur",
        "errors": "{n} erreurs",
        "errors_1": "1 erreur",
        "warning": "alerte",
        "warnings": "{n} alertes",
        "warnings_1": "1 alerte",
        "advice": "conseil",
        "advices": "{n} conseils",
        "advices_1": "1 conseil",
        "nothing": "Rien à corriger",
        "files": "{n} fichiers : {became}",
        "files_1": "1 fichier : {became}",
        "found": "{n} fiches",
        "found_1": "1 fiche",
        "accepted": "{n} admises",
        "accepted_1": "1 admise",
        "quarantined": "{n} écartées",
        "quarantined_1": "1 écartée",
        "duplicate": "{n} en double",
        "unread": "non lu",
        "reading": "{n} fiches lues, {file}",
        "others": "{n} autres fichiers",
        "others_1": "1 autre fichier",
        "more": "{places} et {n} de plus",
        "lines": "Si ces valeurs sont justes, une ligne du livre de codes les fait connaître ({folder}) :",
        "near": "{value}, proche de {near}",
        "or": "ou pour elle-même : {line}",
        "lines_left": "et {n} de plus",
        "returns": "{n} classeurs annotés dans {folder}",
        "returns_1": "1 classeur annoté dans {folder}",
        "next": "Ensuite : ",
        "correct_errors": "corrigez ce qui est marqué comme erreur, puis : {command}",
        "correct": "corrigez ce que vous pouvez, puis : {command}",
        "run": "déposez les fichiers sous raw/ du dossier de données, puis : oh run",
        "thousands": "\u202f",
    },
}


class Words:
    """The words of one language. Raises KeyError for a language that is not there."""

    def __init__(self, language: str) -> None:
        self._words = _WORDS[language]

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    @property
    def keys(self) -> frozenset[str]:
        """What there are words for."""
        return frozenset(self._words)

    def say(self, key: str, n: int = 0, **holes: str) -> str:
        """What the key stands for, of `n` of something."""
        template = self._words.get(f"{key}_1", self._words[key]) if n == 1 else self._words[key]
        return template.format(n=self.number(n), **holes)

    def number(self, n: int) -> str:
        """A number with its thousands apart."""
        return f"{n:,}".replace(",", self._words["thousands"])
