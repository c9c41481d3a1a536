import { keepsAnswers } from "../../runner/call-cache.ts";
import type { FunctionInfo, LoadedModule, ObjectInfo } from "../../runner/module/types.ts";
import { functionName, typeName } from "../call/names.ts";
import { members, objectInfo } from "../call/parse.ts";
import type { Link } from "../call/types.ts";
import type { Command, Commands } from "../command.ts";
import { flagRows } from "../options.ts";
import { currentFlags, deprecatedFlagLines, flagLines, flagUsage, globalFlagLines } from "./flags.ts";
import { columns, fill, type Layout, type Row, summary } from "./text.ts";

/**
 * Writes the page of the module: what it is, its functions, the other commands, and the flags that every command takes.
 */
export function modulePage(module: LoadedModule, commands: Commands, layout: Layout): readonly string[] {
  const main = objectInfo(module, module.main);
  const page = new Page(layout, main.doc || module.doc);
  page.section("Usage", [
    "  ml-pipeline FUNCTION [--flag=value …] [FUNCTION …] [export --path=PATH]",
    "  ml-pipeline FUNCTION --help",
  ]);
  page.section("Functions; those marked [check] are run by the command check", functionLines(main, layout));
  if (main.init !== undefined) {
    page.section("Flags of the module, before the first function", flagLines(main.init, module, layout));
    page.section("Deprecated flags", deprecatedFlagLines(main.init, layout));
  }
  const rows = Object.entries(commands).map(([name, { summary }]): Row => [name, summary]);
  page.section("Other commands", columns(rows, layout));
  page.section("Flags of every command", globalFlagLines(layout));
  return page.lines;
}

/** Lists the functions of the module, each with the first sentence of its documentation. */
export function functionsPage(module: LoadedModule, layout: Layout): readonly string[] {
  return functionLines(objectInfo(module, module.main), layout, 0);
}

/** Writes the page of the function at the end of a chain. Without a chain, it is the page of the module. */
export function functionPage(
  links: readonly Link[],
  module: LoadedModule,
  commands: Commands,
  layout: Layout,
): readonly string[] {
  const last = links.at(-1);
  if (last === undefined) return modulePage(module, commands, layout);
  const { fn } = last;
  const chain = links.map((link) => functionName(link.fn)).join(" ");
  const page = new Page(layout, fn.doc || `${chain} (not documented)`);
  page.section("Usage", usage(chain, fn, module));
  page.section("Flags", flagLines(fn, module, layout));
  page.section("Result", result(fn, module, layout));
  page.section("Deprecated flags", deprecatedFlagLines(fn, layout));
  return page.lines;
}

/** Writes the page of a command that is no function of the module. */
export function commandPage(command: Command, layout: Layout): readonly string[] {
  const { summary, usage = [], flags = {} } = command;
  const page = new Page(layout, `${capital(summary)}.`);
  page.section(
    "Usage",
    usage.map((words) => `  ml-pipeline ${words}`),
  );
  page.section("Flags", columns(flagRows(flags), layout));
  page.section("Flags of every command", globalFlagLines(layout));
  return page.lines;
}

class Page {
  readonly lines: string[];
  readonly #layout: Layout;

  constructor(layout: Layout, doc: string) {
    this.#layout = layout;
    this.lines = fill(doc, layout.width);
  }

  /** Adds a section, unless it would be empty. */
  section(heading: string, lines: readonly string[]): void {
    if (lines.length > 0) this.lines.push("", this.#layout.bold(heading), ...lines);
  }
}

function functionLines(owner: ObjectInfo, layout: Layout, indent?: number): string[] {
  const rows = members(owner).map(({ name, fn }): Row => [name, summary(fn.doc) + (fn.check ? " [check]" : "")]);
  return columns(rows, layout, indent);
}

function usage(chain: string, fn: FunctionInfo, module: LoadedModule): string[] {
  const flags = currentFlags(fn);
  const required = flags.filter((arg) => !arg.optional && arg.defaultPath === undefined);
  const rest = flags.length > required.length ? " [--flag=value …]" : "";
  const line = `  ml-pipeline ${chain}${required.map((arg) => ` ${flagUsage(arg, module)}`).join("")}${rest}`;
  const follow = fn.returns.kind === "object" && fn.returns.name === "Directory" ? [`${line} export --path=PATH`] : [];
  return [line, ...follow];
}

function result(fn: FunctionInfo, module: LoadedModule, layout: Layout): string[] {
  const paragraph = (text: string) => fill(text, layout.width, 2);
  const lines = paragraph(`${capital(typeName(fn.returns))}.`);
  if (fn.returns.kind === "object") {
    const owner = objectInfo(module, fn.returns.name);
    if (owner.kind === "core") {
      const names = members(owner).map(({ name }) => name);
      const common = ["export", "entries", "file", "contents", "publish", "stdout", "with-exec", "sync", "digest"];
      const shown = common.filter((name) => names.includes(name)).join(", ");
      lines.push(...paragraph(`May be followed by ${shown} and the other functions of Dagger's ${owner.name}.`));
    } else {
      lines.push(...paragraph("May be followed by:"), ...functionLines(owner, layout, 4));
    }
  }
  if (!keepsAnswers(fn)) lines.push(...paragraph("This function runs each time: it is never answered from the cache."));
  return lines;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
