import { isSpelledMissing } from "../../tables/missing.ts";
import { literal } from "../../tables/sql.ts";

/** What a value without a letter consists of: white space of all kinds, and characters that show nothing. */
const UNSEEN = literal("[\\s\\p{Z}\\p{Cc}\\p{Cf}\\x{2800}\\x{3164}]*");

/** Whether a text begins with a character of ASCII that shows something: those between the blank and the one that deletes. */
const isSeen = (text: string): string => `${text} >= '!' AND ${text} < ${literal("\u007f")}`;

/**
 * A predicate for whether a text is missing: null, blank, or one of the given spellings. The regular expression is asked only
 * of texts that do not begin with a character of ASCII, and the spellings only of short ones, since nearly all values are
 * neither.
 */
export function isMissing(text: string, spellings: readonly string[]): string {
  const blank = `CASE WHEN ${isSeen(text)} THEN false WHEN ${text} IS NULL THEN true ELSE regexp_full_match(${text}, ${UNSEEN}) END`;
  return spellings.length === 0 ? blank : `(${blank} OR ${isSpelledMissing(text, spellings)})`;
}
