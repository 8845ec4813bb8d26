"""Recording: what a sandbox really says, in disguise, as golden files that pin translation for good."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autobook_core.connector import Health, Source, Stream
from autobook_core.errors import AuthFailed, ConfigurationError
from autobook_core.intake.golden_form import RAW, RECORDS, golden_bytes, golden_records
from autobook_core.workbench.disguise import Disguise


def golden_paths(folder: Path, stream: str, name: str, *, replace: bool) -> tuple[Path, Path]:
    """Return where the rows and the records go.

    Raises:
        ConfigurationError: the name is none, or a file is there already and must not be replaced.
    """
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigurationError(
            f"{name!r} is no name of a golden file", fix="use letters, digits, hyphens and underscores"
        )
    paths = folder / f"{stream}.{name}{RAW}", folder / f"{stream}.{name}{RECORDS}"
    there = [path for path in paths if path.exists()]
    if there and not replace:
        raise ConfigurationError(
            "there is a golden file already; nothing was asked and nothing written",
            file=str(there[0]),
            fix="choose another --name, or write it anew with --replace",
        )
    return paths


def refuse_production(health: Health, *, production: bool) -> None:
    """Refuse to record what is not a sandbox's.

    Raises:
        AuthFailed: ``check`` says that it does not work.
        ConfigurationError: these are production credentials, and nobody said that this is meant.
    """
    if not health.ok:
        raise AuthFailed(
            health.message or "check says that it does not work", fix="mend it, then record again"
        )
    if health.live and not production:
        raise ConfigurationError(
            "check says live=True: these are production credentials, and golden files are for everybody",
            fix="use a sandbox's; or, where there is none, add --production and read the files before you keep them",
        )


def write_golden(
    paths: tuple[Path, Path], source: Source, stream: Stream, rows: Sequence[Any]
) -> dict[str, Any]:
    """Write rows in disguise and what they mean, and return what a person must know of it.

    Args:
        paths: of the rows and of the records.
        source: reads them.
        stream: theirs.
        rows: as JSON values, without secrets.
    """
    disguise = Disguise(stream.name)
    dressed = disguise.rows(rows)
    raw = golden_bytes(dressed)
    records = golden_records(source, stream.name, raw)
    before = golden_records(source, stream.name, golden_bytes(rows))
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    for path, content in zip(paths, (raw, golden_bytes(records)), strict=True):
        path.write_bytes(content)
    return {
        "files": [str(path) for path in paths],
        "rows": len(dressed),
        "records": sum(len(item) for item in records if isinstance(item, list)),
        "refused": sum(isinstance(item, dict) for item in records),
        "replaced": disguise.replaced,
        "texts": disguise.texts,
        "warnings": _warnings(before, records),
    }


def _warnings(before: Sequence[object], after: Sequence[object]) -> list[str]:
    """Say where the disguise changed what a row means beyond the data it replaced."""
    lost = [
        number
        for number, (one, other) in enumerate(zip(before, after, strict=True), 1)
        if isinstance(one, list) != isinstance(other, list) or _kinds(one) != _kinds(other)
    ]
    if not lost:
        return []
    cause = "translate depends on a value that was replaced"
    return [
        f"{len(lost)} of the rows mean something else in disguise (the first is number {lost[0]}): {cause}"
    ]


def _kinds(said: object) -> list[Any]:
    return [record["kind"] for record in said] if isinstance(said, list) else []
