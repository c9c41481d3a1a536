import { COLOURS } from "./theme.ts";

/** The elements and attributes of a drawing. A picture with any other is not shown, since its text is the user's. */
const ELEMENTS = /^\/?(svg|g|path|line|rect|circle|text|tspan|defs|clipPath)$/;
const ATTRIBUTES =
  /^(width|height|viewBox|transform|d|id|x|y|x1|x2|y1|y2|r|fill|fill-opacity|stroke|stroke-[a-z]+|opacity|font-[a-z]+|text-anchor|clip-path|display)$/;

/** Attributes that `vega` writes and no picture needs. */
const NOISE =
  /^(xmlns(:xlink)?|version|class|width|height|role|aria-(hidden|label|roledescription)|pointer-events|font-family|stroke-miterlimit)$/;

/**
 * Prepares a drawing for the page: its colours become the page's, its IDs unique, and its numbers shorter.
 *
 * @param id unique in the page; goes before the names inside the drawing
 * @returns undefined for a text that is not a drawing as `vl-convert` makes it
 */
export function pageSvg(svg: string, id: string): string | undefined {
  let strange = false;
  const rewritten = svg.replace(/<([^<>]*)>/g, (_tag, inside: string) => {
    const [, name = "", attributes = "", end = ""] =
      /^(\/?[A-Za-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)$/.exec(inside) ?? [];
    if (!ELEMENTS.test(name)) strange = true;
    const kept = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].flatMap(([, attribute = "", value = ""]) => {
      if (dropped(name, attribute)) return [];
      if (!ATTRIBUTES.test(attribute)) strange = true;
      return meaningless(attribute, value) ? [] : [`${attribute}="${rewrittenValue(attribute, value, id)}"`];
    });
    return `<${[name, ...kept].join(" ")}${end}>`;
  });
  if (strange || !/^<svg[\s>]/.test(rewritten) || !rewritten.trimEnd().endsWith("</svg>")) return undefined;
  return withoutEmpty(rewritten);
}

/** Text is measured larger than it is shown: see `theme.ts`. */
const SHOWN = 0.9;

/** The page sets the size of a drawing, so only rectangles keep theirs. */
const dropped = (element: string, attribute: string): boolean =>
  NOISE.test(attribute) && !(element === "rect" && /^(width|height)$/.test(attribute));

const VARIABLES = new Map(Object.entries(COLOURS).map(([name, colour]) => [colour as string, `var(--${name})`]));

function rewrittenValue(attribute: string, value: string, id: string): string {
  if (attribute === "fill" || attribute === "stroke") return VARIABLES.get(value) ?? value;
  if (attribute === "font-size") return `${Number((Number.parseFloat(value) * SHOWN).toFixed(2))}px`;
  if (attribute === "id") return `${id}-${value}`;
  if (attribute === "clip-path") return value.replace("url(#", `url(#${id}-`);
  if (["d", "transform", "x", "y", "x1", "x2", "y1", "y2"].includes(attribute)) return shortened(value);
  return value;
}

/** A hundredth of a pixel is fine enough. */
const shortened = (value: string): string =>
  value.replace(/-?\d+\.\d{3,}(?!\d*e)/g, (number) => String(Number(Number(number).toFixed(2))));

const meaningless = (attribute: string, value: string): boolean =>
  (attribute === "opacity" && value === "1") || (attribute === "transform" && value === "translate(0,0)");

/** Removes groups and paths that show nothing, repeatedly, since a group may hold only such. */
function withoutEmpty(svg: string): string {
  const next = svg
    .replace(/<path(?: d="[^"]*")?(?: fill="none")?(?: display="none")\/>/g, "")
    .replace(/<path d="[^"]*"\/>/g, "")
    .replace(/<g(?:\s[^<>]*)?><\/g>/g, "");
  return next === svg ? svg : withoutEmpty(next);
}
