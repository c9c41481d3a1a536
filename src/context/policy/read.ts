import { type Container, type Directory, ExistsType, type File } from "@dagger.io/dagger";
import { parseToml } from "../../config/toml.ts";
import { UserError } from "../../errors.ts";
import { externalIdOf } from "../../gates/external.ts";
import { isObject } from "../../json.ts";
import { sha256 } from "../../model/manifest.ts";
import { mistakesIn } from "../mistakes.ts";
import { configSchema } from "../schema.ts";

/** Where a site keeps its policy: at most one of these. */
export interface PolicySource {
  readonly file?: File | undefined;
  readonly folder?: Directory | undefined;
  readonly image?: Container | undefined;
}

/** Floors for the settings of every project of a site. */
export interface Policy {
  /** The name of the file, and the flag that it came by. */
  readonly name: string;
  /** Of the file's text. */
  readonly sha256: string;
  /** In the form of a project's configuration. */
  readonly floors: Readonly<Record<string, unknown>>;
}

/** The policy's file in a folder, or at the root of an image. */
export const POLICY_FILE = "policy.toml";

/**
 * Reads the policy of a site; undefined if it has none.
 *
 * @throws UserError when there are several, or it is not one
 */
export async function readPolicy({ file, folder, image }: PolicySource): Promise<Policy | undefined> {
  const given = [
    ...(file === undefined ? [] : [{ flag: "--policy", read: () => fromFile(file) }]),
    ...(folder === undefined ? [] : [{ flag: "--policy-folder", read: () => fromFolder(folder, "--policy-folder") }]),
    ...(image === undefined
      ? []
      : [{ flag: "--policy-image", read: () => fromFolder(image.rootfs(), "--policy-image") }]),
  ];
  const [first, second] = given;
  if (first === undefined) return undefined;
  if (second !== undefined) {
    throw new UserError(`${first.flag} and ${second.flag} both name a policy: give one of them.`, "policy");
  }
  const { name, text } = await first.read();
  return parsePolicy(`${name} (${first.flag})`, text);
}

interface PolicyText {
  readonly name: string;
  readonly text: string;
}

const fromFile = async (file: File): Promise<PolicyText> => ({ name: await file.name(), text: await file.contents() });

async function fromFolder(folder: Directory, flag: string): Promise<PolicyText> {
  if (await folder.exists(POLICY_FILE, { expectedType: ExistsType.RegularType }))
    return { name: POLICY_FILE, text: await folder.file(POLICY_FILE).contents() };
  throw new UserError(`There is no file ${POLICY_FILE} at the top of what ${flag} names.`, "policy");
}

/** Parses a policy: the keys of ml-pipeline.toml at the top, or below [tool.ml-pipeline] as in pyproject.toml. */
export function parsePolicy(name: string, text: string): Policy {
  const parsed = parseToml(name, text);
  const nested = isObject(parsed.tool) ? parsed.tool["ml-pipeline"] : undefined;
  const value = nested ?? parsed;
  // A table of a gate need not be whole: a project says what its columns are.
  const mistakes = mistakesIn(configSchema, value, { partial: true });
  if (mistakes.length > 0 || !isObject(value)) {
    const said = mistakes.length > 0 ? mistakes : [[[], "expected a table"] as const];
    const prefix = nested === undefined ? [] : ["tool", "ml-pipeline"];
    throw new UserError(
      said.map(([path, words]) => `${name}: ${[...prefix, ...path].join(".") || "the file"}: ${words}`).join("\n"),
      "policy",
    );
  }
  if (setsNothing(value)) throw new UserError(`${name}: it sets nothing, so nothing would be held to it.`, "policy");
  return { name, sha256: sha256(text), floors: withRequiredGates(value) };
}

/** Whether a table and those in it have no key. The table of a gate sets something, as the next function says. */
const setsNothing = (value: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(value).every(
    ([key, inner]) => isObject(inner) && (key === "gates" ? Object.keys(inner).length === 0 : setsNothing(inner)),
  );

/** A gate that a policy has a table of is required, unless the policy says that it is not. */
function withRequiredGates(value: Readonly<Record<string, unknown>>): Policy["floors"] {
  if (!isObject(value.gates)) return value;
  const { external, ...ours } = value.gates;
  const gates = { ...required(ours), ...(isObject(external) ? { external: required(external) } : {}) };
  return { ...value, gates };
}

const required = (tables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(tables).map(([id, table]) => [id, isObject(table) ? { required: true, ...table } : table]),
  );

/** The gates that must be asked, so that one which is skipped is not passed. */
export function requiredGates({ floors }: Policy): string[] {
  const gates = isObject(floors.gates) ? floors.gates : {};
  const external = isObject(gates.external) ? gates.external : {};
  const tables = [
    ...Object.entries(gates),
    ...Object.entries(external).map(([name, table]) => [externalIdOf(name), table] as const),
  ];
  return tables.flatMap(([id, table]) => (isObject(table) && table.required === true ? [id] : []));
}
