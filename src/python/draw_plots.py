"""Draws Vega-Lite specifications to SVG, all of a report in one process.

Called as `draw_plots.py SPECS RESULT`: SPECS is a JSON file of specifications by name, RESULT gets a JSON object of SVG
texts by the same names. A specification that cannot be drawn is left out and told on standard error; it ends with 0.

`vl-convert` carries Vega and its own JavaScript engine. It is told to load nothing: all data is in the specifications.
"""

import sys

import vl_convert
from json_forms import read, write

VEGA_LITE = "6.4"


def main() -> None:
    specs = read(dict[str, object], sys.argv[1])
    drawings: dict[str, str] = {}
    for name, spec in specs.items():
        try:
            drawings[name] = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
        except Exception as error:  # Whatever is wrong with one picture, the others are wanted.
            print(f"{name}: {error}", file=sys.stderr)
    write(drawings, sys.argv[2])


main()
