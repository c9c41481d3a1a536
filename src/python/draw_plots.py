"""Draws all Vega-Lite specifications of a report as SVG in one process.

Called as `draw_plots.py SPECS RESULT`. SPECS is a JSON file of specifications by name; RESULT gets a JSON object of
SVG texts by the same names. A specification that cannot be drawn is left out and reported on standard error; the
exit code is 0 all the same.

`vl-convert` contains Vega and a JavaScript engine. It may load no URL, since the specifications contain all data.
"""

import sys

import vl_convert
from typed_json import read, write

VEGA_LITE = "6.4"


def main() -> None:
    specs = read(dict[str, object], sys.argv[1])
    drawings: dict[str, str] = {}
    for name, spec in specs.items():
        try:
            drawings[name] = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
        except Exception as error:  # One broken specification must not cost the other plots.
            print(f"{name}: {error}", file=sys.stderr)
    write(drawings, sys.argv[2])


main()
