"""What a poor family gets: PKH, food, paid health contributions, school money, the cards of Jakarta."""

from gapura.foundation.rules.authoring import Chapter, as_such, divided, down, of_a_year
from gapura.foundation.rules.units import Flag, Money, MoneyPerYear, Number, Rate
from gapura.jurisdictions.indonesia.law.notions import Jenjang, Keluarga

chapter = Chapter(of="keluarga")
PIP = "Persesjen Kemendikbudristek 14/2022"
PKH = "Permensos 1/2018; Kepdirjen tentang indeks dan komponen PKH"


# Who counts


@chapter.rule(of="orang", cite=PKH, since="2020-01-01")
def anak_usia_dini(usia: Number, jenjang: Jenjang, usia_dini_sampai: Number) -> Flag:
    return usia <= usia_dini_sampai and jenjang == "tidak"


@chapter.rule(of="orang", cite=PKH, since="2020-01-01")
def murid_sd(jenjang: Jenjang) -> Flag:
    return jenjang == "sd"


@chapter.rule(of="orang", cite=PKH, since="2020-01-01")
def murid_smp(jenjang: Jenjang) -> Flag:
    return jenjang == "smp"


@chapter.rule(of="orang", cite=PKH, since="2020-01-01")
def murid_sma(jenjang: Jenjang) -> Flag:
    return jenjang == "sma"


@chapter.rule(of="orang", cite=PKH, since="2020-01-01", certainty="medium")
def lanjut_usia(usia: Number, usia_lansia: Number) -> Flag:
    return usia >= usia_lansia


@chapter.rule(of="orang", cite="Perpres 64/2020 ps. 29", since="2016-01-01")
def anggota(usia: Number) -> Flag:
    return usia >= 0


chapter.count("hamil", "keluarga", "sedang_hamil", "orang", cite=PKH, since="2020-01-01")
chapter.count("usia_dini", "keluarga", "anak_usia_dini", "orang", cite=PKH, since="2020-01-01")
chapter.count("sd", "keluarga", "murid_sd", "orang", cite=PKH, since="2020-01-01")
chapter.count("smp", "keluarga", "murid_smp", "orang", cite=PKH, since="2020-01-01")
chapter.count("sma", "keluarga", "murid_sma", "orang", cite=PKH, since="2020-01-01")
chapter.count("disabilitas", "keluarga", "disabilitas_berat", "orang", cite=PKH, since="2020-01-01")
chapter.count("lansia", "keluarga", "lanjut_usia", "orang", cite=PKH, since="2020-01-01", certainty="medium")
chapter.count("korban", "keluarga", "korban_ham", "orang", cite=PKH, since="2020-01-01", certainty="medium")
chapter.count("jiwa", "keluarga", "anggota", "orang", cite="Perpres 64/2020 ps. 29", since="2016-01-01")


# PKH: the components that give most count first, until the family has its most.


@chapter.rule(cite=PKH, since="2020-01-01", certainty="medium")
def pkh(
    korban: Number,
    hamil: Number,
    usia_dini: Number,
    disabilitas: Number,
    lansia: Number,
    sma: Number,
    smp: Number,
    sd: Number,
    pkh_komponen_maks: Number,
    pkh_hamil_maks: Number,
    pkh_usia_dini_maks: Number,
    pkh_disabilitas_maks: Number,
    pkh_lansia_maks: Number,
    pkh_korban_ham: MoneyPerYear,
    pkh_hamil: MoneyPerYear,
    pkh_usia_dini: MoneyPerYear,
    pkh_disabilitas: MoneyPerYear,
    pkh_lansia: MoneyPerYear,
    pkh_sma: MoneyPerYear,
    pkh_smp: MoneyPerYear,
    pkh_sd: MoneyPerYear,
) -> MoneyPerYear:
    a = min(korban, pkh_komponen_maks)
    sisa = pkh_komponen_maks - a
    b = min(min(hamil, pkh_hamil_maks), sisa)
    sisa = sisa - b
    c = min(min(usia_dini, pkh_usia_dini_maks), sisa)
    sisa = sisa - c
    d = min(min(disabilitas, pkh_disabilitas_maks), sisa)
    sisa = sisa - d
    e = min(min(lansia, pkh_lansia_maks), sisa)
    sisa = sisa - e
    f = min(sma, sisa)
    sisa = sisa - f
    g = min(smp, sisa)
    h = min(sd, sisa - g)
    besar = a * pkh_korban_ham + b * pkh_hamil + c * pkh_usia_dini + d * pkh_disabilitas + e * pkh_lansia
    return besar + f * pkh_sma + g * pkh_smp + h * pkh_sd


@chapter.rule(cite=PKH, since="2020-01-01")
def pkh_triwulan(pkh: MoneyPerYear) -> Money:
    return down(divided(as_such(pkh), 4))


@chapter.rule(cite="Inpres 4/2025; Kepmensos 79/HUK/2025", since="2025-02-05", certainty="medium")
def berhak_pkh(desil: Number, pkh: MoneyPerYear, desil_pkh: Number) -> Flag:
    return desil <= desil_pkh and pkh > 0


@chapter.rule(cite="Inpres 4/2025; " + PKH, since="2025-02-05", certainty="medium")
def bantuan_pkh(berhak_pkh: Flag, pkh: MoneyPerYear) -> MoneyPerYear:
    if berhak_pkh:
        return pkh
    return 0


# Food, and health contributions that the state pays


@chapter.rule(cite="Perpres 63/2017", since="2017-07-12")
def sembako(bulan_bantuan: Number, sembako_sebulan: Money) -> Money:
    return sembako_sebulan * bulan_bantuan


