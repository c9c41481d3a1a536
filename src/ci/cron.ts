/* Cron lines: minute, hour, day of the month, month, day of the week. */

const MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC";
const DAYS = "SUN|MON|TUE|WED|THU|FRI|SAT";

/** What each field may have: its lowest and highest number, and its names. */
const FIELDS: readonly { readonly low: number; readonly high: number; readonly names?: string }[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: MONTHS },
  { low: 0, high: 7, names: DAYS },
];

/**
 * Whether a text is a cron line.
 *
 * @param spreads whether H may stand for a minute or an hour that the system chooses, as on Jenkins
 */
export function isCron(text: string, spreads: boolean): boolean {
  const fields = text.split(" ");
  return (
    fields.length === FIELDS.length &&
    fields.every((field, index) => {
      const form = FIELDS[index];
      if (form === undefined) return false;
      return (spreads && index < 2 && field === "H") || field.split(",").every((part) => isPart(part, form));
    })
  );
}

/** `*`, `5`, `1-5`, and each of them with `/2` behind it. */
function isPart(part: string, { low, high, names }: (typeof FIELDS)[number]): boolean {
  const [range = "", step, ...more] = part.split("/");
  if (more.length > 0 || (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) > 0))) return false;
  if (range === "*") return true;
  const ends = range.split("-");
  const isEnd = (end: string): boolean =>
    names !== undefined && new RegExp(`^(${names})$`, "i").test(end)
      ? true
      : /^\d{1,2}$/.test(end) && Number(end) >= low && Number(end) <= high;
  return ends.length <= 2 && ends.every(isEnd) && !(Number(ends[0]) > Number(ends[1] ?? ends[0]));
}
