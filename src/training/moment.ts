import { literal } from "../tables/sql.ts";

/** What a time of day may end with: how far its clock is from UTC. */
const OFFSET = "(:\\d{2}(?:\\.\\d+)?) ?([+-])(\\d{2}):?(\\d{2})$";

/**
 * A text as a point in time, in UTC; null if it is none. DuckDB's own cast leaves the distance from UTC out, and its type that has it needs
 * an extension.
 */
export function momentOf(text: string): string {
  const part = (group: number): string => `regexp_extract(${text}, ${literal(OFFSET)}, ${group})`;
  const minutes = `(try_cast(${part(3)} AS INTEGER) * 60 + try_cast(${part(4)} AS INTEGER))`;
  const bare = `try_cast(regexp_replace(${text}, ${literal(OFFSET)}, '\\1') AS TIMESTAMP)`;
  return `(${bare} - to_minutes(coalesce(CASE ${part(2)} WHEN '-' THEN -1 ELSE 1 END * ${minutes}, 0)))`;
}
