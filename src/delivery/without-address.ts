/*
 * What a server says, without the address that it was asked by, which is a secret. A server repeats it in many forms: a part of it, in
 * other letters, escaped for JSON, a page or a query, or cut. Known forms are replaced; where one is left that is not known, nothing of
 * the words is shown.
 */

/** Parts of an address that are shorter say nothing of it, and stand in any text. */
const SHORTEST = 4;

/** So many letters of a part in a row are no accident. */
const TELLING = 8;

/** What stands for the words of a server that cannot be shown. */
export const NOT_SHOWN = "its words repeat the address, and are not shown";

/** @param text all of it: what was cut may end in the middle of a secret */
export const withoutAddress = (text: string, url: URL): string => withoutParts(text, partsOf(url));

/**
 * The same for any secret.
 *
 * @param secrets what must not be seen, each whole
 */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  withoutParts(text, longestFirst(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)])));

function withoutParts(text: string, parts: readonly string[]): string {
  const masked = parts.reduce((result, part) => result.replaceAll(new RegExp(literal(part), "gi"), "…"), text);
  return repeats(decoded(masked), parts) ? NOT_SHOWN : masked;
}

/** The parts of an address, the longest first. */
function partsOf(url: URL): readonly string[] {
  const pieces = [...url.pathname.split("/"), ...[...url.searchParams].flat(), url.hash.slice(1)];
  const whole = [url.href, `${url.pathname}${url.search}`, url.pathname, url.search, url.host, url.hostname];
  const forms = [...whole, ...pieces].flatMap((part) => [part, decoded(part)]);
  return longestFirst(forms);
}

const longestFirst = (parts: readonly string[]): readonly string[] =>
  [...new Set(parts)].filter((part) => part.length >= SHORTEST).sort((a, b) => b.length - a.length);

/** Whether a text without escapes has a part still, or what was cut of a long one. */
function repeats(text: string, parts: readonly string[]): boolean {
  const [lower, letters] = [text.toLowerCase(), squeezed(text)];
  return parts.some((part) => {
    const all = squeezed(part);
    if (all.length < TELLING) return lower.includes(part.toLowerCase());
    return fragmentsOf(all).some((fragment) => letters.includes(fragment));
  });
}

const fragmentsOf = (text: string): readonly string[] =>
  Array.from({ length: text.length - TELLING + 1 }, (_, start) => text.slice(start, start + TELLING));

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** How deep escapes may be within each other. */
const DEPTH = 4;

/** A text without its escapes: percent, those of JSON, and those of pages. */
function decoded(text: string): string {
  let result = text;
  for (let depth = 0; depth < DEPTH; depth++) {
    const next = result
      .replace(/%([0-9a-f]{2})/gi, (_, code: string) => letterOf(code, 16))
      .replace(/\\u\{?([0-9a-f]{4})\}?/gi, (_, code: string) => letterOf(code, 16))
      .replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => letterOf(code, 16))
      .replace(/&#x([0-9a-f]{1,6});?/gi, (_, code: string) => letterOf(code, 16))
      .replace(/&#(\d{1,7});?/g, (_, code: string) => letterOf(code, 10))
      .replace(/&(?:sol|amp|equals|quest|colon);/gi, (name) => NAMED[name.toLowerCase()] ?? name)
      .replace(/\\\//g, "/");
    if (next === result) break;
    result = next;
  }
  return result;
}

const NAMED: Readonly<Record<string, string>> = {
  "&sol;": "/",
  "&amp;": "&",
  "&equals;": "=",
  "&quest;": "?",
  "&colon;": ":",
};

/** Bytes of letters beyond ASCII are left: addresses have none of them but in escapes. */
function letterOf(code: string, base: number): string {
  const point = Number.parseInt(code, base);
  return point <= 0x10ffff ? String.fromCodePoint(point) : "";
}

/** Letters and digits alone, in lower case: what is between them differs between forms, as line breaks do. */
const squeezed = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
