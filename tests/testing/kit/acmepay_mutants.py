"""Every broken AcmePay: the kit must tell each of them from the good one."""

from tests.testing.kit import mutants_offering, mutants_reading, mutants_telling
from tests.testing.kit.acmepay import AcmePay

MUTANTS: tuple[type[AcmePay], ...] = tuple(
    found
    for module in (mutants_reading, mutants_telling, mutants_offering)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, AcmePay) and found.__module__ == module.__name__
)
