"""Who is married and who depends on whom, at the beginning of the year: UU PPh ps. 7."""

from gapura.foundation.rules.authoring import Chapter
from gapura.foundation.rules.units import Flag, MoneyPerYear, Number
from gapura.jurisdictions.indonesia.law.notions import Hubungan, Keluarga, StatusPajak

chapter = Chapter(of="orang")


@chapter.rule(cite="UU PPh ps. 7(1)b", since="2009-01-01")
def pasangan(hubungan: Hubungan) -> Flag:
    return hubungan in ("suami", "istri")


chapter.count("jumlah_pasangan", "keluarga", "pasangan", "orang", cite="UU PPh ps. 7(1)b", since="2009-01-01")
chapter.count("tanggungan_keluarga", "keluarga", "ditanggung", "orang", cite="UU PPh ps. 7(1)d", since="2009-01-01")


@chapter.rule(cite="UU PPh ps. 7(1)b dan ps. 7(2)", since="2009-01-01")
def kawin(status: StatusPajak, hubungan: Hubungan, jumlah_pasangan: Keluarga[Number]) -> Flag:
    if status == "keluarga":
        return hubungan == "kepala" and jumlah_pasangan > 0
    return status in ("K", "KI")


@chapter.rule(cite="UU PPh ps. 7(1)d dan ps. 7(2)", since="2009-01-01")
def tanggungan_diakui(
    status: StatusPajak,
    hubungan: Hubungan,
    tanggungan: Number,
    tanggungan_keluarga: Keluarga[Number],
    tanggungan_maks: Number,
) -> Number:
    if status != "keluarga":
        return min(tanggungan, tanggungan_maks)
    if hubungan == "kepala":
        return min(tanggungan_keluarga, tanggungan_maks)
    return 0


@chapter.rule(cite="UU PPh ps. 7(1); PMK 101/PMK.010/2016 ps. 1", since="2009-01-01")
def ptkp(
    kawin: Flag,
    status: StatusPajak,
    tanggungan_diakui: Number,
    ptkp_diri: MoneyPerYear,
    ptkp_kawin: MoneyPerYear,
    ptkp_istri: MoneyPerYear,
    ptkp_tanggungan: MoneyPerYear,
) -> MoneyPerYear:
    jumlah = ptkp_diri + tanggungan_diakui * ptkp_tanggungan
    if kawin:
        jumlah = jumlah + ptkp_kawin
    if status == "KI":
        jumlah = jumlah + ptkp_istri
    return jumlah
