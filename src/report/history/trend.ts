import { type JournalEntry, nameOf } from "../../journal/entry.ts";
import { short } from "../../text.ts";
import { type Html, html } from "../page/html.ts";
import { extent } from "../plots/theme.ts";
import { begun, measured, verdictText } from "./words.ts";

/* A metric over runs as a picture, which is drawn here: it has dots and lines alone, and needs no container. */

const [WIDTH, HEIGHT] = [640, 220];
const SIDE = { left: 64, right: 16, top: 12, bottom: 30 };
const TICKS = 4;
/** So many dates fit below a picture. */
const DATES = 5;

/** @param entries runs that have measured it, the oldest first */
export function trend(entries: readonly JournalEntry[], metric: string): Html {
  const points = entries.flatMap((entry) => {
    const found = measured(entry, metric);
    return found === undefined ? [] : [{ entry, ...found, low: found.interval?.low, high: found.interval?.high }];
  });
  const [low, high] = extent(points.flatMap((one) => [one.value, one.low ?? one.value, one.high ?? one.value]));
  const inner = { width: WIDTH - SIDE.left - SIDE.right, height: HEIGHT - SIDE.top - SIDE.bottom };
  const x = (index: number): number =>
    fixed(SIDE.left + (points.length === 1 ? inner.width / 2 : (index * inner.width) / (points.length - 1)));
  const y = (value: number): number => fixed(SIDE.top + (inner.height * (high - value)) / (high - low));
  const ticks = Array.from({ length: TICKS }, (_, index) => low + ((high - low) * index) / (TICKS - 1));
  const step = Math.max(1, Math.ceil(points.length / DATES));
  return html`<svg role="img" aria-label="${metric} over ${points.length} runs" viewBox="0 0 ${WIDTH} ${HEIGHT}">
${ticks.map(
  (
    tick,
  ) => html`<line x1="${SIDE.left}" x2="${WIDTH - SIDE.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="var(--line)"/>
<text x="${SIDE.left - 8}" y="${y(tick) + 4}" text-anchor="end" font-size="12" fill="var(--muted)">${short(Number(tick.toPrecision(4)))}</text>`,
)}
<polyline points="${points.map(({ value }, index) => `${x(index)},${y(value)}`).join(" ")}" fill="none" stroke="var(--strong)"/>
${points.map(
  (
    { entry, value, low: from, high: to },
    index,
  ) => html`<g><title>${begun(entry)} UTC, run ${nameOf(entry)}: ${short(value)}, ${verdictText(entry)}</title>
${from !== undefined && to !== undefined && html`<line x1="${x(index)}" x2="${x(index)}" y1="${y(from)}" y2="${y(to)}" stroke="${COLOUR[entry.verdict]}" stroke-width="1.5" opacity="0.6"/>`}
${dot(entry, x(index), y(value))}</g>`,
)}
${points.map(
  ({ entry }, index) =>
    index % step === 0 &&
    html`<text x="${x(index)}" y="${HEIGHT - 8}" text-anchor="middle" font-size="12" fill="var(--muted)">${begun(entry).slice(5, 10)}</text>`,
)}
</svg>`;
}

const COLOUR: Readonly<Record<JournalEntry["verdict"], string>> = {
  passed: "var(--candidate)",
  failed: "var(--failed)",
};

/** Runs that failed differ by their shape as well, and a ring is around what was deployed. */
function dot(entry: JournalEntry, x: number, y: number): Html {
  const ring =
    isDeployed(entry) && html`<circle cx="${x}" cy="${y}" r="8" fill="none" stroke="var(--passed)" stroke-width="2"/>`;
  const sign =
    entry.verdict === "passed"
      ? html`<circle cx="${x}" cy="${y}" r="4" fill="${COLOUR.passed}"/>`
      : html`<rect x="${x - 4}" y="${y - 4}" width="8" height="8" fill="${COLOUR.failed}"/>`;
  return html`${ring}${sign}`;
}

/** Whether what a run made was put somewhere and stayed there. */
export const isDeployed = ({ deployments = [] }: Pick<JournalEntry, "deployments">): boolean =>
  deployments.some(({ outcome, rolledBack }) => outcome === "done" && !rolledBack);

const fixed = (value: number): number => Number(value.toFixed(1));
