"""What a month's invoices leave to pay: UU PPN ps. 9. Too much credit is carried to the next month."""

from gapura.foundation.rules.authoring import Chapter
from gapura.foundation.rules.units import Money

chapter = Chapter(of="orang")


@chapter.rule(cite="UU PPN ps. 9(2), ps. 9(4)", since="1985-04-01")
def kredit_ppn(pajak_masukan: Money, kompensasi_ppn: Money) -> Money:
    return pajak_masukan + kompensasi_ppn


@chapter.rule(cite="UU PPN ps. 9(3)", since="1985-04-01")
def ppn_kurang_bayar(pajak_keluaran: Money, kredit_ppn: Money) -> Money:
    return max(pajak_keluaran - kredit_ppn, 0)


@chapter.rule(cite="UU PPN ps. 9(4)", since="1985-04-01")
def kelebihan_ppn(pajak_keluaran: Money, kredit_ppn: Money) -> Money:
    return max(kredit_ppn - pajak_keluaran, 0)
