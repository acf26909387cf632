"""What an employer withholds from January 2024: PP 58/2023 and PMK 168/2023; the year as a whole by UU PPh ps. 21."""

from gapura.foundation.rules.authoring import (
    Brackets,
    Chapter,
    Rows,
    divided,
    down,
    of_a_month,
    of_a_year,
    progressive,
    row,
)
from gapura.foundation.rules.units import Flag, Money, MoneyPerMonth, MoneyPerYear, Number, Rate
from gapura.jurisdictions.indonesia.law.notions import Orang

chapter = Chapter(of="orang")


# The year


@chapter.rule(of="masa", cite="UU PPh ps. 21", since="2009-01-01")
def masa_dibayar(bulan_ke: Number) -> Flag:
    return bulan_ke > 0


chapter.count("jumlah_masa", "orang", "masa_dibayar", "masa", cite="UU PPh ps. 21", since="2009-01-01")
chapter.total("bruto_semua_masa", "orang", "bruto_masa", "masa", cite="UU PPh ps. 21", since="2009-01-01", every="year")
chapter.total(
    "iuran_semua_masa", "orang", "iuran_masa", "masa", cite="UU PPh ps. 21(3)", since="2009-01-01", every="year"
)


@chapter.rule(cite="UU PPh ps. 21(3)", since="2009-01-01")
def bulan_dibayar(bulan_kerja: Number, jumlah_masa: Number) -> Number:
    if jumlah_masa > 0:
        return min(jumlah_masa, 12)
    return bulan_kerja


@chapter.rule(cite="UU PPh ps. 21(3); PMK 168/2023 ps. 5", since="2009-01-01")
def bruto_setahun(
    gaji_bulan: MoneyPerMonth,
    tunjangan_bulan: MoneyPerMonth,
    premi_bulan: MoneyPerMonth,
    bulan_kerja: Number,
    bonus: MoneyPerYear,
    jumlah_masa: Number,
    bruto_semua_masa: MoneyPerYear,
) -> MoneyPerYear:
    if jumlah_masa > 0:
        return bruto_semua_masa + bonus
    return of_a_year((gaji_bulan + tunjangan_bulan + premi_bulan) * bulan_kerja) + bonus


@chapter.rule(cite="UU PPh ps. 21(3); PMK 168/2023 ps. 10(2)", since="2009-01-01")
def biaya_jabatan(
    bruto_setahun: MoneyPerYear,
    bulan_dibayar: Number,
    biaya_jabatan_tarif: Rate,
    biaya_jabatan_bulan: Money,
    biaya_jabatan_tahun: MoneyPerYear,
) -> MoneyPerYear:
    paling_banyak = min(of_a_year(biaya_jabatan_bulan * bulan_dibayar), biaya_jabatan_tahun)
    return min(down(bruto_setahun * biaya_jabatan_tarif), paling_banyak)


@chapter.rule(cite="UU PPh ps. 21(3); PMK 250/PMK.03/2008 ps. 1", since="2009-01-01")
def biaya_jabatan_sebulan(
    bruto_bulan: MoneyPerMonth, biaya_jabatan_tarif: Rate, biaya_jabatan_bulan: Money
) -> MoneyPerMonth:
    return min(down(bruto_bulan * biaya_jabatan_tarif), of_a_month(biaya_jabatan_bulan))


@chapter.rule(cite="UU PPh ps. 21(3); PMK 168/2023 ps. 10(3)", since="2009-01-01")
def pensiun_setahun(uang_pensiun_bulan: MoneyPerMonth, bulan_kerja: Number) -> MoneyPerYear:
    return of_a_year(uang_pensiun_bulan * bulan_kerja)


@chapter.rule(cite="UU PPh ps. 21(3); PMK 168/2023 ps. 10(3)", since="2009-01-01")
def biaya_pensiun(
    pensiun_setahun: MoneyPerYear,
    bulan_kerja: Number,
    biaya_pensiun_tarif: Rate,
    biaya_pensiun_bulan: Money,
    biaya_pensiun_tahun: MoneyPerYear,
) -> MoneyPerYear:
    paling_banyak = min(of_a_year(biaya_pensiun_bulan * bulan_kerja), biaya_pensiun_tahun)
    return min(down(pensiun_setahun * biaya_pensiun_tarif), paling_banyak)


