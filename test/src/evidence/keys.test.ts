import { describe, expect, test } from "vitest";
import { signerOf, trustedKeys } from "../../../src/evidence/keys.ts";
import { userError } from "../support.ts";
import { ecdsa, ed25519, type KeyPair, rsa } from "./pairs.ts";

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
