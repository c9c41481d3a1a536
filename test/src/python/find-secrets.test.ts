import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { z } from "zod";
import { parseJson } from "../../../src/json.ts";
import { scanSchema } from "../../../src/stages/secrets.ts";
import { inFolder, python } from "./python.ts";

/** What is found in files: path, line and kind. */
async function found(files: Readonly<Record<string, string | Buffer>>): Promise<string[]> {
  const { findings } = await scanned(files);
  return findings.map(({ path, inside, line, kind }) => `${path} ${inside === "" ? "" : `${inside} `}${line} ${kind}`);
}

async function scanned(files: Readonly<Record<string, string | Buffer>>): Promise<z.output<typeof scanSchema>> {
  let scan: z.output<typeof scanSchema> | undefined;
  await inFolder(async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, "in", path)), { recursive: true });
      writeFileSync(join(folder, "in", path), text);
    }
    symlinkSync("/etc", join(folder, "in", "link"));
    symlinkSync("circle", join(folder, "in", "circle"));
    const ran = await python("find_secrets.py", join(folder, "in"), join(folder, "result"));
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    scan = parseJson(readFileSync(join(folder, "result"), "utf8"), scanSchema, "secrets.json");
    expect(scan.files).toBe(Object.keys(files).length);
  });
  if (scan === undefined) throw new Error("nothing was scanned");
  return scan;
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
  "a Groq key": `${"gs"}k_${random(52)}`,
  "a Replicate token": `${"r"}8_${random(37)}`,
  "an NVIDIA key": `${"nv"}api-${random(64)}`,
  "an Azure access signature": `https://x.blob.core.windows.net/m?sv=1&${"si"}g=${random(43)}%3D`,
  "a registry's password": JSON.stringify({
    auths: { "r.io": { auth: Buffer.from("joe:hunter2hunter2").toString("base64") } },
  }),
  "a key or password": `WANDB_API_KEY=${random(40)}`,
  "an address with a password": "postgresql://app:hunter2hunter2@db.acme-corp.io:5432/models",
};

test("files are read at any depth", async () => {
  const path = `${"d/".repeat(1_100)}b.py`;
  expect(await found({ [path]: `${SECRETS["a GitHub token"]}\n` })).toEqual([`${path} 1 a GitHub token`]);
});

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
    "wider.txt": Buffer.from(`without a mark: ${key}`, "utf16le"),
    "ü x.py": key,
  };
  expect(await found(files)).toEqual([
    ...["binary.bin 0 an AWS access key", "key.json 1 a private key", "two.py 1 an AWS access key"],
    ...[
      "two.py 2 an AWS access key",
      "wide.txt 1 an AWS access key",
      "wider.txt 1 an AWS access key",
      "ü x.py 1 an AWS access key",
    ],
  ]);
});

const TOKEN = SECRETS["a Hugging Face token"] ?? "";

/** Runs Python that writes files into a folder, and finds what is in them. */
async function foundInMade(program: string): Promise<z.output<typeof scanSchema>> {
  let scan: z.output<typeof scanSchema> | undefined;
  await inFolder(async (folder) => {
    mkdirSync(join(folder, "in"));
    execFileSync("python3", ["-c", program, TOKEN.slice(6, -1)], { cwd: join(folder, "in") });
    const ran = await python("find_secrets.py", join(folder, "in"), join(folder, "result"));
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    scan = parseJson(readFileSync(join(folder, "result"), "utf8"), scanSchema, "secrets.json");
  });
  if (scan === undefined) throw new Error("nothing was scanned");
  return scan;
}

test("a token in a pickle is found, whichever protocol and length it has", async () => {
  const { files, findings } = await foundInMade(`
import pickle, sys
hf, values = sys.argv[1], list(range(300))
tokens = [hf, "s" + "k-" + "aB3dE5gH7jK9mN1pQ3sT" + "T3Blbk" + "FJ" + "xY2zW4vU6tS8rQ0pO1nM", "s" + "k-ant-api03-" + "aB3dE5gH7j" * 9]
for protocol in range(6):
    for place, token in enumerate(tokens):
        open(f"{protocol}-{place}.pkl", "wb").write(pickle.dumps({"t": token, "values": values}, protocol))
    open(f"{protocol}-named.pkl", "wb").write(pickle.dumps({"api_key": "kX9vQ2mZ7rT4wB8nL3pY6dF1hJ5sG0cV", "values": values}, protocol))
`);
  expect(files).toBe(24);
  expect(new Set(findings.map(({ path }) => path)).size).toBe(24);
});

