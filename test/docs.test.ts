import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "smol-toml";
import { beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { loadConfig } from "../src/context/load.ts";
import { parsePolicy } from "../src/context/policy/read.ts";
import { MANUAL_PAGES } from "../src/errors.ts";
import { GATES } from "../src/gates/list.ts";
import { generatedBlocks } from "./support/docs/blocks.ts";
import { callsIn, callsNamedIn, mistakeIn, unknownIn } from "./support/docs/commands.ts";
import { anchorsIn, codeBlocks, linksIn, withoutCode } from "./support/docs/markdown.ts";
import { blocksIn, PAGES, readPage, regenerated, repository, withoutBlocks } from "./support/docs/pages.ts";
import { policySchema } from "./support/docs/policy.ts";
import {
  EXTENDING_SCHEMA_FILE,
  extendingSchema,
  POLICY_SCHEMA_FILE,
  PYPROJECT,
  SCHEMA_FILES,
} from "./support/docs/schemas.ts";
import { configurationSchema, type SettingSchema, settingsIn } from "./support/docs/settings.ts";
import { mainObject } from "./support/docs/surface.ts";

/** As a sentence begins with them. */
const COUNTS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen".split(" ");
const MANUAL = PAGES.filter((page) => page.startsWith("docs/"));

let configuration: SettingSchema;
// TypeScript reads the whole source for this.
beforeAll(() => {
  configuration = configurationSchema();
}, 120_000);

describe("what is generated", () => {
  let blocks: ReadonlyMap<string, string> = new Map();
  beforeAll(() => {
    blocks = generatedBlocks(configuration);
  });

  test.each(PAGES)("%s is current: npm run docs writes it", (page) => {
    expect(regenerated(readPage(page), blocks)).toBe(readPage(page));
  });

  test("is written anew where it is stale, and refused where nothing generates it", () => {
    const page = (name: string): string => `before\n<!-- generated: ${name} -->\nold\n<!-- end -->\nafter`;
    expect(regenerated(page("tools"), blocks)).toMatch(
      /^before\n<!-- generated: tools -->\n\|[\s\S]*`uv`[\s\S]*\nafter$/,
    );
    expect(() => regenerated(page("tols"), blocks)).toThrow('nothing generates "tols"');
  });

  test("is on one page each", () => {
    const shown = PAGES.flatMap((page) => blocksIn(readPage(page)));
    expect(shown.sort()).toEqual([...blocks.keys()].sort());
  });

  test.each(MANUAL)("is every table of %s", (page) => {
    expect(withoutCode(withoutBlocks(readPage(page)))).not.toMatch(/^\s*\|/m);
  });

  test("has a description of every setting: a comment above its key", () => {
    const silent = settingsIn(configuration).filter(({ schema }) => schema.description === undefined);
    expect(silent.map(({ path }) => path.join("."))).toEqual([]);
  });
});

describe("pages", () => {
  test.each(PAGES)("the links of %s lead somewhere", (page) => {
    const dead = linksIn(readPage(page)).filter((link) => !/^https?:/.test(link) && !leadsSomewhere(page, link));
    expect(dead).toEqual([]);
  });

  test.each(MANUAL.filter((page) => page !== "docs/README.md"))("%s begins with what one can do after it", (page) => {
    expect(readPage(page)).toMatch(/^# .+\n\nAfter this page /);
  });

  test("are all listed", () => {
    const listed = linksIn(readPage("docs/README.md")).map((link) => normalize(join("docs", link)));
    expect(MANUAL.filter((page) => page !== "docs/README.md" && !listed.includes(page))).toEqual([]);
  });

  test("that errors point to exist", () => {
    expect(MANUAL_PAGES.filter((page) => !MANUAL.includes(`docs/${page}.md`))).toEqual([]);
  });

  test.each(["CONTRIBUTING.md", "docs/design.md"])("the files that %s names exist", (page) => {
    const named = [...readPage(page).matchAll(/`((?:src|local|test|docs|bench)\/[\w./-]+)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(named.length).toBeGreaterThan(5);
    const gone = named.filter((path) => !/\b[A-Z]{4}\b/.test(path) && !existsSync(`${repository}${path}`));
    expect(gone).toEqual([]);
  });

  test("the README counts the gates", () => {
    expect(readPage("README.md")).toContain(`**${COUNTS[GATES.length]} gates`);
  });

  test("the README is a screen, and its picture is light", () => {
    expect(readPage("README.md").split("\n").length).toBeLessThan(60);
    expect(statSync(`${repository}docs/images/report.png`).size).toBeLessThan(200_000);
  });
});

test("the CronJob that retrains is one, and its script is whole", () => {
  const [text = ""] = codeBlocks(readPage("docs/retraining.md"), "yaml");
  const job = parseYaml(text);
  expect(job).toMatchObject({ apiVersion: "batch/v1", kind: "CronJob", spec: { concurrencyPolicy: "Forbid" } });
  const pod = job.spec.jobTemplate.spec.template.spec;
  const [container] = pod.containers;
  const named = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
  expect(named(pod.volumes)).toEqual(expect.arrayContaining(named(container.volumeMounts)));
  execFileSync("bash", ["-n", "-c", container.args[0]]);
});

describe("what pages tell to type", () => {
  const calls = PAGES.flatMap((page) =>
    ["sh", "yaml"].flatMap((language) =>
      codeBlocks(readPage(page), language).flatMap((block) => callsIn(block).map((call) => [page, call] as const)),
    ),
  );

  test.each(calls)("%s: %s", (_, call) => {
    expect(mistakeIn(call)).toBeUndefined();
  });

  test.each([
    ["lint --sauce=.", "lint has no flag --sauce"],
    ["lnit --source=.", "MlPipeline has no lnit"],
    ["run report export", "export needs --path"],
    ["build-image --source=.", "build-image needs --model"],
    ["train --source=. --gpu=off", "--gpu stands before train"],
  ])("%s is a mistake", (call, mistake) => {
    expect(mistakeIn(call)).toBe(mistake);
  });

  const messages = readdirSync(`${repository}src`, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:ts|py)$/.test(path))
    .map((path) => `src/${path}`);
  test("functions, fields and flags that pages and messages name exist", () => {
    const named = [...PAGES, ...messages].flatMap((file) =>
      callsNamedIn(readPage(file)).map((call) => ({ file, call, unknown: unknownIn(call) })),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ unknown }) => unknown !== undefined)).toEqual([]);
  });

  test("a field that there is not is noticed among words", () => {
    const found = callsNamedIn("as `run … published` and `publish` say; `train --epoch=3` and `run … report export`");
    expect(found.map(unknownIn)).toEqual(["Run has no published", "train has no flag --epoch", undefined]);
  });

  test("what Dagger remembers for a site are arguments of the constructor", () => {
    const page = readPage("docs/ci.md");
    const [customizations = [], variables = []] = [
      [
        ...codeBlocks(page, "json")
          .join()
          .matchAll(/"argument": "(\w+)"/g),
      ],
      [
        ...codeBlocks(page, "ini")
          .join()
          .matchAll(/^ML_PIPELINE_(\w+)=/gm),
      ],
    ].map((found) => found.map(([, name = ""]) => name.toLowerCase()));
    expect([customizations.length, variables.length]).toEqual([3, 3]);
    const known = mainObject.init?.args.map(({ name }) => name.toLowerCase()) ?? [];
    expect([...customizations, ...variables].filter((name) => !known.includes(name))).toEqual([]);
  });

  const scripts: Readonly<Record<string, string>> = JSON.parse(readPage("package.json")).scripts;
  test.each(PAGES)("the npm scripts of %s exist", (page) => {
    const named = [...readPage(page).matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  const tables = PAGES.flatMap((page) =>
    codeBlocks(indentless(readPage(page)), "toml").map((text) => [page, text] as const),
  );
  test.each(tables)("a configuration in %s is one", (page, text) => {
    if (page === "docs/policy.md") {
      expect(() => parsePolicy("policy.toml", text)).not.toThrow();
      return;
    }
    const isPyproject = text.includes("[tool.ml-pipeline");
    expect(() => loadConfig(isPyproject ? { pyproject: text } : { mlPipeline: text })).not.toThrow();
  });
});

test(`${EXTENDING_SCHEMA_FILE} is current, and holds for what the page shows`, () => {
  const written = JSON.parse(readPage(EXTENDING_SCHEMA_FILE));
  expect(written).toEqual(JSON.parse(extendingSchema()));
  const ajv = new Ajv({ strict: true, allowUnionTypes: true }).addSchema(written, "extending");
  const [request = "", told = "", deploy = ""] = codeBlocks(readPage("docs/extending.md"), "json");
  const isRequest = ajv.compile({ $ref: "extending#/definitions/request" });
  expect(isRequest(JSON.parse(request)), JSON.stringify(isRequest.errors)).toBe(true);
  const isEvent = ajv.compile({ $ref: "extending#/definitions/event" });
  expect(isEvent(JSON.parse(told)), JSON.stringify(isEvent.errors)).toBe(true);
  const isDeploy = ajv.compile({ $ref: "extending#/definitions/deployRequest" });
  expect(isDeploy(JSON.parse(deploy)), JSON.stringify(isDeploy.errors)).toBe(true);
  const isAnswer = ajv.compile({ $ref: "extending#/definitions/answer" });
  expect(isAnswer({ schemaVersion: 1, checks: [{ name: "a", outcome: "pass" }] })).toBe(true);
  expect(isAnswer({ schemaVersion: 1, checks: [] })).toBe(false);
});

describe(POLICY_SCHEMA_FILE, () => {
  const written = JSON.parse(readPage(POLICY_SCHEMA_FILE));
  const validate = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true }).compile(written);

  test("is that of the configuration: npm run docs writes it", () => {
    expect(written).toEqual(JSON.parse(policySchema(configuration)));
  });

  test("holds for a gate of which a project says the rest, and for no unknown key", () => {
    expect(validate({ gates: { fairness: { "disparate-impact": 0.9 } } })).toBe(true);
    expect(validate({ gates: { fairnes: {} } })).toBe(false);
    expect(validate({ signing: true })).toBe(false);
  });
});

describe.each(Object.entries(SCHEMA_FILES))("%s", (file, schema) => {
  const written = JSON.parse(readPage(file));
  let validate: ValidateFunction;
  const wrap = (config: unknown): unknown =>
    file === "pyproject.schema.json" ? { tool: { "ml-pipeline": config } } : config;

  beforeAll(() => {
    // What editors know of pyproject.toml is not ours to check.
    validate = new Ajv({ allErrors: true, strict: true, strictTuples: false, allowUnionTypes: true })
      .addSchema({}, PYPROJECT)
      .compile(written);
  });

  test("is that of the configuration: npm run docs writes it", () => {
    expect(written).toEqual(JSON.parse(schema(configuration)));
  });

  test.each(["census", "diabetes", "reviews"])("holds for the example %s", (example) => {
    validate(wrap(configurationOf(example)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each([
    ["an unknown key", { pyhton: "3.11" }],
    ["an unknown key of a gate", { gates: { latency: { "singel-ms": 1 } } }],
    ["a share above one", { data: { "max-duplicates": 2 } }],
    ["a gate without what it needs", { gates: { fairness: {} } }],
  ])("does not hold for %s", (_, config) => {
    expect(validate(wrap(config))).toBe(false);
  });
});

/** Code blocks in lists are indented. */
function indentless(markdown: string): string {
  return markdown.replaceAll(/^ {3}/gm, "");
}

function configurationOf(example: string): unknown {
  const { tool } = parse(readFileSync(`${repository}examples/${example}/pyproject.toml`, "utf8"));
  return (tool as Readonly<Record<string, unknown>> | undefined)?.["ml-pipeline"];
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(`${repository}${target}`)) return false;
  return anchor === undefined || anchorsIn(readPage(target)).includes(anchor);
}
