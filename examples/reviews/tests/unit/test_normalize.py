import pytest

from src.normalize import normalize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don&#039;t sleep", "i don't sleep"),
        ("I don&rsquo;t sleep", "i don't sleep"),
        ("I don\u2019t sleep", "i don't sleep"),
        ("&quot;Fine&quot; &amp; good", '"fine" & good'),
        ("\u201cFine\u201d", '"fine"'),
        ("on\u2013off \u2212 on", "on-off - on"),
        ("5&nbsp;mg\u00a0daily", "5 mg daily"),
        ("<b>Bad</b><br/>for me</span>", "bad for me"),
        ("pain < 3 and > 1", "pain < 3 and > 1"),
        ("a &unknown; entity", "a &unknown; entity"),
        ("\uff27\uff4f\uff4f\uff44", "good"),
        ("\ufb01ne", "fine"),
        ("\u00bd pill", "1\u20442 pill"),
        ("cafe\u0301", "caf\u00e9"),
        ("STRA\u1e9eE stra\u00dfe", "strasse strasse"),
        ("zero\u200bwidth soft\u00adhyphen \ufeffmark", "zerowidth softhyphen mark"),
        ("  two\r\n\nlines\tand a tab ", "two lines and a tab"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_the_form_that_is_learned_from(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(
    "text", ["Don&#039;t \u201cASK\u201d me", "\uff21&amp;\uff22", "x\u00a0\ny"]
)
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
