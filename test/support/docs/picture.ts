import { pathToFileURL } from "node:url";
import { startBrowser } from "../../browser/browser.ts";

/* `npx tsx test/support/docs/picture.ts REPORT/index.html docs/images/report.png`: the README's picture of a report. */

/** Down to the gate that compares with the baseline. */
const SIZE = { width: 1200, height: 1225 };

const [page, picture] = process.argv.slice(2);
if (page === undefined || picture === undefined) throw new Error("usage: picture.ts REPORT/index.html PICTURE.png");

const browser = await startBrowser();
try {
  const tab = await browser.newPage({ viewport: SIZE, colorScheme: "light" });
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: picture });
} finally {
  await browser.close();
}