test("texts in formats that put a length before them and no space behind are found", async () => {
  const { files, findings } = await foundInMade(String.raw`
import os, json, sys, random
token = sys.argv[1].encode()
random.seed(1)
noise = bytes(random.randrange(256) for _ in range(100000))
open("m.onnx", "wb").write(bytes([8, 7, 10, len(token)]) + token + b"2\x04abcd" + noise)
open("m.gguf", "wb").write(b"GGUF\3\0\0\0" + len(token).to_bytes(8, "little") + token + (50).to_bytes(8, "little") + b"x" * 50)
header = json.dumps({"__metadata__": {"t": token.decode()}}).encode()
open("m.safetensors", "wb").write(len(header).to_bytes(8, "little") + header + noise)
open("large.bin", "wb").write(noise * 50 + b"\0" + token + b"\0" + noise * 50)
open("edge.bin", "wb").write(b"\0" * ((1 << 22) - 10) + token + b"\0")
`);
  expect(new Set(findings.map(({ path }) => path)).size).toBe(files);
});

test("archives and compressed files are looked into", async () => {
  const scan = await foundInMade(String.raw`
import bz2, gzip, io, lzma, pickle, sys, tarfile, zipfile, zlib
token = sys.argv[1]
with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("conf/.env", "A=1\nB=" + token)
with zipfile.ZipFile("nested.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.write("a.zip")
open("a.json.gz", "wb").write(gzip.compress(b"1\n" + token.encode()))
open("a.bz2", "wb").write(bz2.compress(token.encode()))
open("a.xz", "wb").write(lzma.compress(token.encode()))
open("joblib.pkl", "wb").write(zlib.compress(pickle.dumps({"t": token}, 4)))
with tarfile.open("a.tar.gz", "w:gz") as archive:
    info = tarfile.TarInfo("m/x.txt")
    info.size = len(token)
    archive.addfile(info, io.BytesIO(token.encode()))
`);
  expect(scan.findings.map(({ path, inside, line }) => `${path} ${inside} ${line}`)).toEqual([
    ...["a.bz2  1", "a.json.gz  2", "a.tar.gz m/x.txt 1", "a.xz  1", "a.zip conf/.env 2", "joblib.pkl  0"],
    "nested.zip a.zip/conf/.env 2",
  ]);
  expect(scan.packed).toContainEqual({ path: "a.zip", inside: "conf/.env" });
  expect(scan.unread).toEqual([]);
});

test("what cannot be looked into is told, and what only begins like an archive is read", async () => {
  const scan = await foundInMade(String.raw`
import gzip, os, random, sys, zlib
token = sys.argv[1].encode()
random.seed(1)
open("a.zst", "wb").write(b"\x28\xb5\x2f\xfd" + b"x" * 50)
open("cut.gz", "wb").write(gzip.compress(random.randbytes(9000))[:-4000])
open("later.gz", "wb").write(gzip.compress(token + b"\n" + random.randbytes(9000000))[:-4000])
open("x.md", "wb").write(b"x^2 + y\n" + token)
open("pk.txt", "wb").write(b"PK\x03\x04 " + token)
open("bomb.gz", "wb").write(gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(token))))))
`);
  expect(scan.findings.map(({ path }) => path)).toEqual(["later.gz", "pk.txt", "x.md"]);
  expect(scan.unread).toEqual([
    { path: "a.zst", why: "is packed by zstd" },
    { path: "bomb.gz", why: "is packed more than four times" },
    { path: "cut.gz", why: "is packed and damaged" },
    { path: "later.gz", why: "is packed and damaged" },
  ]);
});

test("a secret on the border of two blocks is found once, with its line, and the most definite kind", async () => {
  const line = `${"z".repeat(79)}\n`;
  const before = line.repeat(Math.floor(2 ** 22 / 80) - 103);
  const { findings } = await scanned({
    "a.txt": `${before}${`api_key = "${TOKEN.slice(6, -1)}"\n`.repeat(200)}${line.repeat(60_000)}`,
  });
  expect(findings.length).toBe(200);
  expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(["a Hugging Face token"]));
  expect(findings.map((one) => one.line)).toEqual(
    Array.from({ length: 200 }, (_, index) => before.length / 80 + 1 + index),
  );
});

test("pointers of Git LFS are listed", async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12\n`;
  expect((await scanned({ "w.bin": pointer, "a.py": "" })).pointers).toEqual(["w.bin"]);
});
