import { describe, expect, test } from "vitest";
import { signerOf, trustedKeys } from "../../../src/evidence/keys.ts";
import { userError } from "../support.ts";
import { ecdsa, ed25519, type KeyPair, rsa } from "./pairs.ts";

/** One of a key of Ed25519 that signed it itself, and of which nobody knows the other half. */
const CERTIFICATE = [
  "MIIBLDCB36ADAgECAhQkjHrY5EY5I1eoyHqS5udhuu4yQzAFBgMrZXAwDDEKMAgG",
  "A1UEAwwBeDAeFw0yNjExMzAxMTIzNTVaFw0yNjEyMDExMTIzNTVaMAwxCjAIBgNV",
  "BAMMAXgwKjAFBgMrZXADIQAFbs71+NkP/VrLrPAl7zBhJUhxLviGnDZjGPliLGLM",
  "1aNTMFEwHQYDVR0OBBYEFC3wqq11M44/ugrEEVnHVJfyqYazMB8GA1UdIwQYMBaA",
  "FC3wqq11M44/ugrEEVnHVJfyqYazMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EA",
  "zrGBTAkt6YgKunT4eWPtb+LfeTeuXUwqmSr6wGWsfG8pZ1krPo0oskJZ9+4zI3Pl",
  "QbC30gfuHuKolIbBbP3tDw==",
].join("\n");
const MESSAGE = Buffer.from("what was judged");

describe.each<[string, KeyPair]>([
  ["Ed25519", ed25519()],
  ["ECDSA on P-256", ecdsa()],
])("a key of %s", (_kind, pair) => {
  test("signs what its public half verifies, and nothing else", () => {
    const signature = signerOf(pair.secret).sign(MESSAGE);
    const [key] = trustedKeys(pair.open);
    expect(key?.verifies(MESSAGE, signature)).toBe(true);
    expect(key?.verifies(Buffer.from("what was judged."), signature)).toBe(false);
    for (let index = 0; index < signature.length; index += 7) {
      const changed = Buffer.from(signature);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(key?.verifies(MESSAGE, changed)).toBe(false);
    }
    expect(key?.verifies(MESSAGE, Buffer.alloc(0))).toBe(false);
    expect(trustedKeys(ed25519().open)[0]?.verifies(MESSAGE, signature)).toBe(false);
  });

  test("has one name, as a secret and as a public key", () => {
    expect(signerOf(pair.secret).id).toBe(trustedKeys(pair.open)[0]?.id);
    expect(signerOf(pair.secret).id).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("several keys are read from one file, with words between them", () => {
  const pairs = [ed25519(), ecdsa()];
  const text = pairs.map(({ open }, index) => `# key ${index}\r\n${open}`).join("\n");
  expect(trustedKeys(text).map(({ id }) => id)).toEqual(pairs.map(({ secret }) => signerOf(secret).id));
});

describe("a file of keys that people edit", () => {
  const [kept, gone] = [ed25519(), ed25519()];
  const lines = gone.open.trimEnd().split("\n");
  const ids = (text: string): string[] => trustedKeys(text).map(({ id }) => id);
  const id = signerOf(kept.secret).id;

  test.each([
    ["a comment in all its lines", `${kept.open}${gone.open.replace(/^/gm, "# ")}`],
    ["such a comment without a space, before the other", `${gone.open.replace(/^/gm, "//")}\n${kept.open}`],
    ["lines that end as on Windows, after a mark of the encoding", `\ufeff${kept.open.replaceAll("\n", "\r\n")}`],
    ["lines that are set in", kept.open.replace(/^/gm, "  ")],
    ["words", `the key of the team --- until 2027\n${kept.open}`],
  ])("may have %s", (_what, text) => {
    expect(ids(text)).toEqual([id]);
  });

  test.each<[string, string, RegExp]>([
    [
      "a mark before its first line alone",
      gone.open.replace("-----BEGIN", "# -----BEGIN"),
      /^--approval-key: line 6: /,
    ],
    [
      "a mark before its last line alone",
      gone.open.replace("-----END", "# -----END"),
      /line 6: the key that begins in line 4 does not end before/,
    ],
    ["a mark before what is between", gone.open.replace("\n", "\n# "), /line 5: the key that begins in line 4/],
    ["no last line", lines.slice(0, -1).join("\n"), /line 4: the key that begins here does not end/],
    ["no first line", lines.slice(1).join("\n"), /line 5: a key begins or ends here within a line/],
    ["a header", gone.open.replace("KEY-----\n", "KEY-----\nX-Note: a-b\n"), /line 5: the key that begins in line 4/],
    ["the beginning of another in it", `${lines[0]}\n${gone.open}`, /line 5: the key that begins in line 4/],
    ["words before it in its line", `old: ${gone.open}`, /line 4: a key begins or ends here within a line/],
  ])("is refused where a key has %s, with the line, and shows nothing of it", (_what, text, words) => {
    const message = userError(() => trustedKeys(`${kept.open}${text}`, "--approval-key"));
    expect(message).toMatch(words);
    expect(message).not.toContain(lines[1]);
  });

  test("takes no certificate for a key, and says how its key is had", () => {
    const certificate = `${kept.open}-----BEGIN CERTIFICATE-----\n${CERTIFICATE}\n-----END CERTIFICATE-----\n`;
    expect(userError(() => trustedKeys(certificate))).toMatch(
      /found "CERTIFICATE" \(Ed25519\)\. `openssl x509 -in FILE -noout -pubkey`/,
    );
  });
});

test("two keys to sign with are no key, and no label is shown that may be a secret", () => {
  expect(userError(() => signerOf(ed25519().secret + ed25519().secret))).toContain("there are two keys in it");
  const label = "-----BEGIN HUNTER2-----\nx\n-----END HUNTER2-----";
  expect(userError(() => signerOf(label))).toMatch(/found other PEM\./);
  expect(userError(() => trustedKeys(label))).toMatch(/found other PEM\./);
});

describe("what is no key that is known is refused, without showing any of it", () => {
  test.each([
    ["", "no PEM at all"],
    ["hunter2", "no PEM at all"],
    [rsa().secret, '"PRIVATE KEY" (RSA, 1024 bits)'],
    [ecdsa("P-384").secret, '"PRIVATE KEY"'],
    [ed25519().open, '"PUBLIC KEY"'],
    [ed25519().secret.replace(/\n.{20}/, "\n"), '"PRIVATE KEY"'],
    [
      "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
      "cosign import-key-pair",
    ],
  ])("to sign with: %#", (text, words) => {
    const message = userError(() => signerOf(text));
    expect(message).toContain("--signing-key");
    expect(message).toContain(words);
    for (const line of text.split("\n").filter((one) => one.length > 6 && !one.startsWith("-----")))
      expect(message).not.toContain(line);
  });

  test.each([
    ["", "no PEM at all"],
    ["ssh-ed25519 AAAA", "no PEM at all"],
    [rsa().open, '"PUBLIC KEY" (RSA, 1024 bits)'],
    [ecdsa("P-384").open, '"PUBLIC KEY" (ECDSA on P-384)'],
    [ed25519().secret, '"PRIVATE KEY"'],
    [`${ed25519().open}${ed25519().secret}`, '"PRIVATE KEY"'],
    ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", '"CERTIFICATE"'],
  ])("to trust: %#", (text, words) => {
    const message = userError(() => trustedKeys(text));
    expect(message).toContain("--verification-key");
    expect(message).toContain(words);
  });
});
