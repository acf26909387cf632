"""Income tax of a person for a year: UU PPh ps. 6, 7, 8, 17, 25."""

from gapura.foundation.rules.authoring import Brackets, Chapter, divided, down, of_a_month, of_a_year, progressive
from gapura.foundation.rules.units import Flag, Money, MoneyPerMonth, MoneyPerYear, Number, Rate
from gapura.jurisdictions.indonesia.law.notions import Keluarga

chapter = Chapter(of="orang")


@chapter.rule(of="bukti", cite="UU PPh ps. 21(3); PMK 168/2023 ps. 10", since="2009-01-01")
def biaya_jabatan_bukti(
    bruto_bukti: MoneyPerYear,
    bulan_bukti: Number,
    pensiun_bukti: Flag,
    biaya_jabatan_tarif: Rate,
    biaya_jabatan_bulan: Money,
    biaya_pensiun_tarif: Rate,
    biaya_pensiun_bulan: Money,
) -> MoneyPerYear:
    if pensiun_bukti:
        return min(down(bruto_bukti * biaya_pensiun_tarif), of_a_year(biaya_pensiun_bulan * bulan_bukti))
    return min(down(bruto_bukti * biaya_jabatan_tarif), of_a_year(biaya_jabatan_bulan * bulan_bukti))


@chapter.rule(of="bukti", cite="UU PPh ps. 21(3); PMK 168/2023 ps. 10", since="2009-01-01")
def neto_bukti(
    bruto_bukti: MoneyPerYear,
    biaya_jabatan_bukti: MoneyPerYear,
    iuran_bukti: MoneyPerYear,
    zakat_bukti: MoneyPerYear,
    final_bukti: Flag,
) -> MoneyPerYear:
    if final_bukti:
        return 0
    return bruto_bukti - biaya_jabatan_bukti - iuran_bukti - zakat_bukti


@chapter.rule(of="bukti", cite="UU PPh ps. 20 dan ps. 28(1)a", since="2009-01-01")
def kredit_bukti(pph_bukti: MoneyPerYear, final_bukti: Flag) -> MoneyPerYear:
    if final_bukti:
        return 0
    return pph_bukti


chapter.total("neto_semua_bukti", "orang", "neto_bukti", "bukti", cite="UU PPh ps. 4(1)", since="2009-01-01")
chapter.total("kredit_semua_bukti", "orang", "kredit_bukti", "bukti", cite="UU PPh ps. 28(1)a", since="2009-01-01")


@chapter.rule(cite="UU PPh ps. 14", since="2009-01-01")
def neto_norma(peredaran_norma: MoneyPerYear, norma: Rate) -> MoneyPerYear:
    return down(peredaran_norma * norma)


@chapter.rule(cite="UU PPh ps. 4(1), ps. 6(1), ps. 9(1)g", since="2009-01-01")
def penghasilan_neto(
    neto_semua_bukti: MoneyPerYear,
    neto_gaji: MoneyPerYear,
    penghasilan_usaha: MoneyPerYear,
    penghasilan_lain: MoneyPerYear,
    penghasilan_luar_negeri: MoneyPerYear,
    zakat: MoneyPerYear,
) -> MoneyPerYear:
    jumlah = neto_semua_bukti + neto_gaji + penghasilan_usaha + penghasilan_lain + penghasilan_luar_negeri
    return jumlah - zakat


@chapter.rule(cite="UU PPh ps. 17(5)", since="2009-01-01")
def neto_disetahunkan(penghasilan_neto: MoneyPerYear, bulan_subjek: Number) -> MoneyPerYear:
    return down(divided(penghasilan_neto * 12, bulan_subjek))


@chapter.rule(cite="UU PPh ps. 6(2), ps. 6(3), ps. 17(4)", since="2009-01-01")
def pkp(
    neto_disetahunkan: MoneyPerYear, kompensasi_rugi: MoneyPerYear, ptkp: MoneyPerYear, pembulatan_pkp: Number
) -> MoneyPerYear:
    return down(max(neto_disetahunkan - kompensasi_rugi - ptkp, 0), to=pembulatan_pkp)


# Rounded once more: whoever gives the taxable income itself need not have rounded it.
@chapter.rule(cite="UU PPh ps. 17(1)a dan ps. 17(4)", since="2009-01-01")
def tarif(pkp: MoneyPerYear, pembulatan_pkp: Number, tarif_pasal_17: Brackets) -> MoneyPerYear:
    return down(progressive(tarif_pasal_17, down(pkp, to=pembulatan_pkp)))


@chapter.rule(cite="UU PPh ps. 17(5)-(6)", since="2009-01-01")
def bagian(tarif: MoneyPerYear, bulan_subjek: Number) -> MoneyPerYear:
    return down(divided(tarif * bulan_subjek * 30, 360))


@chapter.rule(cite="UU PPh ps. 16, ps. 17", since="2009-01-01")
def pph_terutang(tarif: MoneyPerYear, bagian: MoneyPerYear, bulan_subjek: Number) -> MoneyPerYear:
    if bulan_subjek < 12:
        return bagian
    return tarif


