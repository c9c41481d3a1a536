/** The totals of a JUnit file. */
export interface TestTotals {
  readonly tests: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Sums over the `<testsuite>` elements of a JUnit XML text, as pytest writes it; zeros where there is none. */
export function testTotals(xml: string): TestTotals {
  const suites = xml.match(/<testsuite\s[^>]*>/g) ?? [];
  const sum = (name: string): number =>
    suites.reduce((total, suite) => total + Number(new RegExp(`\\s${name}="(\\d+)"`).exec(suite)?.[1] ?? 0), 0);
  return { tests: sum("tests"), failed: sum("failures") + sum("errors"), skipped: sum("skipped") };
}

/** The share of covered lines of a Cobertura XML text, from 0 to 1. */
export function lineCoverage(xml: string): number | undefined {
  const rate = /<coverage\s[^>]*\bline-rate="([\d.]+)"/.exec(xml)?.[1];
  return rate === undefined ? undefined : Number(rate);
}
