"""Reads the text of an AWS credentials file. What is wrong with one is said without a letter of it."""

import configparser
import re
from pathlib import Path

from store_failure import StoreFailure
from store_signing import Credentials

# What a header can carry. A line break or a blank inside comes from a terminal that wrapped what was copied.
VALUE = re.compile(r"[!-~]+")
NAMES = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


def credentials_from(path: str) -> Credentials:
    try:
        # Some editors put a mark of the encoding in front.
        return credentials_in(Path(path).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise StoreFailure("credentials", "it is not text in UTF-8") from None


def credentials_in(text: str) -> Credentials:
    """Its profile `default`, or the only one."""
    file = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        file.read_string(text)
    except configparser.Error:
        raise StoreFailure("credentials", "it is not the text of an AWS credentials file") from None
    names = file.sections()
    name = "default" if "default" in names or len(names) != 1 else names[0]
    found = file[name] if file.has_section(name) else {}
    key, secret, token = (found.get(one, "") for one in NAMES)
    if not key or not secret:
        raise StoreFailure("credentials", f"it has no aws_access_key_id and aws_secret_access_key below [{name}]")
    for one, value in zip(NAMES, (key, secret, token)):
        if value and VALUE.fullmatch(value) is None:
            raise StoreFailure("credentials", f"{one} below [{name}] {oddity(value)}")
    return Credentials(key, secret, token)


def oddity(value: str) -> str:
    if "\n" in value or "\r" in value:
        return "goes on in a second line: write it in one"
    blank = any(letter.isspace() for letter in value)
    return f"has {'a blank' if blank else 'a letter'} inside that no credentials have: copy it again"
