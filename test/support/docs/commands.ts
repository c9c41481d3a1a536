import { kebab } from "../../../local/base/names.ts";
import { commands } from "../../../local/cli/commands/index.ts";
import { globalFlags } from "../../../local/cli/options.ts";
import { type Argument, isDeprecated, mainObject, type ObjectInfo, objectNamed, type TypeRef } from "./surface.ts";

/** The functions of Dagger's own objects that pages use, with their flags. */
const CORE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Directory: { export: ["path"], entries: [] },
  Container: { publish: ["address"], export: ["path"], terminal: ["cmd"] },
};

const WORKFLOW_EXPRESSION = /\$\{\{.*?\}\}/g;
/** Behind `dagger call` stands the name of the toolchain where there is no `-m`, and then what follows `ml-pipeline` elsewhere. */
const COMMAND = /(?:^|\s|\/)(?:dagger call ml-pipeline|ml-pipeline|dagger(?: -m \S+)? call)\s+(?<words>.+)$/;
const COMMENT = /\s#.*$/;
const OTHER_PROGRAM = /^\s*(?:git|cd|dagger (?!.*\bcall\b))/;

/** The calls of the module in a block of code, without the name of the program. */
export const callsIn = (block: string): string[] =>
  block.split("\n").flatMap((line) => {
    if (OTHER_PROGRAM.test(line)) return [];
    const words = COMMAND.exec(line.replaceAll(WORKFLOW_EXPRESSION, "X").replace(COMMENT, ""))?.groups?.words;
    return words === undefined ? [] : [words];
  });

/** Where in a chain of functions a command is: what the last one takes, and what can be asked of its result. */
interface Place {
  readonly name: string;
  readonly flags: readonly Argument[];
  readonly gives: TypeRef;
}

/** What is wrong with a call: an unknown, missing or deprecated flag, or an unknown function. Undefined when nothing is. */
export const mistakeIn = (call: string): string | undefined => mistakeOf(call, true);

/** Names of functions, fields and flags in a call of which some is left out that there are not. Undefined when all are there. */
export const unknownIn = (call: string): string | undefined => mistakeOf(call, false);

/** Words that stand for others. */
const LEFT_OUT = /^(?:…|\.\.\.)$|\$\{/;

function mistakeOf(call: string, isWhole: boolean): string | undefined {
  const words = call.split(/\s+/).filter((word) => word !== "" && (isWhole || !LEFT_OUT.test(word)));
  let place: Place = { name: "", flags: mainObject.init?.args ?? [], gives: { kind: "object", name: mainObject.name } };
  const given = new Set<string>();
  const missing = (): string | undefined => {
    if (!isWhole) return undefined;
    const arg = place.flags.find(
      ({ name, optional, defaultPath }) => !optional && !defaultPath && !given.has(kebab(name)),
    );
    return arg && `${place.name} needs --${kebab(arg.name)}`;
  };
  for (const word of words) {
    if (word.startsWith("-")) {
      const flag = word.split("=", 1)[0] ?? word;
      if (Object.hasOwn(globalFlags, flag)) continue;
      const arg = place.flags.find(({ name }) => `--${kebab(name)}` === flag);
      if (arg === undefined) return `${place.name || "the module"} has no flag ${flag}`;
      if (isWhole && place.name !== "" && isDeprecated(arg)) return `${flag} stands before ${place.name}`;
      given.add(flag.slice(2));
      continue;
    }
    if (place.name === "" && Object.hasOwn(commands, word)) return undefined;
    const next = follow(place.gives, word);
    if (next === undefined) return `${place.gives.name ?? place.gives.kind} has no ${word}`;
    const lack = missing();
    if (lack !== undefined) return lack;
    place = next;
    given.clear();
  }
  return missing();
}

/**
 * The calls that a text names among its words, in quotes of code: those of the program, and those that begin with one of its functions.
 *
 * @param text of a page or of a program, whose messages have such quotes as well
 */
export const callsNamedIn = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+?)\\?`/g)].flatMap(([, span = ""]) => {
    const [first = "", ...rest] = span.replace(/^ml-pipeline\s+/, "").split(/\s+/);
    // A template of a program that names a stage, or is a sentence.
    if (NO_CALLS.has(span) || (span.includes("${") && rest.some((word) => /^[a-z]/.test(word)))) return [];
    if (span.startsWith("ml-pipeline ")) return /^[a-z-]/.test(first) ? [[first, ...rest].join(" ")] : [];
    const isFunction = mainObject.functions.some(({ name }) => kebab(name) === first);
    return isFunction && rest.length > 0 && rest.every((word) => NAMED.test(word)) ? [span] : [];
  });

/** Names of stages. */
const NO_CALLS: ReadonlySet<string> = new Set(["test unit"]);

/** A flag, the name of a function or of a field, or what stands for some. */
const NAMED = /^(?:--[\w-]+(?:[=[].*)?|[a-z][a-z-]*|…|\.\.\.|\S*\$\{.*)$/;

function follow(type: TypeRef, word: string): Place | undefined {
  const core = CORE[type.name ?? ""]?.[word];
  if (core !== undefined) {
    const flags = core.map((name) => ({ name, doc: "", type: { kind: "string" }, optional: false }));
    return { name: word, flags, gives: { kind: "string" } };
  }
  const owner = objectNamed(type.name);
  return owner && memberOf(owner, word);
}

function memberOf({ functions, properties }: ObjectInfo, word: string): Place | undefined {
  const fn = functions.find(({ name }) => kebab(name) === word);
  if (fn !== undefined) return { name: word, flags: fn.args, gives: fn.returns };
  const property = properties.find(({ name }) => kebab(name) === word);
  return property && { name: word, flags: [], gives: property.type };
}
