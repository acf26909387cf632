"""What other sites send to sign people in: the credentials and the parameters of OpenID Connect."""

import django

django.setup()

from django.http import QueryDict  # noqa: E402  needs Django set up

from gapura.kernel.federation import schemas  # noqa: E402  as above
from gapura.kernel.federation.types import ProtocolError  # noqa: E402  as above

DECLARED = (ProtocolError,)


def seeds() -> list[bytes]:
    return [
        b"Y2xpZW50OnNlY3JldA==\nresponse_type=code&state=x&nonce=y&code_challenge_method=S256&code_challenge="
        + b"a" * 43
        + b"&max_age=60&prompt=login%20consent&acr_values=high",
        b"w6k6\nresponse_type=token&request=x&state=a&state=b",
    ]


def parse(data: bytes) -> None:
    credentials, _, query = data.decode("latin-1").partition("\n")
    schemas._basic(credentials)
    parameters = QueryDict(query, encoding="utf-8")
    for read in (schemas._check_form, schemas._challenge, schemas._assurance, schemas._max_age, schemas._prompts):
        try:
            read(parameters)
        except DECLARED:
            continue
