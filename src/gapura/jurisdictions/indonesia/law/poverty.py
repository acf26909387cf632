"""Whether a family lives below the poverty line; income stands for the spending that the statistics office measures."""

from gapura.foundation.rules.authoring import Chapter, divided, down, monthly
from gapura.foundation.rules.units import Flag, MoneyPerMonth, MoneyPerYear, Number

chapter = Chapter(of="keluarga")


@chapter.rule(cite="BPS, Profil Kemiskinan", since="2025-02-05", certainty="medium")
def pendapatan_per_kapita(bersih_keluarga: MoneyPerYear, bantuan_keluarga: MoneyPerYear, jiwa: Number) -> MoneyPerMonth:
    return down(divided(monthly(bersih_keluarga + bantuan_keluarga), max(jiwa, 1)))


@chapter.rule(cite="BPS, Profil Kemiskinan", since="2025-02-05", certainty="medium")
def di_bawah_garis_kemiskinan(pendapatan_per_kapita: MoneyPerMonth, garis_kemiskinan: MoneyPerMonth) -> Flag:
    return pendapatan_per_kapita < garis_kemiskinan
