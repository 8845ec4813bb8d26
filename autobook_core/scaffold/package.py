"""All files of a new connector, by their path in its folder."""

from collections.abc import Sequence

from autobook_core.scaffold.api import Api, repr_of
from autobook_core.scaffold.auth import login_of, made_up_settings
from autobook_core.scaffold.choices import Choices
from autobook_core.scaffold.exempt import exemptions
from autobook_core.scaffold.fake import fake_module
from autobook_core.scaffold.golden import golden_files
from autobook_core.scaffold.layout import table
from autobook_core.scaffold.sink import fake_remote, sink_module
from autobook_core.scaffold.source import class_of, source_module
from autobook_core.scaffold.templates import filled, module_text

#: Characters of a path that is shown in a sentence.
_LONGEST_PATH = 48


def package(choices: Choices, api: Api, *, core: str, decide: Sequence[str] = ()) -> dict[str, str]:
    """Return the text of every file of the package, by path.

    Args:
        choices: what the author chose.
        api: the other side.
        core: the version of Autobook, the oldest the package will support.
        decide: what the author still has to decide, in sentences.
    """
    names = _names(choices, api, core) | {"decide": _decide(decide), "options": _options(choices, api)}
    source = choices.role == "source"
    files = {
        "README.md": filled(f"{choices.role}/README.md", **names),
        "AGENTS.md": filled(f"{choices.role}/AGENTS.md", **names),
        "pyproject.toml": filled("package/pyproject.toml", **names),
        ".gitignore": filled("package/gitignore"),
        ".github/workflows/ci.yml": filled("package/ci.yml", core=core),
        f"{choices.module}/__init__.py": filled("package/init.py", **names),
        f"{choices.module}/{choices.role}.py": (source_module if source else sink_module)(choices, api),
        f"{choices.module}/py.typed": "",
        "tests/fake_api.py": (fake_module if source else fake_remote)(choices, api),
        "tests/test_contract.py": _contract(choices, api, names),
    }
    if source:
        files["tests/test_live.py"] = _live(choices, api, names)
        files |= {f"tests/golden/{name}": text for name, text in golden_files(api).items()}
    return files


def one_file(choices: Choices, api: Api) -> str:
    """Return the text of a plugin in one file: the connector and its announcement."""
    names = _names(choices, api, "")
    made = (source_module if choices.role == "source" else sink_module)(choices, api)
    return made + filled("package/announce.py", **names)


def _names(choices: Choices, api: Api, core: str) -> dict[str, str]:
    source = choices.role == "source"
    path = api.path if len(api.path) <= _LONGEST_PATH else "its API"
    return {
        "type": choices.name,
        "title": choices.title,
        "module": choices.module,
        "distribution": choices.distribution,
        "role": choices.role,
        "name": class_of(choices, api) if source else choices.class_name(),
        "summary": repr_of(
            f"Rows of {path}, as charges." if source else "Finished entries, one request each."
        ),
        "core": core,
        "stream": api.stream,
        "path": path,
    }


def _decide(sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    return "\n## To decide\n\n" + "".join(f"- {' '.join(sentence.split())}\n" for sentence in sentences)


def _options(choices: Choices, api: Api) -> str:
    """Return the settings as options of a command, by reference to the environment."""
    return "".join(f" -o {name}=env:{variable}" for name, variable in _variables(choices, api).items())


def _variables(choices: Choices, api: Api) -> dict[str, str]:
    login = login_of(choices, api)
    return {name: f"{choices.variable}_{name.upper()}" for name, _, _ in (*login.options, *login.secrets)}


def _contract(choices: Choices, api: Api, names: dict[str, str]) -> str:
    source = choices.role == "source"
    settings = made_up_settings(choices, api)
    return module_text(
        "package/test_contract.py",
        **{name: names[name] for name in ("role", "name", "module")},
        contract="SourceContract" if source else "SinkContract",
        settings=_assigned("SETTINGS", settings),
        more='    golden = Path(__file__).with_name("golden")\n' if source else "",
        exempt=_exempt(choices, api),
    )


def _live(choices: Choices, api: Api, names: dict[str, str]) -> str:
    return module_text(
        "package/test_live.py",
        **{name: names[name] for name in ("role", "name", "module")},
        variables=_assigned("VARIABLES", _variables(choices, api)),
    )


def _exempt(choices: Choices, api: Api) -> str:
    reasons = exemptions(choices, api)
    if not reasons:
        return ""
    pairs = [(repr_of(name), repr_of(reason)) for name, reason in reasons.items()]
    return table(4, "exempt: ClassVar = ", pairs)


def _assigned(name: str, values: dict[str, str]) -> str:
    annotation = "" if values else ": dict[str, str]"
    return table(
        0, f"{name}{annotation} = ", [(repr_of(key), repr_of(value)) for key, value in values.items()]
    )
