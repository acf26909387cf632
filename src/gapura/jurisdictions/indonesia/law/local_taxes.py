"""Taxes of provinces and regencies: land and buildings, their acquisition, vehicles. Rates are by local by-law."""

from gapura.foundation.rules.authoring import Chapter, down
from gapura.foundation.rules.units import Flag, Money, Rate

chapter = Chapter(of="orang")


@chapter.rule(cite="UU 28/2009 ps. 79; UU 1/2022 ps. 40", since="2010-01-01", certainty="medium")
def njop(njop_bumi: Money, njop_bangunan: Money) -> Money:
    return njop_bumi + njop_bangunan


@chapter.rule(cite="UU 28/2009 ps. 77; UU 1/2022 ps. 40", since="2010-01-01", certainty="medium")
def njop_kena_pajak(njop: Money, njoptkp: Money, njoptkp_min: Money, njkp: Rate) -> Money:
    return down(max(njop - max(njoptkp, njoptkp_min), 0) * njkp)


@chapter.rule(cite="UU 28/2009 ps. 80, ps. 81; UU 1/2022 ps. 41, ps. 42", since="2010-01-01", certainty="medium")
def pbb(njop_kena_pajak: Money, tarif_pbb: Rate) -> Money:
    return down(njop_kena_pajak * tarif_pbb)


@chapter.rule(cite="UU 28/2009 ps. 87; UU 1/2022 ps. 46", since="2010-01-01", certainty="medium")
def npop_kena_pajak(npop: Money, npoptkp: Money, waris: Flag, npoptkp_min: Money, npoptkp_waris_min: Money) -> Money:
    if waris:
        return max(npop - max(npoptkp, npoptkp_waris_min), 0)
    return max(npop - max(npoptkp, npoptkp_min), 0)


@chapter.rule(cite="UU 28/2009 ps. 88, ps. 89; UU 1/2022 ps. 47, ps. 48", since="2010-01-01", certainty="medium")
def bphtb(npop_kena_pajak: Money, tarif_bphtb: Rate) -> Money:
    return down(npop_kena_pajak * tarif_bphtb)


@chapter.rule(cite="UU 28/2009 ps. 5; UU 1/2022 ps. 9", since="2010-01-01", certainty="medium")
def dasar_pkb(njkb: Money, bobot: Rate) -> Money:
    return down(njkb * bobot)


@chapter.rule(cite="UU 28/2009 ps. 8; UU 1/2022 ps. 12", since="2010-01-01", certainty="medium")
def pkb(dasar_pkb: Money, tarif_pkb: Rate) -> Money:
    return down(dasar_pkb * tarif_pkb)


@chapter.rule(cite="UU 1/2022 ps. 83", since="2010-01-01", certainty="medium")
def opsen_pkb(pkb: Money, tarif_opsen: Rate) -> Money:
    return down(pkb * tarif_opsen)


@chapter.rule(cite="UU 1/2022 ps. 12, ps. 83", since="2010-01-01", certainty="medium")
def pkb_dan_opsen(pkb: Money, opsen_pkb: Money) -> Money:
    return pkb + opsen_pkb


@chapter.rule(cite="UU 28/2009 ps. 12; UU 1/2022 ps. 15", since="2010-01-01", certainty="medium")
def bbnkb(njkb: Money, tarif_bbnkb: Rate) -> Money:
    return down(njkb * tarif_bbnkb)


@chapter.rule(cite="UU 1/2022 ps. 83", since="2010-01-01", certainty="medium")
def opsen_bbnkb(bbnkb: Money, tarif_opsen: Rate) -> Money:
    return down(bbnkb * tarif_opsen)