@chapter.rule(cite="UU PPh ps. 20, ps. 28(1)", since="2009-01-01")
def kredit_pihak_lain(
    kredit_semua_bukti: MoneyPerYear, pph_dipotong_lain: MoneyPerYear, kredit_luar_negeri: MoneyPerYear
) -> MoneyPerYear:
    return kredit_semua_bukti + pph_dipotong_lain + kredit_luar_negeri


@chapter.rule(cite="UU PPh ps. 28(1)", since="2009-01-01")
def kredit_pajak(kredit_pihak_lain: MoneyPerYear, pph_dibayar: MoneyPerYear) -> MoneyPerYear:
    return kredit_pihak_lain + pph_dibayar


@chapter.rule(cite="UU PPh ps. 28A, ps. 29", since="2009-01-01")
def pph_kurang_bayar(pph_terutang: MoneyPerYear, kredit_pajak: MoneyPerYear) -> MoneyPerYear:
    return pph_terutang - kredit_pajak


@chapter.rule(cite="UU PPh ps. 25(1)", since="2009-01-01")
def angsuran(pph_terutang: MoneyPerYear, kredit_pihak_lain: MoneyPerYear, bulan_subjek: Number) -> MoneyPerMonth:
    return of_a_month(down(divided(max(pph_terutang - kredit_pihak_lain, 0), bulan_subjek)))


@chapter.rule(cite="UU PPh ps. 24(2)", since="2009-01-01")
def kredit_luar_negeri_maks(
    pph_terutang: MoneyPerYear, penghasilan_luar_negeri: MoneyPerYear, penghasilan_neto: MoneyPerYear
) -> MoneyPerYear:
    if penghasilan_neto <= 0:
        return 0
    return down(pph_terutang * divided(penghasilan_luar_negeri, penghasilan_neto))


@chapter.rule(cite="UU PPh ps. 6(1), ps. 16", since="2009-01-01")
def penghasilan_bersih(penghasilan_neto: MoneyPerYear, pph_terutang: MoneyPerYear) -> MoneyPerYear:
    return penghasilan_neto - pph_terutang


chapter.total("pph_keluarga", "keluarga", "pph_terutang", "orang", cite="UU PPh ps. 8", since="2009-01-01")
chapter.total("neto_keluarga", "keluarga", "penghasilan_neto", "orang", cite="UU PPh ps. 8", since="2009-01-01")
chapter.total("bersih_keluarga", "keluarga", "penghasilan_bersih", "orang", cite="UU PPh ps. 8", since="2009-01-01")


# Husband and wife who are taxed separately (PH, MT): one tax, divided by their net incomes.


@chapter.rule(cite="UU PPh ps. 8(3)", since="2009-01-01")
def neto_gabungan(penghasilan_neto: MoneyPerYear, neto_pasangan: MoneyPerYear) -> MoneyPerYear:
    return penghasilan_neto + neto_pasangan


@chapter.rule(cite="UU PPh ps. 7(1), ps. 8(3)", since="2009-01-01")
def ptkp_gabungan(
    tanggungan: Number,
    tanggungan_keluarga: Keluarga[Number],
    tanggungan_maks: Number,
    ptkp_diri: MoneyPerYear,
    ptkp_kawin: MoneyPerYear,
    ptkp_istri: MoneyPerYear,
    ptkp_tanggungan: MoneyPerYear,
) -> MoneyPerYear:
    diakui = min(max(tanggungan, tanggungan_keluarga), tanggungan_maks)
    return ptkp_diri + ptkp_kawin + ptkp_istri + diakui * ptkp_tanggungan


@chapter.rule(cite="UU PPh ps. 8(3), ps. 17(4)", since="2009-01-01")
def pkp_gabungan(neto_gabungan: MoneyPerYear, ptkp_gabungan: MoneyPerYear, pembulatan_pkp: Number) -> MoneyPerYear:
    return down(max(neto_gabungan - ptkp_gabungan, 0), to=pembulatan_pkp)


@chapter.rule(cite="UU PPh ps. 8(3), ps. 17(1)a", since="2009-01-01")
def pph_gabungan(pkp_gabungan: MoneyPerYear, tarif_pasal_17: Brackets) -> MoneyPerYear:
    return down(progressive(tarif_pasal_17, pkp_gabungan))


@chapter.rule(cite="UU PPh ps. 8(3)", since="2009-01-01")
def pph_pisah(pph_gabungan: MoneyPerYear, penghasilan_neto: MoneyPerYear, neto_gabungan: MoneyPerYear) -> MoneyPerYear:
    if neto_gabungan <= 0:
        return 0
    return down(pph_gabungan * divided(penghasilan_neto, neto_gabungan))


@chapter.rule(cite="UU PPh ps. 8(3)", since="2009-01-01")
def pph_pisah_pasangan(
    pph_gabungan: MoneyPerYear, neto_pasangan: MoneyPerYear, neto_gabungan: MoneyPerYear
) -> MoneyPerYear:
    if neto_gabungan <= 0:
        return 0
    return down(pph_gabungan * divided(neto_pasangan, neto_gabungan))


@chapter.rule(cite="UU PPh ps. 8(3), ps. 28A, ps. 29", since="2009-01-01")
def pph_pisah_kurang_bayar(pph_pisah: MoneyPerYear, kredit_pajak: MoneyPerYear) -> MoneyPerYear:
    return pph_pisah - kredit_pajak
