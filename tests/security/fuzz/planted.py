"""A parser with a mistake in it: three letters make it stumble. The machine that does not find it finds nothing."""

import atheris

DECLARED = (ValueError,)


def seeds() -> list[bytes]:
    return [b"abc", b"12"]


@atheris.instrument_func
def parse(data: bytes) -> None:
    if len(data) > 2 and data[0] == ord("g") and data[1] == ord("a") and data[2] == ord("p"):
        raise KeyError("planted")
    int(data)
