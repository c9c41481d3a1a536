import { readFile } from "node:fs/promises";

/* A program in the place of `ml-pipeline`, for what jobs do with what it says. */

export interface Double {
  /** The file that each call becomes a line of: its words, and the secrets that its environment has. */
  readonly log: string;
  /** What `report/outputs.env` has. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** The folder of the report that `assert` fails for. */
  readonly fails?: string;
  /** What each call prints. */
  readonly prints?: string;
}

const SECRETS = ["REGISTRY_PASSWORD", "STORE_CREDENTIALS", "KUBECONFIG_TEXT", "FORGE_TOKEN"];

/** The lines of its shell. */
export const doubleProgram = ({ log, outputs = {}, fails = "none", prints = "" }: Double): string =>
  [
    `line="$*"`,
    ...SECRETS.map((name) => `[ -z "\${${name}:-}" ] || line="$line ${name}"`),
    `printf '%s\\n' "$line" >> '${log}'`,
    `printf '%s\\n' '${prints}'`,
    `case "$*" in *" --report=${fails}/"*) exit 1 ;; esac`,
    "for word; do",
    '  case "$word" in --path=*)',
    "    folder=${word#--path=}",
    '    mkdir -p "$folder"',
    `    echo '<testsuites><testsuite><testcase/></testsuite></testsuites>' > "$folder/junit.xml"`,
    '    echo "<html>" > "$folder/index.html"',
    '    for name in summary.md annotations.txt; do echo "$name" > "$folder/$name"; done',
    '    echo "[]" > "$folder/codequality.json"',
    '    : > "$folder/outputs.env"',
    ...Object.entries(outputs).map(([name, value]) => `    echo '${name}=${value}' >> "$folder/outputs.env"`),
    "  esac",
    "done",
  ].join("\n");

/** What it was called with, a call a line. */
export const callsOf = async (log: string): Promise<string[]> =>
  (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
