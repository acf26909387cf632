"""Whatever the house answers with an error of its own while it is attacked is written down, enough to send it again."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.security.attack import settings as attacked
from tests.security.attack.recorder import FILE, read_errors


@pytest.mark.django_db
def test_an_error_is_kept_with_what_was_sent_and_where_it_broke(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*given: Any, **named: Any) -> None:
        raise ZeroDivisionError("planted")

    shutil.copytree(Path(settings.GAPURA_HOME) / "pki", tmp_path / "pki")
    settings.MIDDLEWARE, settings.GAPURA_HOME = attacked.MIDDLEWARE, tmp_path
    client = Client(raise_request_exception=False)
    assert client.get("/verify/?code=1").status_code == 200
    assert not (tmp_path / FILE).exists()
    monkeypatch.setattr("gapura.kernel.documents.views.verify_file", fail)
    answer = client.post("/verify/?a=b", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert answer.status_code == 500
    (error,) = read_errors(tmp_path)
    assert (error.method, error.address, error.status) == ("POST", "/verify/?a=b", 500)
    assert error.request == answer.headers["X-Request-ID"]
    assert len(error.body) == len(hashlib.sha256().hexdigest())
    assert error.where[-1] == "ZeroDivisionError: planted"
    assert any("documents/views.py" in line for line in error.where)
    assert "/verify/?a=b" in str(error)
