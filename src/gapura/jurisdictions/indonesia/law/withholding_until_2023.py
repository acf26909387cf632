"""Monthly withholding before the effective rates: the twelfth part of the year."""

from gapura.foundation.rules.authoring import Chapter, divided, down, of_a_month
from gapura.foundation.rules.units import MoneyPerMonth, MoneyPerYear, Number

chapter = Chapter(of="orang")


@chapter.rule(cite="PER-16/PJ/2016 ps. 14", since="2009-01-01", until="2024-01-01", certainty="medium")
def pph21_bulan(setahun: MoneyPerYear, bulan_kerja: Number) -> MoneyPerMonth:
    return of_a_month(down(divided(setahun, bulan_kerja)))
