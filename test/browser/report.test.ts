import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Runtime } from "../../src/containers/runtime.ts";
import { TOOLS } from "../../src/containers/settings.ts";
import { page as reportPage } from "../../src/report/page/page.ts";
import { type Drawn, draw } from "../../src/report/plots/draw.ts";
import { figuresOf } from "../../src/report/plots/figures.ts";
import type { Report } from "../../src/report/report.ts";
import { type OpenSession, openSession } from "../conformance/session.ts";
import { type Engine, startEngine } from "../local/api/engine.ts";
import {
  brokenRun,
  diabetesResults,
  driftedRun,
  failedRun,
  HOSTILE,
  heldRun,
  hostileRun,
  manyClasses,
  passedRun,
} from "../src/report/runs.ts";
import { startBrowser } from "./browser.ts";

const RUNS: Readonly<Record<string, Report>> = {
  passed: passedRun(),
  failed: failedRun(),
  held: heldRun(),
  broken: brokenRun(),
  "many classes": { ...passedRun(), measurements: { predictions: manyClasses(20) } },
  numbers: { ...passedRun(), measurements: { predictions: diabetesResults() } },
  drifted: driftedRun(),
  "drifted, with hostile names": driftedRun(HOSTILE),
  hostile: hostileRun(),
};
/** Where pictures are drawn; as a run does it. */
const place = (tools: Readonly<Record<string, string>> = {}): Runtime => ({
  python: "3.11",
  settings: {
    ...{ pythonImage: "python:{version}-slim", cudaImage: "", packageIndex: "" },
    tools: { ...TOOLS, ...tools },
  },
  since: Date.now(),
});
const SIZES = [400, 1600];
const SCHEMES = ["light", "dark"] as const;

let folder = "";
let engine: Engine | undefined;
let session: OpenSession | undefined;
let browser: Browser;
const drawn = new Map<string, Drawn>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
  engine = await startEngine({});
  process.env.DAGGER_SESSION_PORT = String(engine.port);
  process.env.DAGGER_SESSION_TOKEN = engine.token;
  [session, browser] = await Promise.all([openSession(), startBrowser()]);
  for (const [name, report] of Object.entries(RUNS)) {
    const pictures = await draw(place(), drawings(report));
    drawn.set(name, pictures);
    await writeFile(join(folder, `${name}.html`), reportPage(report, pictures));
  }
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await session?.close();
  await engine?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const drawings = (report: Report) => figuresOf(report).flatMap((figure) => figure.drawings);

/** A report in a window of its own. */
interface Window {
  readonly page: Page;
  /** What it asks of the network and what the browser complains about. */
  readonly noted: readonly string[];
  close(): Promise<void>;
}

/** Opens a report from the disk. */
async function openReport(name: string, options?: Parameters<Browser["newContext"]>[0]): Promise<Window> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noted: string[] = [];
  page.on("console", (message) => noted.push(message.text()));
  page.on("pageerror", (error) => noted.push(error.message));
  page.on("dialog", (dialog) => noted.push(`dialog ${dialog.message()}`));
  page.on("request", (request) => {
    if (!/^(file:|data:)/.test(request.url())) noted.push(request.url());
  });
  await page.goto(`file://${folder}/${name}.html`, { waitUntil: "load" });
  return { page, noted, close: () => context.close() };
}

async function withReport(
  name: string,
  options: Parameters<Browser["newContext"]>[0],
  look: (page: Page, noted: readonly string[]) => Promise<void>,
): Promise<void> {
  const { page, noted, close } = await openReport(name, options);
  await look(page, noted).finally(close);
}

describe.each(Object.keys(RUNS))("the report of the %s run", (name) => {
  test("has all its pictures", () => {
    expect(drawn.get(name)?.problem).toBeUndefined();
    expect(drawn.get(name)?.pictures.size).toBe(drawings(RUNS[name] as Report).length);
  });

  // A window for each test would take longer than the tests.
  let window: Window;
  beforeAll(async () => {
    window = await openReport(name, { viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  });
  afterAll(() => window?.close());

  test.each(SCHEMES)("can be read by everybody, %s", async (colorScheme) => {
    const { page } = window;
    await page.emulateMedia({ colorScheme });
    // Its other mode opens a second page to gather what frames say, of which a report has none.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    // What the page is made of does not depend on its colours: all else has been looked at in the light.
    const { violations } = await (colorScheme === "dark" ? axe.withRules(["color-contrast"]) : axe).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 200))])).toEqual([]);
  });

  test("has no name twice, and each picture has its own", async () => {
    const { page } = window;
    const ids = (await page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")) as string[];
    expect(new Set(ids).size).toBe(ids.length);
    const described = await page.evaluate(`[...document.querySelectorAll(".drawing svg[role=img]")].every((one) =>
      one.getAttribute("aria-label") && document.getElementById(one.getAttribute("aria-describedby"))?.textContent.length > 20)`);
    expect(described).toBe(true);
  });

  test.each(SIZES)(
    "at %i pixels is not wider than the window, asks for nothing, and nothing is wrong with it",
    async (width) => {
      const { page, noted } = window;
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      // Nor does anything stick out of it, apart from what scrolls in a box of its own.
      const outside = await page.evaluate(`[...document.querySelectorAll("main *")]
      .filter((one) => one.closest(".scroll, pre") === null && one.getBoundingClientRect().right > ${width} + 1)
      .map((one) => one.outerHTML.slice(0, 200))`);
      expect(outside).toEqual([]);
      expect(noted).toEqual([]);
    },
  );
});

