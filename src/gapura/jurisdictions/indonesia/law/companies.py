"""Income tax of a company: UU PPh ps. 17(1)b and 31E."""

from gapura.foundation.rules.authoring import Chapter, divided, down
from gapura.foundation.rules.units import MoneyPerYear, Number, Rate

chapter = Chapter(of="orang")


@chapter.rule(cite="UU PPh ps. 31E(1)", since="2009-01-01", certainty="medium")
def pkp_fasilitas(
    pkp_badan: MoneyPerYear,
    peredaran_setahun: MoneyPerYear,
    fasilitas_badan_bagian: MoneyPerYear,
    fasilitas_badan_batas: MoneyPerYear,
) -> MoneyPerYear:
    if peredaran_setahun > fasilitas_badan_batas:
        return 0
    if peredaran_setahun <= fasilitas_badan_bagian:
        return pkp_badan
    return down(pkp_badan * divided(fasilitas_badan_bagian, max(peredaran_setahun, fasilitas_badan_bagian)))


@chapter.rule(cite="UU PPh ps. 17(1)b, ps. 17(4), ps. 31E", since="2009-01-01")
def pph_badan(
    pkp_badan: MoneyPerYear,
    pkp_fasilitas: MoneyPerYear,
    tarif_badan: Rate,
    fasilitas_badan_tarif: Rate,
    pembulatan_pkp: Number,
) -> MoneyPerYear:
    penuh = down(pkp_badan, to=pembulatan_pkp)
    return down(penuh * tarif_badan - pkp_fasilitas * tarif_badan * fasilitas_badan_tarif)
