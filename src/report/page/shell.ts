import { type Content, type Html, html, safe } from "./html.ts";
import { STYLE } from "./style.ts";

/** A part of a page. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

/** What a page is about, and what it has. */
export interface Shell {
  /** Of the window. */
  readonly title: string;
  /** What kind of page it is. */
  readonly brand: string;
  /** What comes before all sections. */
  readonly top: Content;
  readonly sections: readonly Section[];
  readonly footer: Content;
}

/** A page: one file, without scripts and without external assets. */
export const shell = ({ title, brand, top, sections, footer }: Shell): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${safe(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the report</a>
<div class="layout">
<header class="top">
<p class="brand">${brand}</p>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main id="content" tabindex="-1">${top}
${sections.map(
  ({ id, title, content }) => html`
<section id="${id}" aria-labelledby="heading-${id}"><h2 id="heading-${id}">${title}</h2>
${content}
</section>`,
)}
</main>
<footer><p>${footer}</p></footer>
</div>
</body>
</html>
`;
