"""Money is counted in whole minor units: the rooms that decide amounts hold no float and no true division."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE = Path(__file__).resolve().parents[1] / "autobook_core"
MONEY_ROOMS = ("domain", "posting", "matching", "ledger")


def floats_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and code of every float literal, every use of the name float, and every true division.

    Asking whether something is a float, to refuse it, is not a use.
    """
    tree = ast.parse(source)
    refusals = {
        id(name)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "isinstance"
        for name in ast.walk(call)
    }
    for node in ast.walk(tree):
        if id(node) in refusals:
            continue
        match node:
            case ast.Constant(value=float() | complex()):
                yield node.lineno, ast.unparse(node)
            case ast.Name(id="float" | "complex"):
                yield node.lineno, node.id
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield node.lineno, ast.unparse(node)
            case ast.Attribute(attr="truediv" | "fsum"):
                yield node.lineno, ast.unparse(node)


@pytest.mark.parametrize("room", MONEY_ROOMS)
def test_no_float_decides_an_amount(room: str) -> None:
    files = sorted([*(CORE / room).rglob("*.py"), *CORE.glob(f"{room}.py")])
    assert files, f"the room {room} is not where this test looks"
    found = [
        f"{path.relative_to(CORE.parent)}:{line}: {code}"
        for path in files
        for line, code in floats_in(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "0.25",
        "1e3",
        "float(x)",
        "a / b",
        "a /= b",
        "def f(x: float): ...",
        "operator.truediv(a, b)",
        "math.fsum(a)",
    ],
)
def test_the_search_finds_every_form_of_a_float(source: str) -> None:
    assert list(floats_in(source))


@pytest.mark.parametrize(
    "source", ["a // b", "divmod(a, b)", "Decimal('0.25')", "'1.5'", "100", "isinstance(x, float)"]
)
def test_the_search_lets_whole_numbers_and_decimals_pass(source: str) -> None:
    assert not list(floats_in(source))
