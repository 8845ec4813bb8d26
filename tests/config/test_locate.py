"""The locator against the standard parser: every key it finds stands on the line where its value begins."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from itertools import count
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from autobook_core.config.locate import Path, locate


def paths_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield path and value of every key and array element of a parsed document."""
    if isinstance(value, dict):
        children: list[tuple[str | int, Any]] = list(value.items())
    else:
        children = list(enumerate(value)) if isinstance(value, list) else []
    for key, child in children:
        yield (*path, key), child
        yield from paths_of(child, (*path, key))


def check(text: str) -> int:
    """Compare with the parser; every leaf holds a marker of its own. Return how many leaves were compared."""
    found = locate(text)
    leaves = 0
    for path, value in paths_of(tomllib.loads(text)):
        assert path in found.lines, f"{path} was not found in:\n{text}"
        marker = str(value)[:8]
        if isinstance(value, int | str) and marker.isdigit() and marker.startswith("9"):
            assert text.count(marker) == 1
            assert found.line(path) == text[: text.index(marker)].count("\n") + 1, f"{path} in:\n{text}"
            leaves += 1
    return leaves


class Writer:
    """Draws a TOML document that uses the grammar's corners; markers are unique eight-digit numbers."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.number = count(90_000_000)
        self.name = count()

    def pick(self, *options: str) -> str:
        return self.data.draw(st.sampled_from(options))

    def key(self) -> str:
        name = f"k{next(self.name)}"
        return self.pick(
            name,
            f'"{name}"',
            f"'{name}'",
            f'"{name} . \\" ] = # \\u0041"',
            f"'{name} \\u0041 \" [['",
            f"{name} . x",
            f'{name}."y.z".w',
        )

    def space(self) -> str:
        return self.pick("", " ", "\n", '\n  # a = [ """ \' comment\n', "\r\n")

    def value(self, depth: int) -> str:
        kinds = ["scalar", "basic", "literal", "block", "raw_block"] + ["array", "inline"] * (depth > 0)
        marker = next(self.number)
        match self.pick(*kinds):
            case "basic":
                return f'"{marker} \\" # ] }} [x] \\\\"'
            case "literal":
                return f"'{marker} \" # \\'"
            case "block":
                ending = self.pick("", "x", 'x"', 'x""', "\\\\", '\\"')
                return f'"""{marker} "" \\"""\n[x]\na = 1 # \'\'\'\n{ending}"""'
            case "raw_block":
                return f"'''{marker} '' \\\n[[x]]\na = \"\"\" \n'{self.pick('', 'x')} '''"
            case "array":
                inner = [self.value(depth - 1) for _ in range(self.data.draw(st.integers(0, 3)))]
                body = "".join(f"{self.space()}{item}{self.space()}," for item in inner)
                return f"[{body}{self.space()}]"
            case "inline":
                pairs = [
                    f"{self.key()} = {self.value(depth - 1)}"
                    for _ in range(self.data.draw(st.integers(0, 3)))
                ]
                return "{ " + ", ".join(pairs) + " }"
        return str(marker)

    def pairs(self) -> str:
        lines = [
            f"{self.pick('', '  ')}{self.key()} = {self.value(2)}{self.pick('', ' # [no] = table')}\n"
            for _ in range(self.data.draw(st.integers(0, 3)))
        ]
        return "".join(line + self.pick("", "\n", '# """\n') for line in lines)

    def document(self) -> str:
        parts = [self.pairs()]
        arrays: list[str] = []
        for _ in range(self.data.draw(st.integers(0, 5))):
            match self.pick("table", "array", "again", "below", "nested"):
                case "table":
                    parts.append(f"[{self.key()}]\n")
                case "again" if arrays:
                    parts.append(f"[[ {arrays[-1]} ]]\n")
                case "below" if arrays:
                    parts.append(f"[{arrays[-1]}.{self.key()}] # below\n")
                case "nested" if arrays:
                    parts.append(f"[[{arrays[-1]}.n{next(self.name)}]]\n")
                case _:
                    arrays.append(f"r{next(self.name)}")
                    parts.append(f"[[{arrays[-1]}]]\n")
            parts.append(self.pairs())
        return "".join(parts)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_every_key_is_found_on_the_line_where_its_value_begins(data: st.DataObject) -> None:
    check(Writer(data).document())


written = st.recursive(
    st.sampled_from(["int", "text", "lines"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def marked(shape: Any, numbers: Iterator[int]) -> Any:
    """Give every leaf a marker of its own."""
    match shape:
        case "int":
            return next(numbers)
        case "text":
            return f"{next(numbers)} # \" ' ]"
        case "lines":
            return f"{next(numbers)}\n[x]\n"
        case list():
            return [marked(item, numbers) for item in shape]
    return {key: marked(item, numbers) for key, item in shape.items()}


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=6), written, max_size=5))
def test_every_key_of_a_file_that_the_writer_made_is_found(shape: dict[str, Any]) -> None:
    check(tomli_w.dumps(marked(shape, count(90_000_000))))


@pytest.mark.parametrize("name", ["autobook.toml", "chart.toml", "rules.toml"])
def test_every_key_of_the_templates_is_found_on_a_line_that_names_it(name: str) -> None:
    text = (files("autobook_core.config") / "templates" / name).read_text(encoding="utf-8")
    lines = text.splitlines()
    found = locate(text)
    for path, _ in paths_of(tomllib.loads(text)):
        names = [part for part in path if isinstance(part, str)]
        assert names[-1] in lines[found.lines[path] - 1]


def test_the_rules_of_a_book_are_found_table_by_table() -> None:
    text = (
        "# rules\n"
        '[[rule]]\nname = "a"\nsplit = [\n  { share = "70 %", credit = "x" },\n  { share = "rest", credit = "y" },\n]\n'
        '[[rule]]\nname = """\nb"""\n[rule.match]\nmetadata.plan = "x"\n'
    )
    found = locate(text)
    assert found.line(("rule",)) == 2
    assert found.line(("rule", 0, "name")) == 3
    assert found.line(("rule", 0, "split", 1, "credit")) == 6
    assert found.line(("rule", 1)) == 8
    assert found.line(("rule", 1, "match", "metadata", "plan")) == 12


def test_a_key_that_is_not_there_has_the_line_of_its_table() -> None:
    found = locate('x = 1\n[policy]\na = 1\n[[rule]]\nname = "a"\n')
    assert found.line(("policy", "b", "c")) == 2
    assert found.line(("rule", 0, "defer")) == 4
    assert found.line(("nothing",)) == 1


@given(st.text(alphabet="[]{}=.,\"'#\n\\ ab1", max_size=60))
def test_a_text_that_is_not_toml_is_read_to_an_end(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in locate(text).lines.values())


def test_a_text_nested_deeper_than_can_be_followed_keeps_the_lines_above() -> None:
    found = locate("a = 1\nb = " + "[" * 5000 + "]" * 5000 + "\n")
    assert found.line(("b", *[0] * 5000)) == 2
