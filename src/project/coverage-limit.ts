import { parseToml } from "../config/toml.ts";
import { isObject } from "../json.ts";

/**
 * The least share of covered lines that a project asks coverage.py for, from 0 to 1; undefined where it asks for none.
 *
 * @param pyproject the text of pyproject.toml
 * @param texts of .coveragerc, setup.cfg, tox.ini and pytest.ini, by their names
 */
export function coverageLimit(
  pyproject: string | undefined,
  texts: Readonly<Record<string, string>>,
): number | undefined {
  const { tool } = pyproject === undefined ? {} : parseToml("pyproject.toml", pyproject);
  const report = at(at(tool, "coverage"), "report");
  const options = at(at(at(tool, "pytest"), "ini_options"), "addopts");
  const asked = [
    percentOf(at(report, "fail_under")),
    ofOptions(Array.isArray(options) ? options.join(" ") : String(options ?? "")),
    ...Object.values(texts).flatMap((text) => [ofSection(text), ofOptions(text)]),
  ];
  return asked.find((one) => one !== undefined);
}

const at = (table: unknown, key: string): unknown => (isObject(table) ? table[key] : undefined);

const percentOf = (value: unknown): number | undefined =>
  typeof value === "number" && value > 0 && value <= 100 ? value / 100 : undefined;

const ofOptions = (text: string): number | undefined =>
  percentOf(Number(/--cov-fail-under[=\s]+([\d.]+)/.exec(text)?.[1] ?? Number.NaN));

/** `fail_under` below `[report]`, or `[coverage:report]` in files that other tools share. */
function ofSection(text: string): number | undefined {
  const section = /^\[(?:coverage:)?report\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? "";
  return percentOf(Number(/^\s*fail_under\s*[=:]\s*([\d.]+)/m.exec(section)?.[1] ?? Number.NaN));
}
