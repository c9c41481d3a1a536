import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { attestation } from "../../src/evidence/attestation.ts";
import { signerOf } from "../../src/evidence/keys.ts";
import { SBOM_TYPE } from "../../src/evidence/sbom.ts";
import { statement } from "../../src/evidence/statement.ts";
import { canonicalJson } from "../../src/json.ts";
import { PROVENANCE_TYPE } from "../../src/model/provenance.ts";
import { VERDICT_TYPE } from "../../src/model/verdict.ts";
import { openRepository, type Repository } from "../../src/registry/connection.ts";
import {
  type FoundManifest,
  findManifest,
  getBlob,
  getManifest,
  manifestOf,
  putManifest,
} from "../../src/registry/content.ts";
import { type Artifact, digestOf, INDEX_TYPE, MANIFEST_TYPE, ownTagOf } from "../../src/registry/oci.ts";
import { parseReference } from "../../src/registry/reference.ts";
import { attach, attachedTo } from "../../src/registry/referrers.ts";
import { ed25519 } from "../src/evidence/pairs.ts";
import { cosign, judgedByCosign } from "../support/cosign.ts";
import { type OwnRegistry, startRegistry } from "../support/registry.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

/*
 * What somebody can change who may write where a model, an image or a store is kept, and has no key: each is refused, and named. A row
 * damages one thing, is judged, and puts it back.
 */

let project: TestProject;
let registry: OwnRegistry;
let repository: Repository;
/** By digest: the image that is spoiled, and that of another model. */
let image: string;
let other: string;
const stranger = ed25519();
const at = (name: string): string => join(project.out, "..", name);
const source = (): string => `--source=${project.source}`;
const trusted = (name = "key.pub"): string => `--verification-key=${at(name)}`;
const digest = (name = image): string => name.split("@")[1] ?? "";
const named = (): string => `${registry.address}/tiny@${digest()}`;

