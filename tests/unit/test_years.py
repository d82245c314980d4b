"""Numbers of a text that are years, and those that count something."""

from __future__ import annotations

import pytest

from oh_pipeline.validation.years import named_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("In 2023 the council met, and in 2024 again.", [2023, 2024]),
        ("From 2021-2023 and in 2022/23", [2021, 2023, 2022]),
        ("in 2023 women led it", [2023]),
        ("In May 2023, people came", [2023]),
        ("the 2023 elections", [2023]),
        ("12.03.2024", [2024]),
        ("En 2023 les femmes", [2023]),
        ("depuis 2022 jeunes et adultes", [2022]),
        ("On 3 May 2023 young women came; le 3 mai 2022 femmes et hommes", [2023, 2022]),
        ("After 2023 the people and after 2024 these women", [2023, 2024]),
        ("visited by 2000 people", []),
        ("reached 2000 people", []),
        ("reached 2000 young people", []),
        ("2023 Women of the ward", []),
        ("2000 personnes, 1950 ménages, 2010 femmes rurales", []),
        ("2024 jeunes femmes", []),
        ("$2000, € 2000, USD 2000, 2000 euros, 2000 FCFA and 2000 €", []),
        ("2000 % and 2000%", []),
        ("more than 2000 came, at least 2010 stayed; au moins 2020, plus de 2000", []),
        ("<redacted> 12023 and 20234 and 2,023", []),
        ("", []),
    ],
)
def test_named_years(text: str, years: list[int]) -> None:
    assert named_years(text) == years
