"""Social insurance of a worker by the month, and the holiday allowance."""

from gapura.foundation.rules.authoring import Chapter, Choices, choose, divided, down, nearest
from gapura.foundation.rules.units import MoneyPerMonth, Number, Rate
from gapura.jurisdictions.indonesia.law.notions import RisikoKerja

chapter = Chapter(of="orang")


@chapter.rule(cite="Perpres 64/2020 ps. 30, ps. 32", since="2020-07-01")
def iuran_kesehatan_pekerja(
    upah: MoneyPerMonth, kesehatan_batas: MoneyPerMonth, kesehatan_pekerja: Rate
) -> MoneyPerMonth:
    return nearest(min(upah, kesehatan_batas) * kesehatan_pekerja)


@chapter.rule(cite="Perpres 64/2020 ps. 30, ps. 32", since="2020-07-01")
def iuran_kesehatan_pemberi(
    upah: MoneyPerMonth, kesehatan_batas: MoneyPerMonth, kesehatan_pemberi: Rate
) -> MoneyPerMonth:
    return nearest(min(upah, kesehatan_batas) * kesehatan_pemberi)


@chapter.rule(cite="PP 46/2015 ps. 16", since="2015-07-01")
def iuran_jht_pekerja(upah: MoneyPerMonth, jht_pekerja_tarif: Rate) -> MoneyPerMonth:
    return nearest(upah * jht_pekerja_tarif)


@chapter.rule(cite="PP 46/2015 ps. 16", since="2015-07-01")
def iuran_jht_pemberi(upah: MoneyPerMonth, jht_pemberi_tarif: Rate) -> MoneyPerMonth:
    return nearest(upah * jht_pemberi_tarif)


@chapter.rule(cite="PP 45/2015 ps. 28, ps. 29", since="2023-03-01")
def iuran_jp_pekerja(upah: MoneyPerMonth, jp_batas: MoneyPerMonth, jp_pekerja_tarif: Rate) -> MoneyPerMonth:
    return nearest(min(upah, jp_batas) * jp_pekerja_tarif)


@chapter.rule(cite="PP 45/2015 ps. 28, ps. 29", since="2023-03-01")
def iuran_jp_pemberi(upah: MoneyPerMonth, jp_batas: MoneyPerMonth, jp_pemberi_tarif: Rate) -> MoneyPerMonth:
    return nearest(min(upah, jp_batas) * jp_pemberi_tarif)


@chapter.rule(cite="PP 44/2015 ps. 16", since="2015-07-01")
def tarif_jkk(risiko_kerja: RisikoKerja, jkk_tarif: Choices) -> Rate:
    return divided(choose(jkk_tarif, risiko_kerja), 10000)


@chapter.rule(cite="PP 44/2015 ps. 16", since="2015-07-01")
def iuran_jkk(upah: MoneyPerMonth, tarif_jkk: Rate) -> MoneyPerMonth:
    return nearest(upah * tarif_jkk)


@chapter.rule(cite="PP 44/2015 ps. 18", since="2015-07-01")
def iuran_jkm(upah: MoneyPerMonth, jkm_tarif: Rate) -> MoneyPerMonth:
    return nearest(upah * jkm_tarif)


@chapter.rule(cite="PP 44/2015 ps. 16, ps. 18", since="2015-07-01")
def jkk_jkm(iuran_jkk: MoneyPerMonth, iuran_jkm: MoneyPerMonth) -> MoneyPerMonth:
    return iuran_jkk + iuran_jkm


@chapter.rule(cite="PMK 168/2023 ps. 10(2)b; PP 45/2015; PP 46/2015", since="2023-03-01")
def iuran_pensiun_pekerja(iuran_jht_pekerja: MoneyPerMonth, iuran_jp_pekerja: MoneyPerMonth) -> MoneyPerMonth:
    return iuran_jht_pekerja + iuran_jp_pekerja


@chapter.rule(cite="PP 45/2015; PP 46/2015; Perpres 64/2020", since="2023-03-01")
def iuran_pekerja(iuran_pensiun_pekerja: MoneyPerMonth, iuran_kesehatan_pekerja: MoneyPerMonth) -> MoneyPerMonth:
    return iuran_pensiun_pekerja + iuran_kesehatan_pekerja


@chapter.rule(cite="PP 44/2015; PP 45/2015; PP 46/2015; Perpres 64/2020", since="2023-03-01")
def iuran_pemberi_kerja(
    iuran_kesehatan_pemberi: MoneyPerMonth,
    iuran_jht_pemberi: MoneyPerMonth,
    iuran_jp_pemberi: MoneyPerMonth,
    jkk_jkm: MoneyPerMonth,
) -> MoneyPerMonth:
    return iuran_kesehatan_pemberi + iuran_jht_pemberi + iuran_jp_pemberi + jkk_jkm


@chapter.rule(cite="Permenaker 6/2016 ps. 3", since="2016-03-08", certainty="medium")
def thr(upah: MoneyPerMonth, masa_kerja: Number, thr_bulan_penuh: Number) -> MoneyPerMonth:
    return down(upah * divided(min(masa_kerja, thr_bulan_penuh), thr_bulan_penuh))