async function done(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await mlPipeline(args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

beforeAll(async () => {
  project = await tinyProject();
  registry = await startRegistry();
  const pair = ed25519();
  await writeFile(at("key.pem"), pair.secret);
  await writeFile(at("key.pub"), pair.open);
  await writeFile(at("stranger.pub"), stranger.open);
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    '[tool.ml-pipeline.deploy.staging]\nserver = "https://127.0.0.1:9"\ndeployment = "model"\n\n[tool.ruff]',
  );
  const run = (tag: string, ...more: readonly string[]) =>
    done(
      ...[`--signing-key=file:${at("key.pem")}`, "run", source(), `--data=${project.data}`],
      ...[`--address=${registry.address}/tiny:${tag}`, ...more],
    );
  await run("v1", "model", "export", `--path=${at("model")}`);
  await run("v1", "report", "export", `--path=${at("report")}`);
  await mkdir(at("store"));
  await done(
    `--signing-key=file:${at("key.pem")}`,
    "store-in-folder",
    source(),
    `--folder=${at("store")}`,
    `--model=${at("model")}`,
    "--pointer=production",
    "export",
    `--path=${at("store")}`,
  );
  const { image: pushed } = JSON.parse(await readFile(join(at("report"), "report.json"), "utf8"));
  image = pushed.published;
  await writeFile(join(project.data, "rows.csv"), dataRows(1300));
  other = /Image: (\S+)/.exec(await run("v2", "assert"))?.[1] ?? "";
  repository = await openRepository(parseReference(`${registry.address}/tiny`, "--image"), undefined, "pull,push");
}, 900_000);
afterAll(async () => {
  await registry.close();
  await project.remove();
});

/** Changes one byte in the middle of a file. */
async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function change(path: string, before: RegExp, after: string): Promise<void> {
  const text = await readFile(path, "utf8");
  const changed = text.replace(before, after);
  if (changed === text) throw new Error(`${path} has no ${before}`);
  await writeFile(path, changed);
}

/** Where the registry keeps content. */
const blob = (name: string): string => {
  const hex = name.replace("sha256:", "");
  return join(registry.folder, "data/docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data");
};

/** Changes one byte of what the registry keeps, and gives back how it is put right. */
async function flipBlob(name: string): Promise<() => Promise<void>> {
  const path = blob(name);
  const bytes = await readFile(path);
  await flip(path);
  return () => writeFile(path, bytes);
}

const manifest = async (name = image) => manifestOf(await getManifest(repository, digest(name)));

/** The attestation of a type, as it is attached. */
async function attachedOf(type: string, name = image): Promise<Artifact> {
  const all = await attachedTo(repository, digest(name), ["application/vnd.dev.sigstore.bundle.v0.3+json"]);
  const found = all.find(({ content }) => typeOf(content) === type);
  if (found === undefined) throw new Error(`nothing of ${type} is attached`);
  return { type: found.type, content: found.content, annotations: {} };
}

function typeOf(content: Buffer): string {
  const payload: string = JSON.parse(content.toString()).dsseEnvelope.payload;
  return JSON.parse(Buffer.from(payload, "base64").toString()).predicateType;
}

/** Takes what is attached away, with the tags that it has of its own: who may push may do that where the registry lets anybody delete. */
async function take(digests: readonly string[]): Promise<() => Promise<void>> {
  const taken = await Promise.all(digests.map((one) => getManifest(repository, one)));
  for (const { descriptor } of taken) {
    const address = `http://${registry.address}/v2/tiny/manifests/${descriptor.digest}`;
    const { status } = await fetch(address, { method: "DELETE" });
    if (status !== 202) throw new Error(`nothing was deleted (HTTP ${status})`);
  }
  return async () => {
    for (const { descriptor, content } of taken) {
      const subject = manifestOf({ descriptor, content })?.subject?.digest ?? "";
      await putManifest(repository, ownTagOf(subject, descriptor.digest), MANIFEST_TYPE, content);
    }
  };
}

const listedIn = (index: FoundManifest): string[] =>
  JSON.parse(index.content.toString()).manifests.map((one: { digest: string }) => one.digest);

/** Attaches to an image in place of what is attached of a type. */
async function replaceAttached(
  type: string,
  artifacts: readonly Artifact[],
  name = image,
): Promise<() => Promise<void>> {
  const tag = digest(name).replace(":", "-");
  const index = async (): Promise<FoundManifest> => {
    const found = await findManifest(repository, tag);
    if (found === undefined) throw new Error("nothing is attached");
    return found;
  };
  const before = await index();
  const isOfType = await Promise.all(
    listedIn(before).map(async (one) => {
      const [layer] = manifestOf(await getManifest(repository, one))?.layers ?? [];
      return layer !== undefined && typeOf(await getBlob(repository, layer, "x")) === type;
    }),
  );
  const entries: { digest: string }[] = JSON.parse(before.content.toString()).manifests;
  const rest = {
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: entries.filter((_one, place) => !isOfType[place]),
  };
  const giveBack = await take(listedIn(before).filter((_one, place) => isOfType[place]));
  await putManifest(repository, tag, INDEX_TYPE, Buffer.from(JSON.stringify(rest)));
  const { descriptor } = await getManifest(repository, digest(name));
  if (artifacts.length > 0) await attach(repository, descriptor, artifacts);
  const added = listedIn(await index()).filter((one) => !listedIn(before).includes(one));
  return async () => {
    await take(added);
    await giveBack();
    await putManifest(repository, tag, INDEX_TYPE, before.content);
  };
}

/** The statement of a type as it was signed, with a part of it changed. */
async function statementOf(type: string, before: RegExp, after: string): Promise<string> {
  const { content } = await attachedOf(type);
  const text = Buffer.from(JSON.parse(content.toString()).dsseEnvelope.payload, "base64").toString();
  const changed = text.replace(before, after);
  if (changed === text) throw new Error(`${type} has no ${before}`);
  return changed;
}

/** A model directory with one thing changed. */
const inModel = (damage: (model: string) => Promise<void>) => async (): Promise<() => Promise<void>> => {
  await rm(at("spoiled"), { recursive: true, force: true });
  await cp(at("model"), at("spoiled"), { recursive: true });
  await damage(at("spoiled"));
  return async () => undefined;
};

/** As somebody would who knows how the pipeline makes its seal. */
const resealed =
  (before: RegExp, after: string) =>
  async (model: string): Promise<void> => {
    const path = join(model, "ml-pipeline.json");
    const { parseManifest, manifestText } = await import("../../src/model/manifest.ts");
    const text = JSON.stringify(parseManifest(await readFile(path, "utf8"), "--model"));
    if (!before.test(text)) throw new Error(`the manifest has no ${before}`);
    await writeFile(path, manifestText(JSON.parse(text.replace(before, after))));
  };

/** Puts another manifest below the tag, and gives its digest. */
async function retag(): Promise<string> {
  const found = await manifest();
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, ...found, annotations: { changed: "yes" } }));
  await putManifest(repository, "v1", MANIFEST_TYPE, content);
  return digestOf(content);
}

