"""What the operator sets: read once, checked, and never shown when it is secret."""

from pathlib import Path

import pytest

from warmline.errors import SettingsError
from warmline.settings import DEFAULT_MODEL, BadSetting, Settings


def test_without_any_variable_the_data_lives_in_the_users_folder_and_the_embedded_model_serves() -> None:
    settings = Settings.from_env({})
    assert settings.home.is_absolute()
    assert settings.home.name == "warmline"
    assert settings.embedded
    assert settings.model is None
    assert settings.policy is None


@pytest.mark.parametrize(
    ("platform", "given", "home"),
    [
        ("linux", {}, "/home/ann/.local/share/warmline"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/warmline"),
        ("linux", {"XDG_DATA_HOME": "data"}, "/home/ann/.local/share/warmline"),
        ("darwin", {}, "/home/ann/Library/Application Support/warmline"),
        ("darwin", {"XDG_DATA_HOME": "/data"}, "/data/warmline"),
        ("win32", {}, "/home/ann/AppData/Local/warmline"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/warmline"),
    ],
)
def test_the_users_folder_is_where_the_platform_has_it(
    platform: str, given: dict[str, str], home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("HOME", "/home/ann")
    assert Settings.from_env(given).home == Path(home)


def test_files_lie_in_the_home(tmp_path: Path) -> None:
    settings = Settings.from_env({"WARMLINE_HOME": str(tmp_path)})
    assert settings.shop_file == tmp_path / "shop.db"
    assert settings.labels == tmp_path / "labels"
    assert settings.history_file == tmp_path / "history"
    assert settings.database_url == f"sqlite:///{tmp_path}/warmline.db"


def test_a_home_given_by_hand_wins(tmp_path: Path) -> None:
    settings = Settings.from_env({"WARMLINE_HOME": "/elsewhere"}, home=tmp_path)
    assert settings.home == tmp_path


def test_the_process_is_asked_when_no_variables_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_HOME", str(tmp_path))
    assert Settings.from_env().home == tmp_path


def test_a_tilde_is_the_users_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.from_env({"WARMLINE_HOME": "~/shop"}).home == tmp_path / "shop"


def test_variables_that_are_blank_count_as_not_set() -> None:
    names = ["WARMLINE_HOME", "WARMLINE_DATABASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "WARMLINE_MODEL", "WARMLINE_POLICY"]
    names.append("WARMLINE_WEBHOOK_SECRET")
    assert Settings.from_env(dict.fromkeys(names, " ")) == Settings.from_env({})


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("sqlite:///shop.db", "sqlite:///shop.db"),
        ("sqlite+aiosqlite:////var/shop.db", "sqlite:////var/shop.db"),
        ("postgresql://ann:pw@db/shop", "postgresql+psycopg://ann:pw@db/shop"),
        ("postgres://db/shop", "postgresql+psycopg://db/shop"),
    ],
)
def test_plain_database_urls_get_their_async_drivers(written: str, understood: str) -> None:
    assert Settings.from_env({"WARMLINE_DATABASE_URL": written}).database_url == understood


def test_a_key_alone_chooses_openai_and_the_default_model() -> None:
    settings = Settings.from_env({"OPENAI_API_KEY": "sk-secret"})
    assert not settings.embedded
    assert settings.model == DEFAULT_MODEL
    assert settings.server == "https://api.openai.com/v1"


def test_a_server_of_ones_own_needs_no_key() -> None:
    settings = Settings.from_env({"OPENAI_BASE_URL": "http://localhost:11434/v1/", "WARMLINE_MODEL": "qwen3"})
    assert (settings.base_url, settings.model, settings.embedded) == ("http://localhost:11434/v1", "qwen3", False)


def test_secrets_are_not_shown() -> None:
    given = {
        "OPENAI_API_KEY": "sk-secret",
        "OPENAI_BASE_URL": "https://ann:hidden@llm.example.com/v1",
        "WARMLINE_MODEL": "m",
        "WARMLINE_DATABASE_URL": "postgresql://ann:hush@db/shop",
        "WARMLINE_WEBHOOK_SECRET": "whsec_new whsec_old",
    }
    settings = Settings.from_env(given)
    assert settings.server == "https://llm.example.com/v1"
    assert "sk-secret" not in repr(settings)
    assert "hush" not in repr(settings)
    assert settings.webhook_secrets == ("whsec_new", "whsec_old")
    assert "whsec_" not in repr(settings)


def test_a_policy_is_a_file(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1")
    assert Settings.from_env({"WARMLINE_POLICY": str(policy)}).policy == policy


def test_the_editor_is_the_visual_one_if_there_is_one() -> None:
    assert Settings.from_env({"EDITOR": "ed", "VISUAL": "code -w"}).editor == "code -w"
    assert Settings.from_env({"EDITOR": "ed"}).editor == "ed"
    assert Settings.from_env({}).editor == "vi"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("WARMLINE_HOME", __file__, "is a file"),
        ("WARMLINE_HOME", "/tmp/a?b", "without '?'"),  # noqa: S108 (nothing is made there)
        ("WARMLINE_HOME", "~nobody-of-this-name/x", "no user's home"),
        ("WARMLINE_DATABASE_URL", "shop.db", "expected sqlite:///"),
        ("WARMLINE_DATABASE_URL", "mysql://root:pw@db/shop", "starts 'mysql'"),
        ("OPENAI_API_KEY", "two words", "copy it again"),
        ("OPENAI_API_KEY", "schlüssel", "copy it again"),
        ("OPENAI_BASE_URL", "localhost:8000/v1", "http://"),
        ("OPENAI_BASE_URL", "http://", "http://"),
        ("OPENAI_BASE_URL", "http://host:port/v1", "http://"),
        ("OPENAI_BASE_URL", "ftp://host/v1", "http://"),
        ("WARMLINE_POLICY", "/no/such/policy.yaml", "is no file"),
    ],
)
def test_nonsense_is_refused_by_name(variable: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable}: ") as refused:
        Settings.from_env({variable: value, "WARMLINE_MODEL": "m"})
    assert said in str(refused.value)
    assert isinstance(refused.value, BadSetting)
    assert refused.value.variable == variable


def test_a_server_without_a_models_name_is_refused() -> None:
    with pytest.raises(SettingsError, match="WARMLINE_MODEL: is not set"):
        Settings.from_env({"OPENAI_BASE_URL": "http://localhost:8000/v1"})


def test_no_refusal_repeats_a_password() -> None:
    for variable, value in [("OPENAI_BASE_URL", "ftp://ann:hush@llm/v1"), ("WARMLINE_DATABASE_URL", "mysql://ann:hush@db/x")]:
        with pytest.raises(SettingsError) as refused:
            Settings.from_env({variable: value})
        assert "hush" not in str(refused.value)


def test_an_examination_names_everything_that_is_wrong_and_goes_on_without_it(tmp_path: Path) -> None:
    given = {"WARMLINE_DATABASE_URL": "x", "OPENAI_BASE_URL": "y", "WARMLINE_POLICY": "/z", "OPENAI_API_KEY": "k"}
    settings, faults = Settings.examined(given, home=tmp_path)
    assert {fault.variable for fault in faults} == {"WARMLINE_DATABASE_URL", "OPENAI_BASE_URL", "WARMLINE_POLICY"}
    assert settings.home == tmp_path
    assert settings.api_key == "k"


def test_an_examination_survives_a_server_without_a_model_and_a_home_that_is_a_file() -> None:
    settings, faults = Settings.examined({"OPENAI_BASE_URL": "http://localhost/v1"}, home=Path(__file__))
    assert [fault.variable for fault in faults] == ["--home", "WARMLINE_MODEL"]
    assert settings.embedded


def test_the_model_is_asked_directly_only_where_that_is_said() -> None:
    assert [Settings.from_env({"WARMLINE_DIRECT": word}).direct for word in ("", "no", "yes", "YES")] == [
        False,
        False,
        True,
        True,
    ]
    with pytest.raises(BadSetting, match="WARMLINE_DIRECT: expected yes or no, got 'maybe'"):
        Settings.from_env({"WARMLINE_DIRECT": "maybe"})
