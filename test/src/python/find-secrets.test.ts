import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parseJson } from "../../../src/json.ts";
import { scanSchema } from "../../../src/stages/scan-secrets.ts";
import { inFolder, python } from "./python.ts";

/** What is found in files: path, line and kind. */
async function found(files: Readonly<Record<string, string | Buffer>>): Promise<string[]> {
  let findings: string[] = [];
  await inFolder(async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, "in", path)), { recursive: true });
      writeFileSync(join(folder, "in", path), text);
    }
    symlinkSync("/etc", join(folder, "in", "link"));
    const ran = await python("find_secrets.py", join(folder, "in"), join(folder, "result"));
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const scan = parseJson(readFileSync(join(folder, "result"), "utf8"), scanSchema, "secrets.json");
    expect(scan.files).toBe(Object.keys(files).length);
    findings = scan.findings.map(({ path, line, kind }) => `${path} ${line} ${kind}`);
  });
  return findings;
}

/** Letters that are as random as a token's. Tokens are put together here, so that no scanner takes this file for a leak. */
const random = (length: number, letters = "kX9vQ2mZ7rT4wB8nL3pY6dF1hJ5sG0cVaKeRtUiOo"): string =>
  Array.from({ length }, (_, index) => letters[(index * 7 + index ** 2) % letters.length]).join("");
const UPPER = "QWERTYUIOPASDFGHJKLZXCVBNM234567";
const HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

const SECRETS: Readonly<Record<string, string>> = {
  "a private key": `-----BEGIN RSA ${"PRIVATE"} KEY-----\n${random(64)}\n`,
  "an AWS access key": `aws = "${"AK"}IA${random(16, UPPER)}"`,
  "a GitHub token": `url: https://x-access-token:${"gh"}s_${random(36)}@github.com/a/b`,
  "a GitLab token": `${"gl"}pat-${random(20)}`,
  "a Slack token": `x = '${"xo"}xb-123456789012-${random(24)}'`,
  "a Google API key": `${"AI"}za${random(35)}`,
  "a Hugging Face token": `HF = "${"h"}f_${random(34, "QaWsEdRfTgYhUjIkOlPmZxCv")}"`,
  "an OpenAI key": `${"s"}k-proj-${random(30)}T3BlbkFJ${random(30)}`,
  "a Stripe key": `${"s"}k_live_${random(24)}`,
  "a Databricks token": `${"da"}pi${random(32, HEX)}`,
  "a JSON web token": `${"ey"}J${random(20)}.${"ey"}J${random(30)}.${random(43)}`,
  "a key or password": `WANDB_API_KEY=${random(40)}`,
  "an address with a password": "postgresql://app:hunter2hunter2@db.acme-corp.io:5432/models",
};

test("each kind is found, with its line", async () => {
  const files = Object.entries(SECRETS).map(([kind, text]) => [`${kind}/b.py`, `# first\n\n${text}\n`]);
  const kinds = Object.keys(SECRETS).sort();
  expect(await found(Object.fromEntries(files))).toEqual(kinds.map((kind) => `${kind}/b.py 3 ${kind}`));
});

const HARMLESS = [
  "AKIAIOSFODNN7EXAMPLE",
  "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  'api_key = os.environ["API_KEY_OF_THE_SERVICE"]',
  'API_KEY = "your-api-key-goes-here-please-123"',
  'password: "correct horse battery staple"',
  'token = "<|endoftext|>"',
  'secret_name = "projects/acme/secrets/model-token/versions/3"',
  'access_token: "distilbert-base-uncased-finetuned-sst-2-english"',
  `sha256:${random(64, HEX)}`,
  `digest = "${random(40, HEX)}"`,
  'if "-----BEGIN RSA PRIVATE KEY-----" in text:',
  "postgresql://postgres:postgres@localhost:5432/db",
  "postgresql://user:password@db.acme.io/db",
  "https://user:${PASSWORD}@registry.acme.io/simple",
  "https://docs.example.com/a:b@example.com",
  "http://db:5432/a@b",
  "smb://myuser:mypassword@myserver.com/share",
  "def load(private_key: ed25519.Ed25519PrivateKey, other: int) -> None:",
  "the task-force of hf_models and sk_learn_pipelines_with_many_words_in_their_names",
  "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n",
  "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq\n",
  `key = "${random(40)}"  # pragma: allowlist secret`,
  `token: "${"gh"}p_${random(36)}"  # gitleaks:allow`,
];

test("what only resembles a secret is not found", async () => {
  expect(await found({ "a.py": `${HARMLESS.join("\n")}\n` })).toEqual([]);
});

test("bytes, other encodings and empty files are read", async () => {
  const key = SECRETS["an AWS access key"] ?? "";
  const files = {
    "binary.bin": Buffer.concat([Buffer.alloc(9), Buffer.from(key)]),
    "empty.py": "",
    "key.json": JSON.stringify({ private_key: SECRETS["a private key"] }),
    "two.py": `${key} ${key}\n${key}\r\n`,
    "wide.txt": Buffer.from(`\uFEFF${key}`, "utf16le"),
    "ü x.py": key,
  };
  expect(await found(files)).toEqual([
    ...["binary.bin 1 an AWS access key", "key.json 1 a private key", "two.py 1 an AWS access key"],
    ...["two.py 2 an AWS access key", "wide.txt 1 an AWS access key", "ü x.py 1 an AWS access key"],
  ]);
});

test("a large file is read fast", async () => {
  const lines = `${"a,b,c,0.25,text of a row: key=value;\n".repeat(100_000)}`;
  const began = Date.now();
  expect(await found({ "large.csv": lines })).toEqual([]);
  expect(Date.now() - began).toBeLessThan(10_000);
});
