"""Asks a service of a cluster for one prediction, for the analysis of a candidate."""

import http.client
import json
import time

from canary_judge import Asked
from serving_client import headers_for, read_answer
from serving_protocol import Protocol, body_of, content_type, predictions_of, route_of
from within import within

OK = 200
# How much of an answer is shown.
SHOWN = 200


class NotOk(Exception):
    """An answer with another status; the message names it."""


def ask_service(address: str, protocol: Protocol, row: object, seconds: float, most: float) -> Asked:
    """What a service, HOST:PORT, answers about a row.

    Each request has a connection of its own, since a Service spreads connections over its pods, and not requests. A
    redirect is not followed: nobody but the service is asked.
    """
    began = time.perf_counter()
    try:
        route, body = route_of(protocol, [row]), body_of(protocol, [row])
        text = within(seconds, lambda: post(address, route, body, content_type(protocol, body), seconds, most))
        taken = time.perf_counter() - began
        found = predictions_of(protocol, text, 1)
        shown = json.dumps(found, ensure_ascii=False)[:SHOWN]
    except Exception as error:
        # What a candidate sends is its own: whatever cannot be made of it is an answer that does not count.
        return {"predictions": None, "seconds": time.perf_counter() - began, "text": f"failed: {error!s:.200}"}
    return {"predictions": found, "seconds": taken, "text": f"answered {shown}"}


def post(address: str, route: str, body: bytes, kind: str, seconds: float, most: float) -> str:
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=seconds + 1)
    try:
        # A mesh finds the service by this name.
        headers = {**headers_for(int(port), body, kind), "Host": address, "Connection": "close"}
        connection.request("POST", route, body, headers)
        response = connection.getresponse()
        text = read_answer(response, most, seconds).decode("utf-8", "replace")
    finally:
        connection.close()
    if response.status != OK:
        raise NotOk(f"HTTP {response.status}: {text[:SHOWN]}")
    return text
