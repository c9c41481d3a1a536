"""Asks a served model for its health and for one prediction, as a client would.

Called as `ask_model.py SPEC`, SPEC being JSON: {"url": str, "instance": FILE, "rows": bool, "results": FILE,
"timeoutSeconds": number}. The instance is the first line of its file or, with `rows`, the first of a JSON list. Writes
{"health": ..., "answer": ..., "error": ...}; ends with 0.
"""

import http.client
import json
import sys
import time
import urllib.error
import urllib.request


def get(url, body=None, timeout=10):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=body, headers=headers)
    # The service is a neighbour: a proxy of the site has nothing to do with it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=timeout) as response:
        return response.status, response.read().decode("utf-8", "replace")


def wait_for_health(url, seconds):
    started = time.monotonic()
    while True:
        try:
            status, _ = get(url + "/health", timeout=5)
            return {"status": status, "seconds": time.monotonic() - started}
        except urllib.error.HTTPError as error:
            last = f"HTTP {error.code}"
        except (OSError, http.client.HTTPException) as error:
            last = str(getattr(error, "reason", error))
        if time.monotonic() - started > seconds:
            raise TimeoutError(f"no healthy answer from GET /health within {seconds} s: {last}")
        time.sleep(0.1)


def main():
    spec = json.loads(sys.argv[1])
    outcome = {}
    try:
        outcome["health"] = wait_for_health(spec["url"], spec["timeoutSeconds"])
        with open(spec["instance"], encoding="utf-8") as file:
            instance = json.load(file)[0] if spec["rows"] else json.loads(file.readline())
        body = json.dumps({"instances": [instance]}).encode()
        started = time.monotonic()
        status, text = get(spec["url"] + "/predict", body, timeout=30)
        outcome["answer"] = {"status": status, "text": text, "seconds": time.monotonic() - started}
    except urllib.error.HTTPError as error:
        outcome["error"] = f"POST /predict answered HTTP {error.code}: {error.read()[:500].decode('utf-8', 'replace')}"
    except (OSError, ValueError, IndexError, http.client.HTTPException) as error:
        outcome["error"] = str(error) or type(error).__name__
    with open(spec["results"], "w", encoding="utf-8") as file:
        json.dump(outcome, file)


main()
