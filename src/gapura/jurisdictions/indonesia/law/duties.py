"""Stamp duty: UU 10/2020."""

from gapura.foundation.rules.authoring import Chapter
from gapura.foundation.rules.units import Flag, Money

chapter = Chapter(of="orang")


@chapter.rule(cite="PP 24/2000 ps. 2, ps. 3; UU 10/2020 ps. 3, ps. 5", since="2001-01-01")
def bea_meterai(
    nilai_dokumen: Money,
    menyebut_uang: Flag,
    bea_meterai_tarif: Money,
    bea_meterai_rendah: Money,
    bea_meterai_batas_rendah: Money,
    bea_meterai_batas: Money,
) -> Money:
    if menyebut_uang and nilai_dokumen <= bea_meterai_batas_rendah:
        return 0
    if menyebut_uang and nilai_dokumen <= bea_meterai_batas:
        return bea_meterai_rendah
    return bea_meterai_tarif
