import pytest

from icao.check_digit import check_digit, same_value, values, weighted_sum
from tests.icao.vectors import CHECK_DIGITS


@pytest.mark.parametrize(("text", "total", "digit"), CHECK_DIGITS.values(), ids=CHECK_DIGITS)
def test_official_vectors(text, total, digit):
    assert weighted_sum(values(text)) == total
    assert check_digit(text) == digit


def test_letters_ten_apart_cannot_be_told_from_each_other():
    assert same_value("6", "G")
    assert same_value("A", "<")
    assert not same_value("0", "O")
    assert not same_value("1", "I")
