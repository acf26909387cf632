"""What lateness costs: UU KUP ps. 7, 8, 9, 13, 19. The rate is that of the day from which interest is counted."""

from gapura.foundation.rules.authoring import Chapter, Choices, choose, divided, down, months_between
from gapura.foundation.rules.units import Date, Flag, Money, Number, Rate
from gapura.jurisdictions.indonesia.law.notions import DasarBunga, JenisSpt

chapter = Chapter(of="orang")


# Counted backwards, months_between() rounds up: a part of a month is a whole one.
@chapter.rule(cite="UU KUP ps. 8(2), ps. 9(2a), ps. 13(2), ps. 19", since="2008-01-01")
def bulan_terlambat(jatuh_tempo: Date, dibayar_pada: Date, bunga_bulan_maks: Number) -> Number:
    return min(max(0 - months_between(dibayar_pada, jatuh_tempo), 0), bunga_bulan_maks)


@chapter.rule(cite="UU KUP ps. 8(2b), ps. 9(2c), ps. 13(2b), ps. 19(4)", since="2008-01-01")
def tarif_bunga(dasar_bunga: DasarBunga, bunga_sebulan: Choices) -> Rate:
    return divided(choose(bunga_sebulan, dasar_bunga), 10000)


@chapter.rule(cite="UU KUP ps. 8, ps. 9, ps. 13, ps. 19", since="2008-01-01")
def bunga_keterlambatan(pokok: Money, tarif_bunga: Rate, bulan_terlambat: Number, bunga_bulan_maks: Number) -> Money:
    return down(pokok * tarif_bunga * min(bulan_terlambat, bunga_bulan_maks))


@chapter.rule(cite="UU KUP ps. 7(1)", since="2008-01-01")
def denda_lapor(jenis_spt: JenisSpt, terlambat: Flag, denda_lapor_jumlah: Choices) -> Money:
    if terlambat:
        return choose(denda_lapor_jumlah, jenis_spt)
    return 0
