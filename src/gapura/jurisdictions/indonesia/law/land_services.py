"""What the land office charges: PP 128/2015 on its non-tax revenue."""

from gapura.foundation.rules.authoring import Chapter, down
from gapura.foundation.rules.units import Money, Number, Rate

chapter = Chapter(of="orang")


@chapter.rule(cite="PP 128/2015 ps. 16(2)-(3)", since="2016-01-27", certainty="medium")
def nilai_tanah(luas_tanah: Number, harga_tanah_per_meter: Money) -> Money:
    return harga_tanah_per_meter * luas_tanah


@chapter.rule(cite="PP 128/2015 ps. 16(1)", since="2016-01-27", certainty="medium")
def biaya_peralihan_tanah(nilai_tanah: Money, tarif_peralihan_tanah: Rate, biaya_tetap_peralihan_tanah: Money) -> Money:
    return down(nilai_tanah * tarif_peralihan_tanah) + biaya_tetap_peralihan_tanah
