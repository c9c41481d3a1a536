/** The file that says what git leaves out. */
export const GIT_IGNORE = ".gitignore";

/** The folder that reports are exported to, in all that the manual and the CI files tell to type. */
const REPORT = "report/";

/** Lines of `.gitignore` that leave the folder out. */
const LEAVES_OUT = /^\/?(\*\*\/)?report\/?\s*$/m;

/**
 * The `.gitignore` of a project with the folder of reports, so that none is committed; undefined where it leaves that out already.
 *
 * @param text as it is; undefined where there is none
 */
export function withReports(text: string | undefined): string | undefined {
  if (text === undefined) return `${REPORT}\n`;
  if (LEAVES_OUT.test(text)) return undefined;
  const end = /\r\n/.test(text) ? "\r\n" : "\n";
  return `${text}${text === "" || text.endsWith("\n") ? "" : end}${REPORT}${end}`;
}
