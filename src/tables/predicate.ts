import { identifier, literal } from "./sql.ts";

/** What the parsed text of `SELECT predicate` must be, so that the predicate is one expression and nothing beside it. */
const ONE_EXPRESSION: Readonly<Record<string, string>> = {
  "$.error": "false",
  "$.statements[1]": "",
  "$.statements[0].node.type": "SELECT_NODE",
  "$.statements[0].node.modifiers[0]": "",
  "$.statements[0].node.cte_map.map[0]": "",
  "$.statements[0].node.select_list[1]": "",
  "$.statements[0].node.select_list[0].alias": "",
  "$.statements[0].node.from_table.type": "EMPTY",
  "$.statements[0].node.where_clause": "",
  "$.statements[0].node.group_sets[0]": "",
  "$.statements[0].node.having": "",
  "$.statements[0].node.qualify": "",
  "$.statements[0].node.sample": "",
};

/**
 * What a predicate must not have in it, since it would be about something else than a row: a query, which reads files too, and
 * functions that tell of the process. Those that read files are none of a predicate's: they stand for tables, which queries have.
 */
const ELSEWHERE = "getenv current_setting getvariable current_query current_query_id write_log nextval currval".split(
  " ",
);

/** All functions that are called, without their schemas; a name may have any case. */
const FUNCTIONS = "string_split(lower(array_to_string(parsed->>'$..function_name', ' ')), ' ')";

const QUERY = "it has a query of its own (SELECT or FROM), and a rule is about the columns of a row";
const OUTSIDE = "() tells of what is outside of the data, and a rule is about the columns of a row";

/**
 * The statements that a query with a user's predicate needs before it: one that fails unless the predicate parses alone as
 * one expression (in parentheses `a) OR (true` would parse too, and be another predicate), and one that makes it a macro.
 *
 * @param parameters the columns that are parameters of the macro; without any there is none
 */
export function predicateMacro(sql: string, macro: string, parameters: readonly string[]): string[] {
  const isOne = Object.entries(ONE_EXPRESSION).map(
    ([path, wanted]) => `coalesce(parsed->>${literal(path)}, '') = ${literal(wanted)}`,
  );
  const reason = `coalesce(parsed->>'$.error_message', 'it is more than one expression')`;
  const cases = [
    `WHEN NOT (${isOne.join(" AND ")}) THEN error(${reason})`,
    ...ELSEWHERE.map(
      (name) => `WHEN list_contains(${FUNCTIONS}, ${literal(name)}) THEN error(${literal(`${name}${OUTSIDE}`)})`,
    ),
    `WHEN list_contains(parsed->>'$..class', 'SUBQUERY') THEN error(${literal(QUERY)})`,
  ];
  return [
    `SELECT CASE ${cases.join(" ")} END AS one_expression FROM (SELECT json_serialize_sql(${literal(`SELECT ${sql}\n`)}) AS parsed);`,
    ...(parameters.length === 0
      ? []
      : [`CREATE TEMP MACRO ${macro}(${parameters.map(identifier).join(", ")}) AS ${sql}\n;`]),
  ];
}