@chapter.rule(cite="Inpres 4/2025; Kepmensos 79/HUK/2025", since="2025-02-05", certainty="medium")
def berhak_sembako(desil: Number, desil_sembako: Number) -> Flag:
    return desil <= desil_sembako


@chapter.rule(cite="Inpres 4/2025; Perpres 63/2017", since="2025-02-05", certainty="medium")
def bantuan_sembako(berhak_sembako: Flag, sembako_sebulan: Money) -> MoneyPerYear:
    if berhak_sembako:
        return of_a_year(sembako_sebulan * 12)
    return 0


@chapter.rule(cite="Perpres 64/2020 ps. 29; PP 101/2012 jo PP 76/2015", since="2016-01-01")
def pbi(jiwa: Number, bulan_bantuan: Number, pbi_sebulan: Money) -> Money:
    return pbi_sebulan * jiwa * bulan_bantuan


@chapter.rule(cite="Inpres 4/2025; Kepmensos 79/HUK/2025", since="2025-02-05", certainty="medium")
def berhak_pbi(desil: Number, desil_pbi: Number) -> Flag:
    return desil <= desil_pbi


@chapter.rule(cite="Inpres 4/2025; Perpres 64/2020 ps. 29", since="2025-02-05", certainty="medium")
def bantuan_pbi(berhak_pbi: Flag, jiwa: Number, pbi_sebulan: Money) -> MoneyPerYear:
    if berhak_pbi:
        return of_a_year(pbi_sebulan * jiwa * 12)
    return 0


# School money


@chapter.rule(of="orang", cite=PIP, since="2020-01-01")
def kelas_akhir(kelas: Number, jenjang: Jenjang) -> Flag:
    terakhir_sd = jenjang == "sd" and kelas == 6
    terakhir_smp = jenjang == "smp" and kelas == 9
    return terakhir_sd or terakhir_smp or (jenjang == "sma" and kelas >= 12)


@chapter.rule(of="orang", cite=PIP, since="2020-01-01")
def pip_penuh(jenjang: Jenjang, pip_sd: Money, pip_smp: Money, pip_sma: Money) -> Money:
    if jenjang == "sd":
        return pip_sd
    if jenjang == "smp":
        return pip_smp
    if jenjang == "sma":
        return pip_sma
    return 0


@chapter.rule(of="orang", cite=PIP, since="2020-01-01")
def pip(pip_penuh: Money, kelas_akhir: Flag, semester_pertama: Flag, pip_bagian: Rate) -> Money:
    if kelas_akhir or semester_pertama:
        return down(pip_penuh * pip_bagian)
    return pip_penuh


@chapter.rule(of="orang", cite=PIP + "; Inpres 4/2025", since="2025-02-05", certainty="low")
def bantuan_pip(desil: Keluarga[Number], pip: Money, desil_pip: Number) -> MoneyPerYear:
    if desil <= desil_pip:
        return of_a_year(pip)
    return 0


chapter.total("pip_keluarga", "keluarga", "pip", "orang", cite=PIP, since="2020-01-01")
chapter.total(
    "bantuan_pip_keluarga", "keluarga", "bantuan_pip", "orang", cite=PIP,
    since="2025-02-05", certainty="low",
)  # fmt: skip


@chapter.rule(cite="Inpres 4/2025", since="2025-02-05", certainty="medium")
def bantuan_keluarga(
    bantuan_pkh: MoneyPerYear, bantuan_sembako: MoneyPerYear, bantuan_pip_keluarga: MoneyPerYear
) -> MoneyPerYear:
    return bantuan_pkh + bantuan_sembako + bantuan_pip_keluarga


# School money for numbers of pupils, as a school counts them


@chapter.rule(of="orang", cite=PIP, since="2020-01-01")
def murid_sd_akhir(murid_sd: Flag, kelas_akhir: Flag) -> Flag:
    return murid_sd and kelas_akhir


@chapter.rule(of="orang", cite=PIP, since="2020-01-01")
def murid_smp_akhir(murid_smp: Flag, kelas_akhir: Flag) -> Flag:
    return murid_smp and kelas_akhir


@chapter.rule(of="orang", cite=PIP, since="2020-01-01")
def murid_sma_akhir(murid_sma: Flag, kelas_akhir: Flag) -> Flag:
    return murid_sma and kelas_akhir


for jenjang in ("sd", "smp", "sma"):
    chapter.count(f"{jenjang}_akhir", "keluarga", f"murid_{jenjang}_akhir", "orang", cite=PIP, since="2020-01-01")


@chapter.rule(cite=PIP, since="2020-01-01")
def pip_menurut_jumlah(
    sd: Number,
    smp: Number,
    sma: Number,
    sd_akhir: Number,
    smp_akhir: Number,
    sma_akhir: Number,
    pip_sd: Money,
    pip_smp: Money,
    pip_sma: Money,
    pip_bagian: Rate,
) -> Money:
    penuh = (sd - sd_akhir) * pip_sd + (smp - smp_akhir) * pip_smp + (sma - sma_akhir) * pip_sma
    akhir = sd_akhir * pip_sd + smp_akhir * pip_smp + sma_akhir * pip_sma
    return penuh + down(akhir * pip_bagian)


# The cards of Jakarta


@chapter.rule(of="orang", cite="Peraturan Gubernur DKI Jakarta (PKD)", since="2022-01-01", certainty="medium")
def kartu_jakarta(
    di_jakarta: Keluarga[Flag],
    lanjut_usia: Flag,
    disabilitas_berat: Flag,
    anak_usia_dini: Flag,
    kartu_jakarta_sebulan: Money,
) -> Money:
    if di_jakarta and (lanjut_usia or disabilitas_berat or anak_usia_dini):
        return kartu_jakarta_sebulan
    return 0