const tagBack = async (): Promise<void> => {
  const { content } = await getManifest(repository, digest());
  await putManifest(repository, "v1", MANIFEST_TYPE, content);
};

/** A move to another version, as somebody would write it who knows how the store makes its seals. */
async function resealedMove(path: string): Promise<void> {
  const { seal: _seal, envelope, ...move } = JSON.parse(await readFile(path, "utf8"));
  const moved = { ...move, version: `sha256:${"0".repeat(64)}` };
  const seal = digestOf(Buffer.from(canonicalJson(moved)));
  await writeFile(path, JSON.stringify({ ...moved, seal, envelope }));
}

/** A store with one thing changed. */
const inStore =
  (find: (store: string) => Promise<string>, damage: (path: string) => Promise<void>) =>
  async (): Promise<() => Promise<void>> => {
    await rm(at("spoiled-store"), { recursive: true, force: true });
    await cp(at("store"), at("spoiled-store"), { recursive: true });
    await damage(await find(at("spoiled-store")));
    return async () => undefined;
  };

const largest = async (store: string): Promise<string> => {
  const names = await readdir(join(store, "blobs"), { recursive: true, withFileTypes: true });
  const [file] = names.filter((one) => one.isFile());
  return join(file?.parentPath ?? "", file?.name ?? "");
};

/** A move of a folder has its content in its name, which who changes it makes anew as well. */
async function renamed(path: string, damage: (path: string) => Promise<void>): Promise<void> {
  await damage(path);
  const content = digestOf(await readFile(path)).replace("sha256:", "");
  await rename(path, join(dirname(path), `00000001-${content.slice(0, 16)}.json`));
}

const firstMove = async (store: string): Promise<string> => {
  const folder = join(store, "pointers/production");
  const [name = ""] = await readdir(folder);
  return join(folder, name);
};

const verifyModel = () => mlPipeline([trusted(), "verify", `--model=${at("spoiled")}`]);
const verifyImage = () => mlPipeline([trusted(), "verify", `--image=${named()}`]);
const verifyTag = () => mlPipeline([trusted(), "verify", `--image=${registry.address}/tiny:v1`]);
const readStore = () =>
  mlPipeline([
    trusted(),
    `--store-folder=${at("spoiled-store")}`,
    "stored-model",
    source(),
    "--name=production",
    "entries",
  ]);
const deploy = () =>
  mlPipeline(
    [
      ...["--cluster-token=env:TEST_TOKEN", trusted(), "deploy", source(), `--image=${named()}`],
      ...["--environment=staging", `--report=${at("spoiled-report")}`],
    ],
    { TEST_TOKEN: "t0ken" },
  );

