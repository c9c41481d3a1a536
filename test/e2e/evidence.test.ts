import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* A verdict that is signed is believed by whoever trusts the key, and nothing else is where a signature is asked for. */

let project: TestProject;
let trusted: string;
let signing: string;
const at = (name: string): string => join(project.out, "..", name);
const inputs = (): string[] => [`--source=${project.source}`, `--data=${project.data}`];

/** The refusal of a call that must fail. */
async function refusal(args: readonly string[]): Promise<string> {
  const ended = await mlPipeline(args);
  expect(ended.exitCode, ended.stdout).not.toBe(0);
  return ended.stderr;
}

const verify = (model: string): Promise<Ended> => mlPipeline([trusted, "verify", `--model=${model}`]);

beforeAll(async () => {
  project = await tinyProject();
  const pair = ed25519();
  await writeFile(at("key.pem"), pair.secret);
  await writeFile(at("trusted.pem"), `${ecdsa().open}${pair.open}`);
  signing = `--signing-key=file:${at("key.pem")}`;
  trusted = `--verification-key=${at("trusted.pem")}`;
  const trained = await mlPipeline([signing, "train", ...inputs(), "export", `--path=${at("signed")}`]);
  expect(trained.exitCode, trained.stderr).toBe(0);
  const plain = await mlPipeline(["train", ...inputs(), "export", `--path=${at("plain")}`]);
  expect(plain.exitCode, plain.stderr).toBe(0);
}, 300_000);
afterAll(() => project.remove());

it("says who judged a model, with which gates, and from what", async () => {
  const { exitCode, stdout, stderr } = await verify(at("signed"));
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^passed: signed by key [0-9a-f]{64} at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m);
  expect(stdout).toMatch(/✓ metrics: accuracy 0\.9\d+ /);
  expect(stdout).toMatch(/source +sha256:[0-9a-f]{64}/);
});

it.each<[string, (model: string) => Promise<unknown>, RegExp]>([
  [
    "its model",
    (model) => change(join(model, "model.json"), /$/, " "),
    /file of the model of --model was changed after its verdict was signed/,
  ],
  [
    "what a gate found, with a new seal",
    reseal,
    /in ml-pipeline\.json validation\.gates\.metrics\.message was .* and is/,
  ],
  [
    "its signature",
    (model) => change(join(model, SIGNED), /"sig":"[^"]{8}/, '"sig":"AAAAAAAA'),
    /no signature of a trusted key/,
  ],
  ["all of its signature", (model) => rm(join(model, SIGNED)), /is missing: what is said of the model is not signed/],
  ["half of what was signed", (model) => change(join(model, SIGNED), /.{100}\n?$/, ""), /was cut off/],
])("refuses a model that was changed in %s", async (_what, damage, words) => {
  const model = at("damaged");
  await rm(model, { recursive: true, force: true });
  await cp(at("signed"), model, { recursive: true });
  await damage(model);
  const { exitCode, stderr } = await verify(model);
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(words);
});

it.each(["evaluate", "validate", "publish"])(
  "refuses to %s a model that was changed since, before anything is run",
  async (verb) => {
    const model = at("changed");
    await rm(model, { recursive: true, force: true });
    await cp(at("signed"), model, { recursive: true });
    await change(join(model, "model.json"), /$/, " ");
    const words = [
      verb,
      ...inputs(),
      `--model=${model}`,
      ...(verb === "publish" ? ["--address=localhost:5000/x:1"] : []),
    ];
    const said = await refusal([signing, trusted, ...words]);
    expect(said).toMatch(/file of the model of --model was changed after its verdict was signed/);
    expect(said).not.toMatch(/\[(evaluate candidate|gates)\]/);
  },
);

it("is compared with and reused where a trusted key signed it, and refused where none did", async () => {
  const passed = await mlPipeline([
    ...[trusted, "full-pipeline", ...inputs()],
    ...[`--baseline=${at("signed")}`, `--reuse=${at("signed")}`],
  ]);
  expect(passed.exitCode, passed.stderr).toBe(0);
  expect(passed.stdout).toMatch(/regression/);
  for (const flag of ["baseline", "reuse"]) {
    const refused = await refusal([trusted, "full-pipeline", ...inputs(), `--${flag}=${at("plain")}`]);
    expect(refused).toMatch(new RegExp(`ml-pipeline\\.intoto\\.jsonl in the model directory of --${flag} is missing`));
  }
}, 300_000);

it("is asked for where the image is to be signed, so that nobody signs what anybody wrote", async () => {
  const build = (model: string): string[] => ["build-image", `--source=${project.source}`, `--model=${at(model)}`];
  expect(await refusal([signing, ...build("plain"), "publish", "--address=localhost:5000/x:1"])).toMatch(
    /held back: .*is missing.*--signing-key, which is to vouch for the image, asks for a signature/,
  );
  const signed = await mlPipeline([signing, ...build("signed"), "held-back"]);
  expect(signed.exitCode, signed.stderr).toBe(0);
  expect(signed.stdout.trim()).toBe("");
}, 300_000);

it("is asked for by the project or by a policy, which the project cannot take back", async () => {
  await writeFile(at("policy.toml"), "[evidence]\nrequire-signature = true\n");
  const policy = `--policy=${at("policy.toml")}`;
  const build = ["build-image", `--source=${project.source}`, `--model=${at("plain")}`, "publish"];
  expect(await refusal([policy, trusted, ...build, "--address=localhost:5000/x:1"])).toMatch(
    /held back: .*is missing.*evidence\.require-signature asks for a signature/,
  );
  const judged = ["publish", ...inputs(), `--model=${at("plain")}`, "--address=localhost:5000/x:1"];
  expect(await refusal([policy, signing, ...judged])).toMatch(
    /is missing.*evidence\.require-signature asks for a signature/,
  );
  expect(await refusal([policy, "full-pipeline", ...inputs(), "--address=localhost:5000/x:1"])).toMatch(
    /nothing to sign with: give --signing-key/,
  );
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    "[tool.ml-pipeline.evidence]\nrequire-signature = false\n\n[tool.ruff]",
  );
  expect(await refusal([policy, "lint", `--source=${project.source}`])).toMatch(/evidence\.require-signature/);
}, 300_000);

const SIGNED = "ml-pipeline.intoto.jsonl";

async function change(path: string, before: RegExp, after: string): Promise<void> {
  const text = await readFile(path, "utf8");
  const changed = text.replace(before, after);
  if (changed === text) throw new Error(`${path} has no ${before}`);
  await writeFile(path, changed);
}

/** As somebody would who may write the directory and knows how the pipeline makes its seal. */
async function reseal(model: string): Promise<void> {
  const path = join(model, "ml-pipeline.json");
  const { parseManifest, manifestText } = await import("../../src/model/manifest.ts");
  const manifest = parseManifest(await readFile(path, "utf8"), "--model");
  const text = JSON.stringify(manifest).replace(/accuracy 0\.\d+/, "accuracy 0.9999");
  if (text === JSON.stringify(manifest)) throw new Error("there is no number to change");
  await writeFile(path, manifestText(JSON.parse(text)));
}
