import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Debian's, and those that CI machines bring. */
const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];

const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** @throws Error where the host has no browser */
export function startBrowser(): Promise<Browser> {
  const executablePath = PROGRAMS.find(existsSync);
  if (executablePath === undefined) throw new Error(`no browser: expected one of ${PROGRAMS.join(", ")}`);
  return chromium.launch({ executablePath, args: FLAGS });
}