interface Row {
  readonly what: string;
  readonly damage: () => Promise<() => Promise<void>>;
  readonly call: () => Promise<Ended>;
  readonly words: RegExp;
  /** Of what cosign can judge: the type that it is asked for, and whether it refuses as well. */
  readonly cosign?: { readonly type: string; readonly image?: () => string; readonly key?: string };
}

let crafted = "";

const ROWS: readonly Row[] = [
  {
    what: "one byte of a file of the model",
    damage: inModel((model) => flip(join(model, "model.json"))),
    call: verifyModel,
    words: /A file of the model of --model was changed after its verdict was signed: it was sha256:\w+, and is sha256:/,
  },
  {
    what: "a number in the manifest, with a new seal",
    damage: inModel(resealed(/accuracy 0\.\d+/, "accuracy 0.9999")),
    call: verifyModel,
    words: /was signed for something else: in ml-pipeline\.json validation\.gates\.metrics\.message was .* and is/,
  },
  {
    what: "the settings of the gates in the manifest, with a new seal",
    damage: inModel(resealed(/"accuracy":\{[^}]*\}|"accuracy":0\.9/, '"accuracy":0.1')),
    call: verifyModel,
    words: /was signed for something else: in ml-pipeline\.json validation\.judged\.settings\.gates\.metrics\.accuracy/,
  },
  {
    what: "the statement of the verdict",
    damage: inModel((model) => change(join(model, "ml-pipeline.intoto.jsonl"), /("payload":"[^"]{400})./, "$1_")),
    call: verifyModel,
    words:
      /ml-pipeline\.intoto\.jsonl in the model directory of --model (has no signature of a trusted key|is not what)/,
  },
  {
    what: "its signature",
    damage: inModel((model) => change(join(model, "ml-pipeline.intoto.jsonl"), /"sig":"./, '"sig":"_')),
    call: verifyModel,
    words: /has no signature of a trusted key: (signed by|it names) key \w{16}.*; trusted here: \w{16}/,
  },
  {
    what: "one byte of a layer of the image",
    damage: async () => flipBlob((await manifest())?.layers.at(-1)?.digest ?? ""),
    call: verifyImage,
    words: /: layer \d+ of the image was changed in the registry: it is to be sha256:\w+, and is sha256:/,
  },
  {
    what: "one byte of the configuration of the image",
    damage: async () => flipBlob((await manifest())?.config.digest ?? ""),
    call: verifyImage,
    words: /: the configuration of the image was changed in the registry: it is to be sha256:/,
  },
  {
    what: "the image below the same tag",
    damage: async () => {
      crafted = await retag();
      return tagBack;
    },
    call: verifyTag,
    words: /no verdict is attached to it: no pipeline has judged it, or it was copied without its attestations/,
    cosign: { type: VERDICT_TYPE, image: () => `${registry.address}/tiny:v1` },
  },
  {
    what: "the image below the same tag, with the attestation of another image",
    damage: async () => {
      crafted = await retag();
      const { descriptor } = await getManifest(repository, crafted);
      await attach(repository, descriptor, [await attachedOf(VERDICT_TYPE, other)]);
      return tagBack;
    },
    call: verifyTag,
    words: /the verdict sha256:\w+ is about another image/,
    cosign: { type: VERDICT_TYPE, image: () => `${registry.address}/tiny:v1` },
  },
  {
    what: "the verdict, signed again by a stranger",
    damage: async () => {
      const text = await statementOf(VERDICT_TYPE, /accuracy 0\.\d+/, "accuracy 0.9999");
      return replaceAttached(VERDICT_TYPE, [attestation(text, signerOf(stranger.secret))]);
    },
    call: verifyImage,
    words:
      /its verdict sha256:\w+ has no signature of a trusted key: (signed by|it names) key \w{16}.*; trusted here: \w{16}/,
    cosign: { type: VERDICT_TYPE },
  },
  {
    what: "the key: another one than signed",
    damage: async () => async () => undefined,
    call: () => mlPipeline([trusted("stranger.pub"), "verify", `--image=${named()}`]),
    words: /its verdict sha256:\w+ has no signature of a trusted key/,
    cosign: { type: VERDICT_TYPE, key: "stranger.pub" },
  },
  {
    what: "the list of packages, unsigned in place of the signed one",
    damage: async () =>
      replaceAttached(SBOM_TYPE, [attestation(await statementOf(SBOM_TYPE, /pkg:pypi/, "pkg:oops"), undefined)]),
    call: verifyImage,
    words: /its list of packages \(SBOM\) sha256:\w+ is not signed, so anybody may have written it/,
    cosign: { type: "cyclonedx" },
  },
  {
    what: "the provenance, signed by a stranger in place of the signed one",
    damage: async () => {
      const made = statement({ name: "x", sha256: digest() }, PROVENANCE_TYPE, { buildDefinition: {} });
      return replaceAttached(PROVENANCE_TYPE, [attestation(made, signerOf(stranger.secret))]);
    },
    call: verifyImage,
    words: /its provenance sha256:\w+ has no signature of a trusted key: (signed by|it names) key \w{16}/,
    cosign: { type: "slsaprovenance1" },
  },
  {
    what: "report.json beside the image, for a deploy",
    damage: async () => {
      await rm(at("spoiled-report"), { recursive: true, force: true });
      await cp(at("report"), at("spoiled-report"), { recursive: true });
      await change(
        join(at("spoiled-report"), "report.json"),
        /("hashes":\s*\{[^}]*"model":\s*"sha256:)\w{8}/,
        "$100000000",
      );
      return async () => undefined;
    },
    call: deploy,
    words:
      /is not deployed, .*signed that its model is sha256:\w+, and what came with it says sha256:00000000\w+\. The report/,
  },
  {
    what: "one byte of an object of the store",
    damage: inStore(largest, flip),
    call: readStore,
    words: /blobs\/sha256\/\w\w\/\w+ in the model store .* was changed or damaged/,
  },
  {
    what: "where a pointer of the store stands",
    damage: inStore(firstMove, (path) => renamed(path, () => change(path, /sha256:\w{8}/, "sha256:00000000"))),
    call: readStore,
    words:
      /pointers\/production\/00000001-\w{16}\.json in the model store .* was changed or damaged: (?!it is not signed)/,
  },
  {
    what: "where a pointer of the store stands, with a new seal",
    damage: inStore(firstMove, (path) => renamed(path, resealedMove)),
    call: readStore,
    words:
      /pointers\/production\/00000001-\w{16}\.json in the model store .* was changed or damaged: its signature is that of another move/,
  },
];

it("verifies what nobody changed", async () => {
  const { exitCode, stderr, stdout } = await verifyImage();
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/SBOM +\d+ packages/);
  const program = await cosign();
  if (program === undefined) return;
  const judged = await judgedByCosign(program, named(), at("key.pub"), VERDICT_TYPE);
  expect(judged.accepted, judged.said).toBe(true);
}, 300_000);

it.each(ROWS.map((row) => [row.what, row] as const))(
  "refuses %s",
  async (_what, row) => {
    const putRight = await row.damage();
    try {
      const { exitCode, stdout, stderr } = await row.call();
      expect(exitCode, stdout).not.toBe(0);
      expect(stderr).toMatch(row.words);
      expect(stderr).not.toMatch(/Traceback|\n +at /);
      const program = row.cosign === undefined ? undefined : await cosign();
      if (row.cosign === undefined || program === undefined) return;
      const { type, image: name = named, key = "key.pub" } = row.cosign;
      const judged = await judgedByCosign(program, name(), at(key), type);
      expect(judged.accepted, judged.said).toBe(false);
    } finally {
      await putRight();
    }
  },
  300_000,
);
