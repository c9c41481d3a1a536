import { styleText } from "node:util";
import type { Page } from "./pages.ts";

/** Writes a page to standard output; headings stand out where that is a terminal that takes colour. */
export function printPage(page: Page): void {
  const lines = page.lines.map((line) =>
    page.headings.has(line) ? styleText("bold", line, { stream: process.stdout }) : line,
  );
  process.stdout.write(`${lines.join("\n")}\n`);
}
