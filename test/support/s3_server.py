"""moto's S3 server, which checks signatures: `s3_server.py KEY SECRET BUCKET`. Prints its port when it answers.

moto's own check refuses what aiobotocore signs (a slash in a query), so it is made here, as AWS describes it.
"""

import hashlib
import hmac
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, quote

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

KEY, SECRET, BUCKET = sys.argv[1:]
AUTHORIZATION = re.compile(r"Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)")


Environ = dict[str, Any]


def refusal(environ: Environ) -> str | None:
    found = AUTHORIZATION.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found is None:
        return "AccessDenied"
    key, scope, signed, signature = found.groups()
    if key != KEY:
        return "InvalidAccessKeyId"
    query = sorted(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))

    def header(name: str) -> str:
        variable = name.upper().replace("-", "_")
        value = environ.get(variable if name in ("content-type", "content-length") else f"HTTP_{variable}", "")
        return f"{name}:{' '.join(value.split())}\n"

    request = "\n".join(
        [
            environ["REQUEST_METHOD"],
            environ["RAW_URI"].split("?")[0],
            "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query),
            "".join(header(name) for name in signed.split(";")),
            signed,
            environ.get("HTTP_X_AMZ_CONTENT_SHA256", ""),
        ]
    )
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", environ["HTTP_X_AMZ_DATE"], scope, digest])
    made = f"AWS4{SECRET}".encode()
    for part in [*scope.split("/"), text]:
        made = hmac.new(made, part.encode(), hashlib.sha256).digest()
    return None if made.hex() == signature else "SignatureDoesNotMatch"


def main() -> None:
    moto = DomainDispatcherApplication(create_backend_app)

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        reason = refusal(environ)
        if reason is None:
            answer: Iterable[bytes] = moto(environ, start_response)
            return answer
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        return [f"<Error><Code>{reason}</Code><Message>refused</Message></Error>".encode()]

    from moto.s3.models import s3_backends

    s3_backends["123456789012"]["aws"].create_bucket(BUCKET, "us-east-1")
    server = make_server("0.0.0.0", 0, application, threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
