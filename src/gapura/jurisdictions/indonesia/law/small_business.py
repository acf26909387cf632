"""Final tax on the turnover of a small business: PP 46/2013, PP 23/2018, PP 55/2022."""

from gapura.foundation.rules.authoring import Chapter, Choices, choose, down
from gapura.foundation.rules.units import Flag, Money, Number, Rate
from gapura.jurisdictions.indonesia.law.notions import BentukUsaha

chapter = Chapter(of="orang")


@chapter.rule(cite="PP 55/2022 ps. 57, ps. 59", since="2013-07-01")
def berhak_final(
    omzet_tahun_lalu: Money,
    tahun_final: Number,
    bentuk_usaha: BentukUsaha,
    batas_omzet: Money,
    jangka_waktu_final: Choices,
) -> Flag:
    return omzet_tahun_lalu <= batas_omzet and tahun_final <= choose(jangka_waktu_final, bentuk_usaha)


@chapter.rule(cite="UU PPh ps. 7(2a); PP 55/2022 ps. 60", since="2013-07-01")
def dasar_umkm(omzet: Money, omzet_sebelumnya: Money, bentuk_usaha: BentukUsaha, omzet_bebas: Money) -> Money:
    if bentuk_usaha != "orang_pribadi":
        return omzet
    return max(omzet_sebelumnya + omzet - omzet_bebas, 0) - max(omzet_sebelumnya - omzet_bebas, 0)


@chapter.rule(cite="PP 55/2022 ps. 56, ps. 60", since="2013-07-01")
def pph_final_umkm(berhak_final: Flag, dasar_umkm: Money, tarif_umkm: Rate) -> Money:
    if berhak_final:
        return down(dasar_umkm * tarif_umkm)
    return 0
