import type { Status, Tone } from "../status.ts";
import { type Html, html, safe } from "./html.ts";

/** Shapes that differ without their colours. They are drawn, since fonts show symbols differently. */
const SHAPES: Readonly<Record<Tone, string>> = {
  passed: '<circle cx="8" cy="8" r="8"/><path d="M4.4 8.4l2.4 2.4 4.8-5.2"/>',
  failed: '<rect width="16" height="16" rx="3.5"/><path d="M5 5l6 6M11 5l-6 6"/>',
  warning:
    '<path class="body" d="M8 .6a1.3 1.3 0 0 1 1.2.7l6.5 12a1.3 1.3 0 0 1-1.2 2H1.5a1.3 1.3 0 0 1-1.2-2l6.5-12A1.3 1.3 0 0 1 8 .6z"/><path d="M8 5.4v4.4M8 12.4v.2"/>',
  unsure:
    '<path class="body" d="M8 0l8 8-8 8-8-8z"/><path d="M6.3 6.3a1.8 1.8 0 1 1 2.6 1.7c-.6.3-.9.6-.9 1.2M8 11.5v.2"/>',
  skipped: '<circle class="hollow" cx="8" cy="8" r="7"/><path class="dash" d="M5 8h6"/>',
};

/** The sign of a result. It is hidden from screen readers, so a word must stand beside it. */
export const mark = (tone: Tone): Html =>
  html`<svg class="mark ${tone}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">${safe(SHAPES[tone])}</svg>`;

/** A result as sign and word. */
export const statusBadge = ({ word, tone }: Status): Html =>
  html`<span class="status ${tone}">${mark(tone)}<span>${word}</span></span>`;
