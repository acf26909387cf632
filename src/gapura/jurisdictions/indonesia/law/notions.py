"""What the chapters write their figures with: whose a figure is, and the lists of codes."""

from typing import Annotated

from gapura.foundation.rules.units import Kind, Of, Subject, Unit

Keluarga = Annotated[Subject, Of("keluarga")]
"""``Keluarga[Number]``: a number of the family that the person is in."""
Orang = Annotated[Subject, Of("orang")]
"""``Orang[Money]``: an amount of the person whose slip or month it is."""

StatusPajak = Annotated[str, Unit(Kind.CODE, codes="status_pajak")]
Hubungan = Annotated[str, Unit(Kind.CODE, codes="hubungan")]
Jenjang = Annotated[str, Unit(Kind.CODE, codes="jenjang")]
BentukUsaha = Annotated[str, Unit(Kind.CODE, codes="bentuk_usaha")]
DasarBunga = Annotated[str, Unit(Kind.CODE, codes="dasar_bunga")]
JenisSpt = Annotated[str, Unit(Kind.CODE, codes="jenis_spt")]
RisikoKerja = Annotated[str, Unit(Kind.CODE, codes="risiko_kerja")]