test("in the dark, pictures have the colours of the page", () =>
  withReport("passed", { colorScheme: "dark" }, async (page) => {
    const colours = (await page.evaluate(`[...document.querySelectorAll(".drawing svg text")]
      .map((one) => getComputedStyle(one).fill)`)) as string[];
    expect(colours.length).toBeGreaterThan(50);
    for (const colour of colours) {
      const [red = 0] = [...colour.matchAll(/\d+/g)].map(Number);
      expect(red, colour).toBeGreaterThan(140);
    }
  }));

test("on a phone, whose run it is and why it failed need no scrolling sideways, nor does a failed gate's limit", () =>
  withReport("failed", { viewport: { width: 400, height: 700 } }, async (page) => {
    for (const text of [page.locator(".project"), page.locator(".deciding .against").first()]) {
      const box = await text.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 1000)).toBeLessThanOrEqual(400);
      expect((box?.y ?? 0) + (box?.height ?? 1000)).toBeLessThanOrEqual(700);
    }
    expect(await page.locator("#gates tr.row-failed").textContent()).toContain("(at least 0.8)");
    const widths = await page.evaluate(
      `(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector("#gates .scroll"))`,
    );
    expect(widths).toEqual([368, 368]);
  }));

test.each([
  ["passed", 8],
  ["many classes", 200],
])("the numbers in the matrices of the %s run do not cover each other", (name, least) =>
  withReport(name, { viewport: { width: 1280, height: 900 } }, async (page) => {
    const { numbers, covered } = (await page.evaluate(`(() => {
      const matrices = [...document.querySelectorAll("section[aria-labelledby=title-confusion] svg")];
      const boxes = matrices.map((one) => [...one.querySelectorAll("text")]
        .filter((text) => /^(<?\\d+( %)?|[\\d,]+)$/.test(text.textContent))
        .map((text) => text.getBoundingClientRect()));
      const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom;
      return {
        numbers: boxes.flat().length,
        covered: boxes.flatMap((all) => all.filter((a, at) => all.slice(at + 1).some((b) => meet(a, b)))).length,
      };
    })()`)) as { numbers: number; covered: number };
    expect(numbers).toBeGreaterThanOrEqual(least);
    expect(covered).toBe(0);
  }),
);

test("text of the user's project is text everywhere, in the pictures too", () =>
  withReport("hostile", {}, async (page, noted) => {
    expect(await page.evaluate("document.scripts.length + document.querySelectorAll('main img, main a').length")).toBe(
      0,
    );
    expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
    const text = (await page.evaluate("document.body.innerText")) as string;
    expect(text).toContain(HOSTILE);
    const pictures = (await page.evaluate(
      "[...document.querySelectorAll('svg text')].map((one) => one.textContent)",
    )) as string[];
    expect(pictures.filter((one) => one.includes("<script>")).length).toBeGreaterThan(5);
    expect(noted).toEqual([]);
  }));

test("on paper it is light", () =>
  withReport("passed", { colorScheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect((await page.pdf()).byteLength).toBeGreaterThan(50_000);
  }));

/** How many programs have run in containers since there were `before` events: what came from the cache did not. */
const ranSince = (before: number): number =>
  (engine?.events ?? []).slice(before).filter((event) => event.type === "finished" && event.outcome === "done").length;

test("unchanged measurements are not drawn again, and a report without measurements draws nothing", async () => {
  const [before, unchanged] = [engine?.events.length ?? 0, drawings(passedRun())];
  expect(await draw(place(), unchanged)).toEqual(drawn.get("passed"));
  // Events come in their order: once it is known that what changed was drawn, all is known of what had not.
  const changed = unchanged.map((one, index) =>
    index === 0 ? { ...one, spec: { ...one.spec, description: randomUUID() } } : one,
  );
  expect((await draw(place(), changed)).pictures.size).toBe(unchanged.length);
  await expect.poll(() => ranSince(before), { timeout: 10_000 }).toBeGreaterThan(0);
  expect(ranSince(before)).toBe(1);
  expect(drawn.get("broken")?.pictures.size).toBe(0);
}, 60_000);

test("where pictures cannot be drawn, the report says so in a line and shows the numbers", async () => {
  const context = place({ "vl-convert-python": "0.0.0+none" });
  const none = await draw(context, drawings(passedRun()));
  expect(none.pictures.size).toBe(0);
  expect(none.problem).toMatch(/\S/);
  expect(none.problem).not.toContain("\n");
  await writeFile(join(folder, "undrawn.html"), reportPage(passedRun(), none));
  await withReport("undrawn", { viewport: { width: 400, height: 900 } }, async (page, noted) => {
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
    expect(await page.locator(".note").textContent()).toContain("The pictures could not be drawn, so");
    expect(await page.getByRole("region", { name: "Table: Numbers: How long one request takes" }).isVisible()).toBe(
      true,
    );
    expect(noted).toEqual([]);
  });
}, 120_000);
