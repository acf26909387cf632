"""The lines of a population file of an agency: any encoding, any separator, any quoting."""

import io

from gapura.sectors.civil.actions.population_file.cells import (
    CannotReadFile,
    find_separator,
    plain_cell,
    read_rows,
    safe_cell,
)

DECLARED = (CannotReadFile,)


def seeds() -> list[bytes]:
    return [b'nik;nama\n3171;"Ani; B"\n3172;"two\nlines"\n', b"nik,nama\n=1+1,'=x\n", b'nik\tnama\n"open\n']


def parse(data: bytes) -> None:
    lines = io.StringIO(data.decode(errors="replace"), newline="")
    separator = find_separator(lines.readline(), ["nik", "nama"])
    for row in read_rows(lines, separator, first_line=2):
        for cell in map(str.strip, row.cells or ()):
            assert plain_cell(safe_cell(cell)) == cell
            assert not safe_cell(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
