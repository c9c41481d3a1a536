import { kebab } from "../../../local/base/names.ts";
import { commands } from "../../../local/cli/commands/index.ts";
import { globalFlags } from "../../../local/cli/options.ts";
import { TOOLS } from "../../../src/containers/settings.ts";
import { RULES } from "../../../src/data/rules/list.ts";
import { GATES } from "../../../src/gates/list.ts";
import {
  CLAIMED_METRICS,
  COMPUTED_METRICS,
  type KnownMetric,
} from "../../../src/measurements/predictions/known-metrics.ts";
import { LAYERS } from "../../layers.ts";
import { engineApiText } from "./engine-api.ts";
import { layersTable } from "./layers.ts";
import { code, firstParagraph, table } from "./markdown.ts";
import { policyTable, shownKey } from "./policy.ts";
import { formText, type Setting, type SettingSchema, settingsIn } from "./settings.ts";
import {
  type Argument,
  type FunctionInfo,
  isDeprecated,
  mainObject,
  type ObjectInfo,
  objectNamed,
  records,
  valuesOf,
} from "./surface.ts";

/** All that is generated, by the name in its marker. */
export function generatedBlocks(configuration: SettingSchema): ReadonlyMap<string, string> {
  // What a table of its own takes is what all data take, but for its files.
  const settings = settingsIn(configuration).filter(
    ({ path: [first, second, , key] }) =>
      first !== "data" || second !== "tables" || key === undefined || key === "files",
  );
  const within = (prefix: string, wanted: (key: string) => boolean = () => true): string =>
    settingsTable(settings, prefix === "" ? [] : prefix.split("."), wanted);
  const rules: readonly string[] = RULES.map(({ key }) => key);
  const ownKeys = (key: string): boolean => !rules.includes(key) && key !== "drift" && key !== "external";
  return new Map([
    ["settings project", within("", (key) => ["python", "matrix"].includes(key))],
    ...["environment", "source", "commands", "serve", "stages", "lint", "test", "predictions"].map(
      (name): [string, string] => [`settings ${name}`, within(name)],
    ),
    ["settings data", within("data", ownKeys)],
    ["settings evaluation", within("evaluation")],
    ["settings image", within("image")],
    ["settings data.drift", within("data.drift")],
    ["settings monitoring", within("monitoring")],
    ["settings retraining", within("retraining")],
    ["policy", policyTable(settings)],
    ["settings cost", within("cost")],
    ["settings profile", within("profile")],
    ["settings limits", within("limits")],
    ["settings evidence", within("evidence")],
    ["settings store", within("store")],
    ["settings tracking", within("tracking")],
    ["settings approval", within("approval")],
    ["settings deploy", within("deploy.*", (key) => key !== "external")],
    ["settings deploy.external", within("deploy.*.external")],
    ["settings release", within("release")],
    ["rules", within("data", (key) => rules.includes(key))],
    ["gates", gatesTable(settings)],
    ...GATES.map(({ id }): [string, string] => [`settings gates.${id}`, within(`gates.${id}`)]),
    ["settings gates.external", within("gates.external.*")],
    ["settings data.external", within("data.external.*")],
    ["metrics", metricsTable(COMPUTED_METRICS)],
    ["claimed metrics", metricsTable(CLAIMED_METRICS)],
    ["functions", functionsTable(mainObject)],
    ["reference", mainObject.functions.map(functionText).join("\n\n")],
    ["records", records.map(recordText).join("\n\n")],
    ["module flags", mainObject.init === undefined ? "None." : flagsTable(mainObject.init.args)],
    [
      "commands",
      table(
        ["Command", "What it does"],
        Object.entries(commands).map(([name, one]) => [code(name), one.summary]),
      ),
    ],
    ["command line flags", globalFlagsTable()],
    ...Object.keys(LAYERS).map((program): [string, string] => [`layers ${program}`, layersTable(program)]),
    ["engine api", engineApiText()],
    [
      "tools",
      table(
        ["Tool", "Version"],
        Object.entries(TOOLS).map(([name, version]) => [code(name), version]),
      ),
    ],
  ]);
}

/** What is below a key, with the keys as they are written below it. */
function settingsTable(
  settings: readonly Setting[],
  prefix: readonly string[],
  wanted: (key: string) => boolean,
): string {
  const below = settings.filter(
    ({ path }) =>
      path.length > prefix.length &&
      prefix.every((key, index) => path[index] === key) &&
      wanted(path[prefix.length] ?? ""),
  );
  const rows = below.map(({ path, schema, required }) => {
    const isTable = below.some(
      (other) => other.path.length > path.length && path.every((key, i) => other.path[i] === key),
    );
    return [
      code(path.map(shownKey).slice(prefix.length).join(".")),
      isTable ? "table" : formText(schema),
      required ? "required" : schema.default === undefined ? "–" : code(JSON.stringify(schema.default)),
      schema.description ?? "",
    ];
  });
  return table(["Key", "Form", "Default", "What it says"], rows);
}

function gatesTable(settings: readonly Setting[]): string {
  return table(
    ["Gate", "What passes", "Runs without a table"],
    GATES.map((gate) => [
      `[${code(gate.id)}](#${gate.id})`,
      settings.find(({ path }) => path.join(".") === `gates.${gate.id}`)?.schema.description ?? "",
      gate.settings.safeParse({}).success ? "yes" : "no",
    ]),
  );
}

