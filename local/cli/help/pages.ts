import { kebab } from "../../base/names.ts";
import type { Argument, FunctionInfo, LoadedModule, ObjectInfo, TypeRef } from "../../runner/module/types.ts";
import { members, objectInfo, typeName } from "../call/parse.ts";
import type { Link } from "../call/types.ts";
import type { Commands } from "../command.ts";
import { globalFlags } from "../options.ts";
import { columns, fill, summary } from "./text.ts";

/** Headings are marked, so that the one who prints can make them stand out on a terminal. */
export interface Page {
  readonly lines: readonly string[];
  readonly headings: ReadonlySet<string>;
}

/** The manual's first page: what the module is, its functions, the other commands and the flags that all take. */
export function modulePage(module: LoadedModule, commands: Commands, width: number): Page {
  const page = new PageWriter(width);
  const main = objectInfo(module, module.main);
  page.text(main.doc || module.doc);
  page.section("Usage", [
    "  ml-pipeline FUNCTION [--flag=value …] [FUNCTION …] [export --path=PATH]",
    "  ml-pipeline FUNCTION --help",
  ]);
  page.section("Functions", functionRows(main, width));
  if (main.init !== undefined && main.init.args.length > 0) {
    page.section("Flags of the module, before the first function", flagRows(main.init, module, width));
  }
  page.section(
    "Other commands",
    columns(
      Object.entries(commands).map(([name, { summary }]) => [name, summary]),
      width,
    ),
  );
  page.section("Flags of every command", globalRows(width));
  return page;
}

/** Only the functions, one a line. */
export function functionsPage(module: LoadedModule, width: number): Page {
  const page = new PageWriter(width);
  page.raw(functionRows(objectInfo(module, module.main), width).map((line) => line.slice(2)));
  return page;
}

/** The page of one function, given by the chain that leads to it; without a chain that of the module. */
export function functionPage(links: readonly Link[], module: LoadedModule, commands: Commands, width: number): Page {
  const page = new PageWriter(width);
  const last = links.at(-1);
  if (last === undefined) return modulePage(module, commands, width);
  const { fn } = last;
  const chain = links.map((link) => kebab(link.fn.alias ?? link.fn.name)).join(" ");
  page.text(fn.doc || `${chain} (not documented)`);
  page.section("Usage", usage(chain, fn, module));
  if (fn.args.length > 0) page.section("Flags", flagRows(fn, module, width));
  page.section("Result", result(fn, module, width));
  return page;
}

class PageWriter implements Page {
  readonly lines: string[] = [];
  readonly headings = new Set<string>();
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  text(doc: string): void {
    this.raw(fill(doc, this.#width));
  }

  section(heading: string, lines: readonly string[]): void {
    if (this.lines.length > 0) this.lines.push("");
    this.headings.add(heading);
    this.lines.push(heading, ...lines);
  }

  raw(lines: readonly string[]): void {
    this.lines.push(...lines);
  }
}

function functionRows(owner: ObjectInfo, width: number): string[] {
  return columns(
    members(owner).map(({ name, fn }) => [name, summary(fn.doc) + (fn.check ? " [check]" : "")]),
    width,
  );
}

function usage(chain: string, fn: FunctionInfo, module: LoadedModule): string[] {
  const isRequired = (arg: Argument) => !arg.optional && arg.defaultPath === undefined;
  const required = fn.args.filter(isRequired).map((arg) => ` ${flagUsage(arg, module)}`);
  const rest = fn.args.length > required.length ? " [--flag=value …]" : "";
  const line = `  ml-pipeline ${chain}${required.join("")}${rest}`;
  const follow = fn.returns.kind === "object" && fn.returns.name === "Directory" ? [`${line} export --path=PATH`] : [];
  return [line, ...follow];
}

function result(fn: FunctionInfo, module: LoadedModule, width: number): string[] {
  const lines = fill(`${capital(typeName(fn.returns))}.`, width, 2);
  if (fn.returns.kind === "object") {
    const owner = objectInfo(module, fn.returns.name);
    if (owner.kind === "core") {
      const names = members(owner).map(({ name }) => name);
      const common = ["export", "entries", "file", "contents", "publish", "stdout", "with-exec", "sync", "digest"];
      const shown = common.filter((name) => names.includes(name)).join(", ");
      lines.push(...fill(`May be followed by ${shown} and the other functions of Dagger's ${owner.name}.`, width, 2));
    } else {
      lines.push(...fill("May be followed by:", width, 2), ...functionRows(owner, width).map((line) => `  ${line}`));
    }
  }
  if (fn.cache === "never")
    lines.push(...fill("Goes each time it is called: never answered from the cache.", width, 2));
  return lines;
}

function flagRows(fn: FunctionInfo, module: LoadedModule, width: number): string[] {
  return columns(
    fn.args.map((arg) => [flagUsage(arg, module), [arg.doc, note(arg)].filter(Boolean).join("\n")]),
    width,
  );
}

function globalRows(width: number): string[] {
  const flags = Object.entries(globalFlags).filter(([name]) => name.startsWith("--"));
  return columns(
    flags.map(([name, flag]) => [flag.value === undefined ? name : `${name}=${flag.value}`, flag.doc]),
    width,
  );
}

function note(arg: Argument): string {
  if (arg.defaultPath !== undefined) {
    const path = arg.defaultPath.replace(/^\/+/, "");
    return `(default: ${path === "" ? "the project's folder" : `${path} in the project's folder`})`;
  }
  if (arg.defaultAddress !== undefined) return `(default: ${arg.defaultAddress})`;
  const value = arg.default;
  if (value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)) {
    return `(default: ${Array.isArray(value) ? value.join(",") : String(value)})`;
  }
  if (arg.type.kind === "enum") return "";
  return arg.optional ? "" : "(required)";
}

/** `--epochs=NUMBER`: a flag with the form of its value. */
function flagUsage(arg: Argument, module: LoadedModule): string {
  const flag = `--${kebab(arg.name)}`;
  return arg.type.kind === "boolean" ? flag : `${flag}=${valueUsage(arg.type, module)}`;
}

function valueUsage(type: TypeRef, module: LoadedModule): string {
  switch (type.kind) {
    case "integer":
    case "float":
      return "NUMBER";
    case "string":
    case "scalar":
      return "TEXT";
    case "list":
      return `${valueUsage(type.of, module)},…`;
    case "enum": {
      const members = (module.enums[type.name] ?? module.coreEnum(type.name))?.members ?? [];
      return [...new Set(members.map((member) => member.value))].join("|");
    }
    case "object":
      return { Directory: "DIR", File: "FILE", Secret: "env:NAME|file:PATH", Container: "IMAGE" }[type.name] ?? "TEXT";
    default:
      return "VALUE";
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
