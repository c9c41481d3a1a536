import type { Drawn } from "../plots/draw.ts";
import type { Drawing, Figure, Key } from "../plots/figure.ts";
import { type Html, html, safe } from "./html.ts";
import { numbersTable } from "./table.ts";

/** All figures; the numbers of one without a picture are shown instead. */
export const figures = (all: readonly Figure[], { pictures, problem }: Drawn): Html => html`
${problem !== undefined && html`<p class="note">${pictures.size === 0 ? "The pictures" : "Some pictures"} could not be drawn, so their numbers stand here instead: ${problem}</p>`}
<div class="figures">${all.map((one) => figure(one, pictures))}</div>`;

function figure(
  { id, title, caption, keys, layout, drawings, numbers }: Figure,
  pictures: ReadonlyMap<string, string>,
): Html {
  const drawn = drawings.filter((drawing) => pictures.has(drawing.id));
  const arranged = layout !== undefined && drawn.length > 0 ? ` ${layout}` : "";
  const table = numbersTable(numbers, `Numbers: ${title}`);
  return html`
<section class="figure${arranged}" aria-labelledby="title-${id}">
<h3 id="title-${id}">${title}</h3>
<p class="caption" id="caption-${id}">${caption.replaceAll(" %", "\u00a0%")}</p>
${drawn.length > 0 && keys.length > 0 && html`<ul class="keys" aria-label="Legend">${keys.map(key)}</ul>`}
${drawn.length > 0 && html`<div class="drawings">${drawn.map((one) => drawing(one, id, title, pictures.get(one.id) ?? ""))}</div>`}
${drawn.length > 0 ? html`<details><summary>The numbers</summary>${table}</details>` : table}
</section>`;
}

const key = ({ sign, text }: Key): Html => html`<li><span class="key ${sign}" aria-hidden="true"></span>${text}</li>`;

/** The caption describes the picture for readers who do not see it. */
const drawing = ({ label }: Drawing, figure: string, title: string, svg: string): Html => html`
<div class="drawing">${label !== undefined && html`<p class="label">${label}</p>`}
${safe(svg.replace("<svg", html`<svg role="img" aria-label="${label === undefined ? title : `${title}: ${label}`}" aria-describedby="caption-${figure}"`.text))}</div>`;
