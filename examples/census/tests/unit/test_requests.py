import pytest

from src.errors import InputError
from src.serve import parse_request


def test_instances_are_taken_out_of_the_request() -> None:
    assert parse_request(b'{"instances": [{"age": 39}, {}]}') == [{"age": 39}, {}]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\xfa", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "the body must be"),
        (b"null", "the body must be"),
        (b"{}", "the body must be"),
        (b'{"instances": {"age": 39}}', "the body must be"),
        (b'{"instances": [{}, 39]}', "instance 1: must be an object, not 39"),
    ],
)
def test_other_requests_are_refused(body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_request(body)
