import stat
from pathlib import Path

from cryptography.fernet import Fernet

from multiball.runtime import secret_file
from multiball.settings import Workspace


def test_secrets_are_generated_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    first = secret_file.ensure(Workspace(tmp_path)).secrets
    second = secret_file.ensure(Workspace(tmp_path)).secrets
    assert {name: first[name] for name in secret_file.GENERATED} == {name: second[name] for name in secret_file.GENERATED}
    assert stat.S_IMODE((tmp_path / "var" / "secrets.env").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secrets.env"]


def test_two_workspaces_have_different_secrets(tmp_path: Path) -> None:
    one, other = (secret_file.ensure(Workspace(tmp_path / name)).secrets for name in ("one", "other"))
    assert all(one[name] != other[name] for name in secret_file.GENERATED)


def test_what_a_person_wrote_into_the_file_stays(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets.env").write_text("# mine\nMULTIBALL_IDENTITY_KEY=kept\nMETA_TOKEN=a=b\n")
    secrets = secret_file.ensure(Workspace(tmp_path), {"MULTIBALL_SANDBOX_ECB_URL": "http://127.0.0.1:1"}).secrets
    assert (secrets["MULTIBALL_IDENTITY_KEY"], secrets["META_TOKEN"], secrets["MULTIBALL_SANDBOX_ECB_URL"]) == (
        "kept",
        "a=b",
        "http://127.0.0.1:1",
    )
    assert (tmp_path / "var" / "secrets.env").read_text().startswith("# mine\n")
    moved = secret_file.ensure(Workspace(tmp_path), {"MULTIBALL_SANDBOX_ECB_URL": "http://127.0.0.1:2"}).secrets
    assert moved["MULTIBALL_SANDBOX_ECB_URL"] == "http://127.0.0.1:2"


def test_where_a_sandbox_is_stays_in_the_file_of_a_demo_alone(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text("demo: true\n")
    assert secret_file.ensure(Workspace(tmp_path), {"MULTIBALL_SANDBOX_SMTP_PORT": "40025"}).mail_server
    assert secret_file.ensure(Workspace(tmp_path)).secrets["MULTIBALL_SANDBOX_SMTP_PORT"] == "40025"
    (tmp_path / "sources.yml").write_text("sources: {}\n")
    assert Workspace(tmp_path).mail_server is None
    secret_file.ensure(Workspace(tmp_path))
    assert "MULTIBALL_SANDBOX_SMTP_PORT" not in (tmp_path / "var" / "secrets.env").read_text()


def test_the_fernet_key_is_one(tmp_path: Path) -> None:
    key = secret_file.ensure(Workspace(tmp_path)).secrets["AIRFLOW__CORE__FERNET_KEY"]
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"secret")) == b"secret"
