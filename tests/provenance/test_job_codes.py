"""Job codes, printed and read back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.codes import CODE_BITS, format_code, new_code, parse_code, read_codes
from provenance.errors import FileRefused

CODES = st.integers(0, (1 << CODE_BITS) - 1)


@given(CODES)
def test_a_printed_code_reads_back_in_either_case(code: int) -> None:
    assert parse_code(format_code(code)) == parse_code(format_code(code).lower()) == code


def test_a_code_is_printed_as_ten_upper_case_digits() -> None:
    assert format_code(0xAB) == "00000000AB"
    assert 0 <= new_code() < 1 << CODE_BITS


@pytest.mark.parametrize("text", ["", "12", "5AC391E74G", "0x5AC391E7", "+5AC391E74", "5AC391E7421"])
def test_what_is_not_ten_hex_digits_is_no_code(text: str) -> None:
    with pytest.raises(ValueError, match="10 hex digits"):
        parse_code(text)


@pytest.mark.parametrize("number", [-1, 1 << CODE_BITS])
def test_a_number_out_of_range_has_no_printed_form(number: int) -> None:
    with pytest.raises(ValueError, match="40 bits"):
        format_code(number)


def test_a_list_of_codes_may_have_comments_and_blank_lines(tmp_path: Path) -> None:
    listed = tmp_path / "codes.txt"
    listed.write_text("# issued\n5AC391E742\n\n00000000ab  # the second\n")
    assert read_codes(listed) == (0x5AC391E742, 0xAB)


def test_a_malformed_list_is_refused_with_the_line(tmp_path: Path) -> None:
    listed = tmp_path / "codes.txt"
    listed.write_text("5AC391E742\nnot a code\n")
    with pytest.raises(FileRefused, match="Line 2"):
        read_codes(listed)
    with pytest.raises(FileRefused, match="cannot be read"):
        read_codes(tmp_path / "absent.txt")
