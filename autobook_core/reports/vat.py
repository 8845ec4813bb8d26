"""The Danish VAT return by box, from the tax codes on the ledger's lines.

The boxes of tax are the accounts of VAT; the boxes of value are the net bases of their codes. A base
is counted with its invoice, never again when deferred revenue is recognised.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autobook_core.domain.money import exponent
from autobook_core.reports.asking import Asked
from autobook_core.reports.fee_base import base_of_fees
from autobook_core.reports.tax_codes import CodeTotal, by_code, vat_accounts
from autobook_core.reports.vat_doubts import doubts, unknown_codes
from autobook_core.store.reading import Taxed, Untaxed

#: The boxes of the return in the order of its form; ``momstilsvar`` is what follows from them.
BOXES = (
    "salgsmoms", "moms_varekoeb_udland", "moms_ydelseskoeb_udland", "koebsmoms", "rubrik_a_varer",
    "rubrik_a_ydelser", "rubrik_b_varer_eu", "rubrik_b_varer_oevrige", "rubrik_b_ydelser", "rubrik_c",
)  # fmt: skip
#: Role of an account of VAT to its box, and the sign that makes the usual case positive.
_TAX_BOX = {
    "vat_output_25": ("salgsmoms", -1),
    "vat_reverse_charge_services": ("moms_ydelseskoeb_udland", -1),
    "vat_input": ("koebsmoms", 1),
}
#: Tax code to the box of its base. Codes of the one-stop shop belong in box C as well.
_BASE_BOX = {
    "EU-SERV-RC": ("rubrik_a_ydelser", 1),
    "DK0-EU-SERV": ("rubrik_b_ydelser", -1),
    "DK0-NONEU-SERV": ("rubrik_c", -1),
}
Boxes = dict[str, int]


def vat_return(asked: Asked) -> dict[str, Any]:
    """Return the boxes in minor units, in whole kroner, and what they rest on.

    ``accounts`` compares the boxes with the movement of every account of VAT; ``outside`` of them is
    what neither carries a tax code nor stands beside income or expense: opening balances, VAT paid.
    """
    period = asked.of_quarter()
    accounts = vat_accounts(asked.chart)
    taxed = asked.tables.taxed(period)
    untaxed = asked.tables.untaxed(list(accounts), period)
    codes = by_code(taxed, accounts)
    boxes = boxes_of(taxed, untaxed, codes, accounts, bought=base_of_fees(asked, period, codes))
    moved = {
        number: debit - credit for number, (debit, credit) in asked.store.journal.turnover(*period).items()
    }
    rows = account_rows(taxed, untaxed, accounts, moved)
    return {
        "report": "vat",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "currency": asked.currency,
        "boxes": boxes,
        "kroner": whole_units(boxes, asked.currency),
        "codes": [{"code": item.code, "base": item.base, "tax": item.tax} for item in codes],
        "accounts": rows,
        "warnings": [*unknown_codes(codes), *by_hand(untaxed, accounts), *doubts(asked, period)],
        "difference": sum(abs(row["difference"]) for row in rows),
    }


def boxes_of(
    taxed: Iterable[Taxed],
    untaxed: Iterable[Untaxed],
    codes: Sequence[CodeTotal],
    accounts: Mapping[str, str],
    *,
    bought: int = 0,
) -> Boxes:
    """Return every box in minor units.

    Args:
        taxed: what moved under each tax code.
        untaxed: what moved on the accounts of VAT without one.
        codes: the totals of ``taxed``.
        accounts: the accounts of VAT, number to role.
        bought: services bought in the EU of which only the tax is booked under the code.
    """
    boxes = dict.fromkeys(BOXES, 0)
    for number, amount in _in_boxes(taxed, untaxed, accounts).items():
        if accounts[number] in _TAX_BOX:
            box, sign = _TAX_BOX[accounts[number]]
            boxes[box] += sign * amount
    for item in codes:
        box, sign = ("rubrik_c", -1) if item.code.startswith("OSS-") else _BASE_BOX.get(item.code, ("", 0))
        if box:
            boxes[box] += sign * item.base
    boxes["rubrik_a_ydelser"] += bought
    boxes["momstilsvar"] = _payable(boxes)
    return boxes


def whole_units(boxes: Boxes, currency: str) -> Boxes:
    """Return the boxes as they are filed: what is less than a krone is dropped, box by box."""
    unit = int(10 ** exponent(currency))
    filed = {name: abs(boxes[name]) // unit * (1 if boxes[name] >= 0 else -1) for name in BOXES}
    filed["momstilsvar"] = _payable(filed)
    return filed


def account_rows(
    taxed: Iterable[Taxed],
    untaxed: Sequence[Untaxed],
    accounts: Mapping[str, str],
    moved: Mapping[str, int],
) -> list[dict[str, Any]]:
    """Return each account of VAT: its movement, what of it is in the boxes, and what is not."""
    inside = _in_boxes(taxed, untaxed, accounts)
    outside = {item.account: item.amount for item in untaxed if not item.trade}
    rows: list[dict[str, Any]] = []
    for number, role in accounts.items():
        box = _TAX_BOX.get(role, ("oss", -1))[0]
        movement, counted, left = moved.get(number, 0), inside.get(number, 0), outside.get(number, 0)
        rows.append(
            {
                "account": number, "role": role, "box": box, "movement": movement, "counted": counted,
                "outside": left, "difference": movement - counted - left,
            }
        )  # fmt: skip
    return rows


def by_hand(untaxed: Iterable[Untaxed], accounts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a warning for VAT that was booked without a tax code and counted by its account."""
    return [
        {
            "code": "vat_without_code", "count": item.lines, "amount": item.amount,
            "detail": f"{accounts[item.account]} has lines without a tax code beside income or expense; "
            "they are counted by their account, and their base is in no box",
        }
        for item in untaxed
        if item.trade
    ]  # fmt: skip


def _in_boxes(
    taxed: Iterable[Taxed], untaxed: Iterable[Untaxed], accounts: Mapping[str, str]
) -> dict[str, int]:
    """Return what each account of VAT brings into the return, as in the ledger."""
    found: dict[str, int] = {}
    for line in taxed:
        if line.account in accounts:
            found[line.account] = found.get(line.account, 0) + line.amount
    for item in untaxed:
        if item.trade:
            found[item.account] = found.get(item.account, 0) + item.amount
    return found


def _payable(boxes: Boxes) -> int:
    abroad = boxes["moms_varekoeb_udland"] + boxes["moms_ydelseskoeb_udland"]
    return boxes["salgsmoms"] + abroad - boxes["koebsmoms"]
