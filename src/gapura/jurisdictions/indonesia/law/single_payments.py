"""Tax on single payments: daily workers, fees, lump sums, non-residents, and final taxes on capital and land."""

from gapura.foundation.rules.authoring import Brackets, Chapter, down, progressive
from gapura.foundation.rules.units import Flag, Money, Number, Rate

chapter = Chapter(of="orang")


@chapter.rule(cite="PP 58/2023 ps. 2(4); PMK 168/2023 ps. 13", since="2024-01-01")
def harian(
    upah_hari: Money,
    hari: Number,
    harian_bebas: Money,
    harian_batas: Money,
    harian_tarif: Rate,
    bagian_kena_pajak: Rate,
    tarif_pasal_17: Brackets,
) -> Money:
    if upah_hari <= harian_bebas:
        return 0
    if upah_hari <= harian_batas:
        return down(upah_hari * hari * harian_tarif)
    return down(progressive(tarif_pasal_17, down(upah_hari * hari * bagian_kena_pajak)))


@chapter.rule(cite="PMK 10/2025; PMK 105/2025", since="2025-01-01", until="2027-01-01")
def harian_ditanggung_pemerintah(sektor_dtp: Flag, upah_hari: Money, harian: Money, dtp_batas_hari: Money) -> Money:
    if sektor_dtp and upah_hari <= dtp_batas_hari:
        return harian
    return 0


@chapter.rule(cite="UU PPh ps. 21; PMK 168/2023 ps. 12, ps. 16", since="2009-01-01")
def bukan_pegawai(imbalan: Money, bagian_kena_pajak: Rate, tarif_pasal_17: Brackets) -> Money:
    return down(progressive(tarif_pasal_17, down(imbalan * bagian_kena_pajak)))


@chapter.rule(cite="UU PPh ps. 21; PMK 168/2023 ps. 12, ps. 16", since="2009-01-01")
def peserta_kegiatan(imbalan: Money, tarif_pasal_17: Brackets) -> Money:
    return down(progressive(tarif_pasal_17, imbalan))


@chapter.rule(cite="UU PPh ps. 21; PMK 168/2023 ps. 12, ps. 16", since="2009-01-01")
def mantan_pegawai(imbalan: Money, tarif_pasal_17: Brackets) -> Money:
    return down(progressive(tarif_pasal_17, imbalan))


@chapter.rule(cite="PP 68/2009 ps. 4, ps. 6", since="2009-11-16")
def pesangon(
    pesangon_bruto: Money,
    pesangon_sebelumnya: Money,
    tahun_pembayaran: Number,
    tahun_pesangon_final: Number,
    tarif_pesangon: Brackets,
    tarif_pasal_17: Brackets,
) -> Money:
    if tahun_pembayaran > tahun_pesangon_final:
        return down(progressive(tarif_pasal_17, pesangon_bruto))
    semua = progressive(tarif_pesangon, pesangon_sebelumnya + pesangon_bruto)
    return down(semua - progressive(tarif_pesangon, pesangon_sebelumnya))


@chapter.rule(cite="PP 68/2009 ps. 5, ps. 6", since="2009-11-16")
def manfaat_pensiun(
    pesangon_bruto: Money,
    pesangon_sebelumnya: Money,
    tahun_pembayaran: Number,
    tahun_pesangon_final: Number,
    tarif_manfaat_pensiun: Brackets,
    tarif_pasal_17: Brackets,
) -> Money:
    if tahun_pembayaran > tahun_pesangon_final:
        return down(progressive(tarif_pasal_17, pesangon_bruto))
    semua = progressive(tarif_manfaat_pensiun, pesangon_sebelumnya + pesangon_bruto)
    return down(semua - progressive(tarif_manfaat_pensiun, pesangon_sebelumnya))


@chapter.rule(cite="UU PPh ps. 26(1)", since="2009-01-01")
def pph_26(imbalan: Money, tarif_pph_26: Rate) -> Money:
    return down(imbalan * tarif_pph_26)


@chapter.rule(cite="UU PPh ps. 4(2)a; PP 131/2000; PP 123/2015", since="2009-01-01", certainty="medium")
def pph_bunga_simpanan(imbalan: Money, tarif_bunga_simpanan: Rate) -> Money:
    return down(imbalan * tarif_bunga_simpanan)


@chapter.rule(cite="UU PPh ps. 17(2c)", since="2009-01-01")
def pph_dividen(imbalan: Money, tarif_dividen: Rate) -> Money:
    return down(imbalan * tarif_dividen)


@chapter.rule(cite="UU PPh ps. 4(2)d; PP 34/2016", since="2009-01-01", certainty="medium")
def pph_pengalihan_tanah(harga: Money, tarif_pengalihan_tanah: Rate) -> Money:
    return down(harga * tarif_pengalihan_tanah)


@chapter.rule(cite="UU PPh ps. 4(2)d; PP 34/2017", since="2009-01-01", certainty="medium")
def pph_sewa_tanah(imbalan: Money, tarif_sewa_tanah: Rate) -> Money:
    return down(imbalan * tarif_sewa_tanah)
