import { evaluatedTable, type TablesConfig } from "../../data/data-tables.ts";
import { RULES } from "../../data/rules/list.ts";
import { isObject } from "../../json.ts";

/** Rules that any table can be held to, whatever its columns. */
const OF_EVERY_TABLE: ReadonlySet<string> = new Set(["finite", "max-duplicates", "missing"]);

/** Rules that only the table which the model is about can be held to. */
const OF_EVALUATED: ReadonlySet<string> = new Set(["label", ...RULES.map(({ key }) => key)]);

/**
 * A policy's floors for the tables that a project gives names to: a file does not get out of a rule by being named. What is about
 * columns holds for the table that the model is about.
 *
 * @param project the project's settings, which have passed the schema
 */
export function floorsForTables(floors: Readonly<Record<string, unknown>>, project: unknown): typeof floors {
  const data = isObject(project) && isObject(project.data) ? project.data : {};
  if (!isObject(data.tables) || !isObject(floors.data)) return floors;
  const evaluated = evaluatedTable(data as unknown as TablesConfig).name;
  const own = isObject(floors.data.tables) ? floors.data.tables : {};
  const rules = Object.entries(floors.data);
  const tables = Object.keys(data.tables).map((name) => [
    name,
    {
      ...Object.fromEntries(
        rules.filter(([key]) => OF_EVERY_TABLE.has(key) || (name === evaluated && OF_EVALUATED.has(key))),
      ),
      ...(isObject(own[name]) ? own[name] : {}),
    },
  ]);
  const others = rules.filter(([key]) => evaluated === undefined || OF_EVERY_TABLE.has(key) || !OF_EVALUATED.has(key));
  return { ...floors, data: { ...Object.fromEntries(others), tables: { ...own, ...Object.fromEntries(tables) } } };
}

/** Where a policy says a floor of a named table: for that table, or for all data. */
export function writtenPath(path: readonly string[], floors: Readonly<Record<string, unknown>>): readonly string[] {
  const [first, second, , ...rule] = path;
  if (first !== "data" || second !== "tables") return path;
  const own = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), floors);
  return own === undefined ? ["data", ...rule] : path;
}
