"""Makes requests of files: a list of objects with the name and the content of each, in base64.

Called as `file_requests.py RESULT FILE...`.
"""

import base64
import json
import sys
from pathlib import Path


def main(result: str, *files: str) -> None:
    rows = [{"file": Path(file).name, "content": base64.b64encode(Path(file).read_bytes()).decode()} for file in files]
    Path(result).parent.mkdir(parents=True, exist_ok=True)
    Path(result).write_text(json.dumps(rows), encoding="utf-8")


main(*sys.argv[1:])