@chapter.rule(cite="UU PPh ps. 21(3); PMK 168/2023 ps. 10(2)b", since="2009-01-01")
def iuran_setahun(iuran_bulan: MoneyPerMonth, bulan_dibayar: Number, iuran_semua_masa: MoneyPerYear) -> MoneyPerYear:
    return of_a_year(iuran_bulan * bulan_dibayar) + iuran_semua_masa


@chapter.rule(cite="UU PPh ps. 21(3); PMK 168/2023 ps. 10", since="2009-01-01")
def neto_gaji(
    bruto_setahun: MoneyPerYear,
    biaya_jabatan: MoneyPerYear,
    pensiun_setahun: MoneyPerYear,
    biaya_pensiun: MoneyPerYear,
    iuran_setahun: MoneyPerYear,
) -> MoneyPerYear:
    return bruto_setahun - biaya_jabatan + pensiun_setahun - biaya_pensiun - iuran_setahun


@chapter.rule(cite="UU PPh ps. 17(5)-(6); PMK 168/2023 ps. 14", since="2009-01-01")
def bulan_pajak(disetahunkan: Flag, bulan_dibayar: Number, bulan_subjek: Number) -> Number:
    if disetahunkan:
        return bulan_dibayar
    return bulan_subjek


@chapter.rule(cite="UU PPh ps. 17(4), ps. 21(3); PMK 168/2023 ps. 10, ps. 14", since="2009-01-01")
def pkp_gaji(
    neto_gaji: MoneyPerYear,
    neto_sebelumnya: MoneyPerYear,
    zakat: MoneyPerYear,
    ptkp: MoneyPerYear,
    bulan_pajak: Number,
    pembulatan_pkp: Number,
) -> MoneyPerYear:
    neto = neto_gaji + neto_sebelumnya - zakat
    return down(max(down(divided(neto * 12, max(bulan_pajak, 1))) - ptkp, 0), to=pembulatan_pkp)


@chapter.rule(cite="UU PPh ps. 21(5a)", since="2009-01-01")
def pengali_npwp(tanpa_npwp: Flag, tanpa_npwp_tambahan: Rate) -> Rate:
    if tanpa_npwp:
        return 1 + tanpa_npwp_tambahan
    return 1 + 0 * tanpa_npwp_tambahan


@chapter.rule(cite="UU PPh ps. 17, ps. 21(5); PMK 168/2023 ps. 14", since="2009-01-01")
def setahun(pkp_gaji: MoneyPerYear, bulan_pajak: Number, pengali_npwp: Rate, tarif_pasal_17: Brackets) -> MoneyPerYear:
    setahun_penuh = down(progressive(tarif_pasal_17, pkp_gaji))
    return down(down(divided(setahun_penuh * bulan_pajak, 12)) * pengali_npwp)


# The months


@chapter.rule(cite="PMK 168/2023 ps. 5", since="2009-01-01")
def bruto_bulan(
    gaji_bulan: MoneyPerMonth,
    tunjangan_bulan: MoneyPerMonth,
    premi_bulan: MoneyPerMonth,
    uang_pensiun_bulan: MoneyPerMonth,
) -> MoneyPerMonth:
    return gaji_bulan + tunjangan_bulan + premi_bulan + uang_pensiun_bulan


# TK/0 counts 0, K/3 counts 4: category A is TK/0, TK/1 and K/0; B is TK/2, TK/3, K/1 and K/2; C is K/3.
@chapter.rule(cite="PP 58/2023 ps. 2(3)", since="2024-01-01")
def poin_ter(kawin: Flag, tanggungan_diakui: Number) -> Number:
    if kawin:
        return tanggungan_diakui + 1
    return tanggungan_diakui


