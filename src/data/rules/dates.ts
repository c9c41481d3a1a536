/* Dates that are not in the order of their texts. */

interface Form {
  readonly pattern: RegExp;
  /** What `strptime` reads it by. */
  readonly form: string;
}

const day = "\\d{1,2}";
const year = "(\\d{4}|\\d{2})";
const time = "(?:[T ](\\d{1,2}:\\d{2}(?::\\d{2})?))?";

/** Forms of numbers, of which the first is the day unless a value shows that it is the month. */
const NUMBERED = ["/", ".", "-"].map((mark) => ({
  mark,
  pattern: new RegExp(`^\\s*(${day})[${mark}](${day})[${mark}]${year}${time}\\s*$`),
}));

const OTHERS: readonly Form[] = [
  { pattern: new RegExp(`^\\s*${day}[ -][A-Za-z]{3}[ -]\\d{4}`), form: "%d-%b-%Y" },
  { pattern: new RegExp(`^\\s*${day}[ -][A-Za-z]{4,9}[ -]\\d{4}`), form: "%d %B %Y" },
  { pattern: /^\s*[A-Za-z]{3,9} \d{1,2},? \d{4}/, form: "%B %d, %Y" },
];

/** Years come first, but months and days have no zeros in front: 2024/10/1 is before 2024/9/1 as text. */
const UNPADDED = /^\s*\d{4}([/.-])\d{1,2}\1\d{1,2}(?!\d)/;
const PADDED = /^\s*\d{4}([/.-])\d{2}\1\d{2}(?!\d)/;

/** The form of dates, for `strptime`, if all values are dates whose order is not that of their texts. */
export function unsortedDates(values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  for (const { mark, pattern } of NUMBERED) {
    const found = values.map((value) => pattern.exec(value));
    const parts = found.filter((one) => one !== null);
    if (parts.length === values.length) return numberedForm(parts, mark);
  }
  const mark = UNPADDED.exec(values[0] ?? "")?.[1] ?? "-";
  if (values.every((value) => UNPADDED.test(value)) && !values.every((value) => PADDED.test(value))) {
    return `%Y${mark}%m${mark}%d`;
  }
  return OTHERS.find(({ pattern }) => values.every((value) => pattern.test(value)))?.form;
}

function numberedForm(parts: readonly RegExpExecArray[], mark: string): string {
  const isMonthFirst = parts.some(([, , second]) => Number(second) > 12);
  const [first] = parts;
  const clock = first?.[4] === undefined ? "" : first[4].split(":").length > 2 ? " %H:%M:%S" : " %H:%M";
  return `${isMonthFirst ? `%m${mark}%d` : `%d${mark}%m`}${mark}${first?.[3]?.length === 2 ? "%y" : "%Y"}${clock}`;
}
