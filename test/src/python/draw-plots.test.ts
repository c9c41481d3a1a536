import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { inFolder } from "./python.ts";

const PROGRAM = fileURLToPath(new URL("../../../src/python/draw_plots.py", import.meta.url));

/** Stands for the real one, which test/browser uses. */
const VL_CONVERT = `
def vegalite_to_svg(spec, vl_version, allowed_base_urls):
    assert allowed_base_urls == []
    if spec.get("mark") == "wrong":
        raise ValueError("unknown mark\\nand a stack")
    return "<svg>" + spec["mark"] + "</svg>"
`;

test("draws the valid specifications and reports the others", () =>
  inFolder(async (folder) => {
    mkdirSync(join(folder, "tools"));
    writeFileSync(join(folder, "tools/vl_convert.py"), VL_CONVERT);
    writeFileSync(
      join(folder, "specs.json"),
      JSON.stringify({ a: { mark: "bär" }, b: { mark: "wrong" }, c: { mark: "line" } }),
    );
    const { stderr } = await promisify(execFile)(
      "python3",
      [PROGRAM, join(folder, "specs.json"), join(folder, "out.json")],
      {
        env: { ...process.env, PYTHONPATH: join(folder, "tools"), PYTHONDONTWRITEBYTECODE: "1" },
      },
    );
    expect(JSON.parse(readFileSync(join(folder, "out.json"), "utf8"))).toEqual({
      a: "<svg>bär</svg>",
      c: "<svg>line</svg>",
    });
    expect(stderr).toContain("b: unknown mark");
  }));
