import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOT_SHOWN, withoutAddress } from "../../../src/delivery/without-address.ts";

const url = new URL("https://hooks.chat.example/services/T0AAAA1/B0BBBB2/XyZsecretTokenOf24Letters?key=s3cr3t%2Fvalue");
const SECRET = /XyZsecre|tTokenOf|T0AAAA1|B0BBBB2|s3cr3t/i;
const path = `${url.pathname}${url.search}`;
const token = "XyZsecretTokenOf24Letters";

const escaped = (text: string, by: (code: number) => string): string =>
  [...text].map((letter) => by(letter.charCodeAt(0))).join("");

describe("what a server says is shown without the address", () => {
  test.each([
    ["whole", url.href],
    ["its path", path],
    ["a part", token],
    ["a value of its query", "s3cr3t/value"],
    ["that value as it was sent", "s3cr3t%2Fvalue"],
    ["for JSON", path.replaceAll("/", "\\/")],
    ["in percent", encodeURIComponent(path)],
    ["in percent twice", encodeURIComponent(encodeURIComponent(path))],
    ["each letter in percent", escaped(token, (code) => `%${code.toString(16)}`)],
    ["each letter for JSON", escaped(token, (code) => `\\u${code.toString(16).padStart(4, "0")}`)],
    ["each letter for a page", escaped(token, (code) => `&#${code};`)],
    ["each letter for a page, in hexadecimal", escaped(token, (code) => `&#x${code.toString(16)};`)],
    ["slashes for a page", path.replaceAll("/", "&#x2F;")],
    ["in capitals", path.toUpperCase()],
    ["over two lines", `${token.slice(0, 12)}\n  ${token.slice(12)}`],
    ["cut at its end", token.slice(0, 10)],
    ["cut at its beginning", token.slice(-10)],
    ["with points between", token.replaceAll(/(.{5})/g, "$1.")],
  ])("%s", (_form, said) => {
    for (const text of [said, `no hook at ${said} is known`, `${"x ".repeat(95)}${said}`]) {
      const shown = withoutAddress(text, url);
      expect(shown).not.toMatch(SECRET);
      expect(shown.replaceAll(/[^a-z0-9]/gi, "")).not.toMatch(SECRET);
    }
  });

  test("and as it is where it has none of it", () => {
    for (const text of ["channel_not_found", "", "invalid_payload: 100% of \\u00fcber & <b>", "no_service"]) {
      expect(withoutAddress(text, url)).toBe(text);
    }
    expect(withoutAddress(`no hook at ${url.href} here`, url)).toBe("no hook at … here");
    expect(withoutAddress(`no hook ${encodeURIComponent(token).replaceAll("T", "%54")}`, url)).toBe(NOT_SHOWN);
  });

  test("also for an address that looks like a pattern, and for none that can be told", () => {
    const odd = new URL("https://x.example/a+b(c)/[d]*/$&%");
    expect(withoutAddress("at a+b(c) and $&", odd)).toBe("at … and $&");
    expect(withoutAddress("a / b", new URL("https://x.io/"))).toBe("a / b");
  });

  test("whatever the address and the words are", () => {
    const piece = fc.stringMatching(/^[A-Za-z0-9_-]{12,30}$/);
    fc.assert(
      fc.property(piece, piece, fc.string(), (first, second, words) => {
        const address = new URL(`https://chat.example/hooks/${first}/${second}`);
        const shown = withoutAddress(`${words}${address.pathname}${words}${second.slice(0, 20)}`, address);
        expect(shown.includes(first) || shown.includes(second)).toBe(false);
      }),
    );
  });
});
