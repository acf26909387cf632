"""Which passwords nobody may have, and that a password is what was typed."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from gapura.kernel.identity.forms import FirstPasswordForm
from gapura.kernel.identity.passwords import BreachedValidator
from gapura.kernel.identity.testing import PASSWORD, SECRET, current_code

LEAKED = "correct horse battery staple"


@pytest.mark.parametrize(
    "password",
    ["Gapura-Indonesia-2026", "merdeka merdeka merdeka", "KartuKeluarga.Jakarta!", "dukcapil bandung 2026 ok"],
)
def test_words_of_the_house_and_the_country_make_no_password(password: str) -> None:
    with pytest.raises(ValidationError, match="words that everybody"):
        validate_password(password)
    validate_password(f"{password} tetangga lupa")  # the same words beside one's own


@pytest.fixture
def breached(tmp_path: Path, settings: Any) -> Path:
    """The operator's list, with one password in it."""
    digest = hashlib.sha1(LEAKED.encode(), usedforsecurity=False).hexdigest().upper()
    (tmp_path / f"{digest[:5]}.txt").write_text(f"{'0' * 35}:3\n{digest[5:]}:4711\n{'F' * 35}:1\n")
    settings.GAPURA_BREACHED_PASSWORDS = str(tmp_path)
    return tmp_path


def test_a_stolen_password_is_refused_and_without_the_list_it_is_not(breached: Path, settings: Any) -> None:
    with pytest.raises(ValidationError, match="stolen"):
        validate_password(LEAKED)
    settings.GAPURA_BREACHED_PASSWORDS = ""
    validate_password(LEAKED)


def test_a_list_that_lacks_a_file_is_said_in_the_log_and_names_no_password(
    breached: Path, caplog: pytest.LogCaptureFixture
) -> None:
    BreachedValidator().validate(PASSWORD)
    assert "cannot be read" in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize(
    "password", [f"  {PASSWORD}  ", "ｆｕｌｌ ｗｉｄｔｈ ｌｅｔｔｅｒｓ 한국어", "x" * 63 + "y z" * 22]
)
def test_a_password_is_what_was_typed_to_its_last_space_and_128_letters_fit(password: str) -> None:
    form = FirstPasswordForm(
        {"login": "citra", "password1": password, "password2": password, "code": current_code()},
        secret=SECRET,
        asks_login=True,
    )
    assert form.is_valid(), form.errors
    assert form.credentials.password == password
