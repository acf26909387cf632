"""Value added tax: UU PPN ps. 7 and 8A, PMK 131/2024."""

from gapura.foundation.rules.authoring import Chapter, down, nearest
from gapura.foundation.rules.units import Flag, Money, Rate

chapter = Chapter(of="orang")


@chapter.rule(cite="UU PPN ps. 8A; PMK 131/2024 ps. 2, ps. 3, ps. 5", since="1985-04-01")
def dpp_ppn(harga: Money, mewah: Flag, dpp_umum: Rate, dpp_mewah: Rate) -> Money:
    if mewah:
        return nearest(harga * dpp_mewah)
    return nearest(harga * dpp_umum)


# The base is not rounded on the way: 11/12 x 12% is exactly 11%.
@chapter.rule(cite="UU PPN ps. 7(1), ps. 8A; PMK 131/2024 ps. 2, ps. 3, ps. 5", since="1985-04-01")
def ppn(harga: Money, mewah: Flag, dpp_umum: Rate, dpp_mewah: Rate, tarif_ppn: Rate) -> Money:
    if mewah:
        return down(harga * dpp_mewah * tarif_ppn)
    return down(harga * dpp_umum * tarif_ppn)
