"""Texts, tables and trees that say much in few bytes, speak to spreadsheets, or are no text at all."""

from tests.security.hostile.corpus import MEGABYTE, hostile


@hostile("xml")
def xml_that_reads_our_files() -> bytes:
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@hostile("xml")
def xml_of_a_billion_laughs() -> bytes:
    lines = [b'<!ENTITY a0 "lol">']
    lines += [b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)]
    return b"<!DOCTYPE x [%s]><x>&a9;</x>" % b"".join(lines)


@hostile("csv")
def csv_with_formulas() -> bytes:
    calls = (b'=HYPERLINK("http://evil.invalid")', b"@SUM(1+1)*cmd|'/c calc'!A0", b"\t=1+1")
    return b"number,full_name\n" + b"".join(b"3171014501900001,%s\n" % call for call in calls)


@hostile("csv")
def csv_with_an_open_quote() -> bytes:
    return b'number,full_name\n"' + b"a,\n" * 100_000


@hostile("csv")
def csv_of_one_endless_line() -> bytes:
    return b"number," * (4 * MEGABYTE // 7)


@hostile("yaml")
def yaml_of_a_billion_laughs() -> bytes:
    lines = [b"a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [b"a%d: &a%d [%s]" % (level, level, b", ".join([b"*a%d" % (level - 1)] * 9)) for level in range(1, 10)]
    return b"\n".join(lines)


@hostile("yaml")
def yaml_that_contains_itself() -> bytes:
    return b"a: &a [*a, *a]"


@hostile("yaml")
def yaml_that_starts_a_program() -> bytes:
    return b"!!python/object/apply:os.system ['touch /tmp/left-by-a-hostile-file']"


@hostile("yaml")
def yaml_nested_fifty_thousand_deep() -> bytes:
    return b"[" * 50_000


@hostile("json")
def json_nested_a_hundred_thousand_deep() -> bytes:
    return b"[" * 100_000 + b"]" * 100_000


@hostile("json")
def json_with_a_number_of_a_million_digits() -> bytes:
    return b'{"number": ' + b"9" * 1_000_000 + b"}"


@hostile("txt")
def text_that_is_not_utf_8() -> bytes:
    return b"\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80" * 1_000


@hostile("txt")
def text_of_zeros() -> bytes:
    return bytes(100_000)


@hostile("txt")
def text_that_turns_around() -> bytes:
    return "\u202efdp.exe\u202c \ufeff\u200b".encode("utf-16")


@hostile("com")
def test_virus() -> bytes:
    # In two halves, so that no scanner takes this file for it (EICAR's test file).
    return rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


@hostile("elf", file_name="certificate.pdf")
def program_called_pdf() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(200)


@hostile("pdf", file_name="../../../../tmp/left-by-a-hostile-file")
def name_that_climbs() -> bytes:
    return b"%PDF-1.7 nothing"


@hostile("pdf", file_name="a" * 5_000 + ".pdf")
def name_of_five_thousand_letters() -> bytes:
    return b"%PDF-1.7 nothing"


@hostile("pdf", file_name="con\u202efdp.exe;`id`|$(id)\x01.pdf")
def name_that_speaks_to_a_shell() -> bytes:
    return b"%PDF-1.7 nothing"


@hostile("pdf")
def nothing_at_all() -> bytes:
    return b""


@hostile("pdf")
def larger_than_any_document() -> bytes:
    return b"%PDF-1.7\n" + bytes(6 * MEGABYTE)
