"""The words of a returned workbook, by language. Messages and remedies of rules are not among them."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "What to fix",
        "records_sheet": "Records",
        "error": "Error",
        "warning": "Warning",
        "advice": "Advice",
        "error_said": "{n} issues that keep their records or the file out until they are corrected.",
        "error_said_1": "1 issue that keeps its record or the file out until it is corrected.",
        "warning_said": "{n} issues in what is let in, but may not count as it was meant.",
        "warning_said_1": "1 issue in what is let in, but may not count as it was meant.",
        "advice_said": "{n} hints on how statements would become stronger.",
        "advice_said_1": "1 hint on how a statement would become stronger.",
        "held": "{n} of {all} records are kept out.",
        "held_1": "1 of {all} records is kept out.",
        "how": "Start at the top: what blocks most stands first. Correct the coloured cells in the sheet “{sheet}” (the "
        "note on a cell says what is wrong), keep its first row as it is, save, and hand this workbook in, next to the "
        "file that it was made of.",
        "how_file": "No record of this file can be corrected here. Correct the file itself and hand it in again.",
        "expand": "Press + at the left edge to see each record.",
        "left_in_order": "{n} records are not included: the file is large, and they have no error or warning.",
        "left_in_order_1": "1 record is not included: the file is large, and it has no error or warning.",
        "left_flagged": "{n} more records with an error or a warning did not fit. Correct these first; the others come back "
        "then.",
        "left_flagged_1": "1 more record with an error or a warning did not fit. Correct these first; it comes back then.",
        "left_long": "{n} records are not included: a text in them is longer than a cell can hold ({limit} characters). "
        "Correct them in your own file: {places}",
        "left_long_1": "1 record is not included: a text in it is longer than a cell can hold ({limit} characters). "
        "Correct it in your own file: {places}",
        "left_wide": "{n} records are not included: the file has more different labels than a sheet may have columns. "
        "Correct them in your own file: {places}",
        "left_wide_1": "1 record is not included: the file has more different labels than a sheet may have columns. "
        "Correct it in your own file: {places}",
        "left_lines": "{n} further issues are not listed here.",
        "left_lines_1": "1 further issue is not listed here.",
        "more": "{first} and {n} more",
        "col_severity": "Severity",
        "col_records": "Records",
        "col_message": "What is wrong",
        "col_remedy": "What to do",
        "col_field": "Field",
        "col_cell": "Go to cell",
        "col_place": "In your file",
        "col_record": "Record",
        "col_rule": "Rule",
        "whole_file": "file",
        "note_said": "{severity}: {message}",
        "note_remedy": "What to do: {remedy}",
        "note_more": "… and {n} more",
        "note_added": "Your file has no such column. It is added so that you can fill it in.",
        "author": "Outcome harvest check",
        "thousands": ",",
    },
    "fr": {
        "title": "À corriger",
        "records_sheet": "Fiches",
        "error": "Erreur",
        "warning": "Alerte",
        "advice": "Conseil",
        "error_said": "{n} remarques qui écartent leurs fiches ou le fichier tant que ce n'est pas corrigé.",
        "error_said_1": "1 remarque qui écarte sa fiche ou le fichier tant que ce n'est pas corrigé.",
        "warning_said": "{n} remarques sur ce qui est admis, mais ne compte peut-être pas comme prévu.",
        "warning_said_1": "1 remarque sur ce qui est admis, mais ne compte peut-être pas comme prévu.",
        "advice_said": "{n} conseils pour rendre des énoncés plus solides.",
        "advice_said_1": "1 conseil pour rendre un énoncé plus solide.",
        "held": "{n} fiches sur {all} sont écartées.",
        "held_1": "1 fiche sur {all} est écartée.",
        "how": "Commencez en haut : ce qui bloque le plus vient en premier. Corrigez les cellules colorées de la feuille "
        "« {sheet} » (le commentaire d'une cellule dit ce qui ne va pas), gardez sa première ligne telle quelle, "
        "enregistrez et remettez ce classeur à côté du fichier dont il provient.",
        "how_file": "Aucune fiche de ce fichier ne peut être corrigée ici. Corrigez le fichier lui-même et remettez-le.",
        "expand": "Cliquez sur + au bord gauche pour voir chaque fiche.",
        "left_in_order": "{n} fiches ne sont pas reprises : le fichier est grand, et elles n'ont ni erreur ni alerte.",
        "left_in_order_1": "1 fiche n'est pas reprise : le fichier est grand, et elle n'a ni erreur ni alerte.",
        "left_flagged": "{n} autres fiches avec une erreur ou une alerte n'ont pas trouvé place. Corrigez d'abord "
        "celles-ci ; les autres reviendront ensuite.",
        "left_flagged_1": "1 autre fiche avec une erreur ou une alerte n'a pas trouvé place. Corrigez d'abord celles-ci ; "
        "elle reviendra ensuite.",
        "left_long": "{n} fiches ne sont pas reprises : un texte y est plus long que ce qu'une cellule peut contenir "
        "({limit} caractères). Corrigez-les dans votre propre fichier : {places}",
        "left_long_1": "1 fiche n'est pas reprise : un texte y est plus long que ce qu'une cellule peut contenir "
        "({limit} caractères). Corrigez-la dans votre propre fichier : {places}",
        "left_wide": "{n} fiches ne sont pas reprises : le fichier a plus d'intitulés différents qu'une feuille ne peut "
        "avoir de colonnes. Corrigez-les dans votre propre fichier : {places}",
        "left_wide_1": "1 fiche n'est pas reprise : le fichier a plus d'intitulés différents qu'une feuille ne peut avoir "
        "de colonnes. Corrigez-la dans votre propre fichier : {places}",
        "left_lines": "{n} autres remarques ne sont pas énumérées ici.",
        "left_lines_1": "1 autre remarque n'est pas énumérée ici.",
        "more": "{first} et {n} autres",
        "more_1": "{first} et 1 autre",
        "col_severity": "Gravité",
        "col_records": "Fiches",
        "col_message": "Ce qui ne va pas",
        "col_remedy": "Que faire",
        "col_field": "Champ",
        "col_cell": "Aller à la cellule",
        "col_place": "Dans votre fichier",
        "col_record": "Fiche",
        "col_rule": "Règle",
        "whole_file": "fichier",
        "note_said": "{severity} : {message}",
        "note_remedy": "Que faire : {remedy}",
        "note_more": "… et {n} de plus",
        "note_added": "Votre fichier n'a pas cette colonne. Elle est ajoutée pour que vous puissiez la remplir.",
        "author": "Contrôle de la récolte d'incidences",
        "thousands": "\u202f",
    },
}


class Words:
    """The words of one language. Raises KeyError for a language that is not there."""

    def __init__(self, language: str) -> None:
        self._words = WORDS[language]

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def say(self, key: str, n: int, **holes: str) -> str:
        """A sentence about `n` of something."""
        template = self._words.get(f"{key}_1", self._words[key]) if n == 1 else self._words[key]
        return template.format(n=self.number(n), **holes)

    def number(self, n: int) -> str:
        """A number with its thousands apart."""
        return f"{n:,}".replace(",", self._words["thousands"])