function metricsTable(metrics: Readonly<Record<string, KnownMetric>>): string {
  return table(
    ["Metric", "Better", "Other names in metrics.json and settings"],
    Object.entries(metrics).map(([name, { better = "–", aliases }]) => [
      code(name),
      better,
      aliases.map(code).join(", "),
    ]),
  );
}

function functionsTable({ functions }: ObjectInfo): string {
  const rows = functions.map((fn) => {
    const name = kebab(fn.name);
    return [
      `[${code(name)}](reference.md#${name})`,
      isRecord(objectNamed(fn.returns.name)) ? "record" : "verb",
      firstSentence(fn.doc),
    ];
  });
  return table(["Function", "Kind", "What it does"], rows);
}

/** What says what happened, and fails only when it is asked to. */
const isRecord = (given: ObjectInfo | undefined): boolean =>
  given?.functions.some(({ name }) => name === "assert") ?? false;

/** Up to the first full stop that ends a sentence. */
const firstSentence = (doc: string): string =>
  /^[\s\S]*?[.](?=\s|$)/.exec(firstParagraph(doc))?.[0] ?? firstParagraph(doc);

function functionText(fn: FunctionInfo): string {
  const deprecated = fn.args.filter(isDeprecated);
  const current = fn.args.filter((arg) => !deprecated.includes(arg));
  const notes = [
    `Gives ${typeText(fn)}.`,
    ...(fn.check ? ["A check: `dagger check` and `ml-pipeline check` run it."] : []),
    ...(fn.cache === "never" ? ["It goes each time that it is called: it is never answered from the cache."] : []),
    ...(fn.cache === "session"
      ? ["It goes each time that it is called; a module that asks the result for several things has it made once."]
      : []),
  ];
  return [
    `### ${kebab(fn.name)}`,
    paragraphs(fn.doc),
    ...(current.length > 0 ? [flagsTable(current)] : []),
    ...(deprecated.length > 0 ? [deprecatedText(deprecated)] : []),
    notes.join(" "),
  ].join("\n\n");
}

const deprecatedText = (args: readonly Argument[]): string => {
  const names = args.map(({ name }) => code(`--${kebab(name)}`));
  return `Deprecated, for one release: ${names.join(", ")}, which are [flags of the module](#flags-of-the-module) now.`;
};

function recordText(record: ObjectInfo): string {
  const rows = [
    ...record.functions.map(({ name, args, doc }) => [
      code([kebab(name), ...args.map(flag)].join(" ")),
      firstParagraph(doc),
    ]),
    ...record.properties.map(({ name, doc }) => [code(kebab(name)), firstParagraph(doc)]),
  ];
  return [`### ${record.name}`, paragraphs(record.doc), table(["Field", "What it gives"], rows)].join("\n\n");
}

const paragraphs = (doc: string): string =>
  doc
    .split(/\n\s*\n/)
    .map((one) => one.replaceAll(/\s*\n\s*/g, " ").trim())
    .map((one) => one.replace(/^@throws /, "It throws ").replace(/^@returns /, "It returns "))
    .join("\n\n");

function flagsTable(args: readonly Argument[]): string {
  return table(
    ["Flag", "Default", "What it is"],
    args.map((arg) => [code(flag(arg)), defaultText(arg), arg.doc]),
  );
}

const flag = (arg: Argument): string =>
  arg.type.kind === "boolean" ? `--${kebab(arg.name)}` : `--${kebab(arg.name)}=${valueText(arg)}`;

const OBJECTS: Readonly<Record<string, string>> = {
  Directory: "DIR",
  File: "FILE",
  Secret: "env:NAME|file:PATH|cmd:COMMAND",
  Container: "IMAGE",
};

function valueText({ type }: Argument): string {
  switch (type.kind) {
    case "integer":
    case "float":
      return "NUMBER";
    case "list":
      return "TEXT,…";
    case "enum":
      return valuesOf(type).join("|");
    case "object":
      return OBJECTS[type.name ?? ""] ?? "VALUE";
    default:
      return "TEXT";
  }
}

function defaultText({ optional, default: value, defaultPath }: Argument): string {
  if (defaultPath !== undefined) {
    const folder = defaultPath.replace(/^\/+/, "");
    return folder === "" ? "the project's folder" : `\`${folder}/\` in the project's folder`;
  }
  const isEmpty = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  if (!isEmpty) return code(String(value));
  return optional ? "–" : "required";
}

/** The second heading of a name has another anchor: a record may be called like the function that gives it. */
function recordAnchor(name: string): string {
  const anchor = name.toLowerCase();
  return mainObject.functions.some((fn) => kebab(fn.name) === anchor) ? `${anchor}-1` : anchor;
}

const GIVEN: Readonly<Record<string, string>> = { Directory: "a folder", Container: "a container", File: "a file" };

function typeText({ returns }: FunctionInfo): string {
  const name = returns.name ?? "";
  if (objectNamed(name) !== undefined)
    return `${isRecord(objectNamed(name)) ? "the record" : "a"} [${name}](#${recordAnchor(name)})`;
  return returns.kind === "string" ? "text" : (GIVEN[name] ?? name);
}

function globalFlagsTable(): string {
  const names = Object.entries(globalFlags);
  const flags = [...new Set(names.map(([, flag]) => flag))];
  return table(
    ["Flag", "What it does"],
    flags.map((flag) => [
      names
        .filter(([, other]) => other === flag)
        .map(([name]) => code(flag.value === undefined ? name : `${name}=${flag.value}`))
        .join(", "),
      flag.doc,
    ]),
  );
}