@chapter.rule(cite="PP 58/2023 ps. 2(2)-(3) dan Lampiran", since="2024-01-01")
def tarif_ter(poin_ter: Number, bruto_bulan: MoneyPerMonth, ter_a: Rows, ter_b: Rows, ter_c: Rows) -> Rate:
    if poin_ter <= 1:
        return row(ter_a, bruto_bulan)
    if poin_ter <= 3:
        return row(ter_b, bruto_bulan)
    return row(ter_c, bruto_bulan)


@chapter.rule(cite="PP 58/2023 ps. 2; PMK 168/2023 ps. 13", since="2024-01-01")
def ter(bruto_bulan: MoneyPerMonth, tarif_ter: Rate) -> MoneyPerMonth:
    return down(bruto_bulan * tarif_ter)


@chapter.rule(cite="PP 58/2023 ps. 2; PMK 168/2023 ps. 13; UU PPh ps. 21(5a)", since="2024-01-01")
def ter_bulan(ter: MoneyPerMonth, pengali_npwp: Rate) -> MoneyPerMonth:
    return down(ter * pengali_npwp)


@chapter.rule(of="masa", cite="PP 58/2023 ps. 2(2)-(3) dan Lampiran", since="2024-01-01")
def tarif_ter_masa(poin_ter: Orang[Number], bruto_masa: MoneyPerMonth, ter_a: Rows, ter_b: Rows, ter_c: Rows) -> Rate:
    if poin_ter <= 1:
        return row(ter_a, bruto_masa)
    if poin_ter <= 3:
        return row(ter_b, bruto_masa)
    return row(ter_c, bruto_masa)


@chapter.rule(of="masa", cite="PP 58/2023 ps. 2; PMK 168/2023 ps. 13", since="2024-01-01")
def ter_masa(
    bruto_masa: MoneyPerMonth,
    tarif_ter_masa: Rate,
    bulan_ke: Number,
    bulan_akhir: Orang[Number],
    pengali_npwp: Orang[Rate],
) -> MoneyPerMonth:
    if bulan_ke == bulan_akhir:
        return 0
    return down(down(bruto_masa * tarif_ter_masa) * pengali_npwp)


chapter.total(
    "ter_semua_masa", "orang", "ter_masa", "masa", cite="PMK 168/2023 ps. 13", since="2024-01-01", every="year"
)


@chapter.rule(cite="PMK 168/2023 ps. 13, ps. 14", since="2024-01-01")
def ter_terpotong(
    ter_bulan: MoneyPerMonth, bulan_kerja: Number, jumlah_masa: Number, ter_semua_masa: MoneyPerYear
) -> MoneyPerYear:
    if jumlah_masa > 0:
        return ter_semua_masa
    return of_a_year(ter_bulan * (bulan_kerja - 1))


@chapter.rule(cite="PP 58/2023 ps. 2(5); PMK 168/2023 ps. 14", since="2024-01-01")
def desember(setahun: MoneyPerYear, ter_terpotong: MoneyPerYear, pph_sebelumnya: MoneyPerYear) -> MoneyPerMonth:
    return of_a_month(setahun - pph_sebelumnya - ter_terpotong)


@chapter.rule(of="masa", cite="PP 58/2023 ps. 2; PMK 168/2023 ps. 13, ps. 14", since="2024-01-01")
def pph21_masa(
    ter_masa: MoneyPerMonth, desember: Orang[MoneyPerMonth], bulan_ke: Number, bulan_akhir: Orang[Number]
) -> MoneyPerMonth:
    if bulan_ke == bulan_akhir:
        return desember
    return ter_masa


@chapter.rule(cite="PP 58/2023 ps. 2; PMK 168/2023 ps. 13", since="2024-01-01")
def pph21_bulan(ter_bulan: MoneyPerMonth) -> MoneyPerMonth:
    return ter_bulan


@chapter.rule(cite="PMK 10/2025; PMK 72/2025; PMK 105/2025", since="2025-01-01", until="2027-01-01")
def ditanggung_pemerintah(
    sektor_dtp: Flag, gaji_bulan: MoneyPerMonth, ter_bulan: MoneyPerMonth, dtp_batas_bulan: MoneyPerMonth
) -> MoneyPerMonth:
    if sektor_dtp and gaji_bulan <= dtp_batas_bulan:
        return ter_bulan
    return 0
