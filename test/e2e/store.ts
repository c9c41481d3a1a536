import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { ed25519 } from "../src/evidence/pairs.ts";
import type { ObjectStore } from "../support/object-store.ts";
import type { TestRegistry } from "../support/registry.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/** A project with an accepted model, its report and predictions, signed, and published to a registry. */
export interface StoreSite {
  readonly project: TestProject;
  readonly server: ObjectStore;
  readonly registry: TestRegistry;
  /** A file beside the project. */
  at(name: string): string;
  remove(): Promise<void>;
}

/** A model store, by the command line, on either engine. */
export interface StoreScenario {
  readonly name: string;
  readonly run: (site: StoreSite) => Promise<void>;
}

export async function makeStoreSite(server: ObjectStore, registry: TestRegistry): Promise<StoreSite> {
  const project = await tinyProject();
  const at = (name: string): string => join(project.out, "..", name);
  const pair = ed25519();
  await writeFile(at("key.pem"), pair.secret);
  await writeFile(at("key.pub"), pair.open);
  const site = { project, server, registry, at, remove: () => project.remove() };
  for (const part of ["model", "report", "predictions"]) {
    const address = `--address=${registry.address}/tiny:1`;
    const call = [...keys(site), "run", ...inputs(site), address, part, "export", `--path=${at(part)}`];
    const ended = await mlPipeline(call);
    expect(ended.exitCode, ended.stderr).toBe(0);
  }
  return site;
}

const keys = ({ at }: Pick<StoreSite, "at">): string[] => [
  `--signing-key=file:${at("key.pem")}`,
  `--verification-key=${at("key.pub")}`,
];
const source = ({ project }: Pick<StoreSite, "project">): string => `--source=${project.source}`;
const inputs = ({ project }: Pick<StoreSite, "project">): string[] => [
  `--source=${project.source}`,
  `--data=${project.data}`,
];

let places = 0;

/** A store that nobody has used. */
interface Store {
  readonly prefix: string;
  readonly flags: readonly string[];
  call(...words: string[]): Promise<Ended>;
}

function storeOf(site: StoreSite, who: keyof ObjectStore["credentials"] = "all", bucket = site.server.bucket): Store {
  places += 1;
  const prefix = `place-${places}-${Date.now()}/`;
  return storeAt(site, prefix, who, bucket);
}

function storeAt(
  site: StoreSite,
  prefix: string,
  who: keyof ObjectStore["credentials"] = "all",
  bucket = site.server.bucket,
): Store {
  const address = `--store=s3://${bucket}/${prefix}?endpoint=${site.server.url}`;
  const flags = [...keys(site), address, "--store-credentials=env:STORE_CREDENTIALS"];
  const call = async (...words: string[]): Promise<Ended> => {
    const ended = await mlPipeline([...flags, ...words], { STORE_CREDENTIALS: site.server.credentials[who] });
    expect(ended.stdout + ended.stderr).not.toContain(site.server.secret);
    return ended;
  };
  return { prefix, flags, call };
}

async function done(ended: Promise<Ended>): Promise<string> {
  const { exitCode, stdout, stderr } = await ended;
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

async function refused(ended: Promise<Ended>, ...says: RegExp[]): Promise<void> {
  const { exitCode, stdout, stderr } = await ended;
  expect(exitCode, stdout).not.toBe(0);
  for (const words of says) expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/^\s+at .*\.(ts|js):\d+|(^|\| )Traceback \(most recent/m);
}

const versionIn = (text: string): string => /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? "";

export const STORE_SCENARIOS: readonly StoreScenario[] = [
  {
    name: "the last accepted model is the baseline, and its image is production's",
    run: async (site) => {
      const store = storeOf(site);
      const parts = ["model", "report", "predictions"].map((part) => `--${part}=${site.at(part)}`);
      const put = ["store-model", source(site), ...parts, "--pointer=production"];
      const dry = await done(store.call(...put, "--dry-run"));
      expect(dry).toMatch(/^would store sha256:\w{64} in s3:.*\nwould move production for the first time to sha256:/);
      const stored = await done(store.call(...put, "--reason=first"));
      expect(stored).toMatch(/^stored sha256:\w{64} in s3:.*\nmoved production for the first time to .* \(move 1\)/);
      const version = versionIn(stored);
      expect(await done(store.call(...put))).toMatch(/ already\nproduction stands at sha256:\w{64} already/);
      expect(await done(store.call("list-models", source(site), "--pointer=production"))).toMatch(
        new RegExp(
          `^1 move of production in .*, the newest first\\nmove  time .* reason\\n +1  \\S+Z  ${version}  sha256:\\w{12}  accuracy 0\\.\\d+  signed by key \\w{16}  first\\n?$`,
        ),
      );

      const back = site.at("back");
      await done(store.call("stored-model", source(site), "--name=production", "export", `--path=${back}`));
      expect((await readdir(back)).sort()).toEqual(["model", "predictions", "report"]);
      const bytes = (folder: string): Promise<Buffer> => readFile(join(folder, "ml-pipeline.intoto.jsonl"));
      expect(await bytes(join(back, "model"))).toEqual(await bytes(site.at("model")));

      const from = ["--baseline-from=store:production", "--production-from=store:production"];
      await refused(
        store.call("full-pipeline", ...inputs(site), ...from),
        /store:production may name another.*--run-id/,
      );
      const run = await done(store.call("full-pipeline", ...inputs(site), ...from, `--run-id=${Date.now()}`));
      expect(run).toMatch(/gates: passed: .*regression/);
    },
  },
  {
    name: "four who write at once lose nothing, and their history is one line",
    run: async (site) => {
      const store = storeOf(site);
      const writers = ["one", "two", "three", "four"];
      for (const name of writers) {
        await mkdir(site.at(name));
        await writeFile(site.at(join(name, "predictions.csv")), name);
      }
      const ended = await Promise.all(
        writers.map((name) =>
          done(
            store.call(
              ...["store-model", source(site), `--model=${site.at("model")}`, `--predictions=${site.at(name)}`],
              `--reason=${name}`,
            ),
          ),
        ),
      );
      const versions = ended.map(versionIn);
      expect(new Set(versions).size).toBe(4);
      const history = await done(store.call("list-models", source(site), "--pointer=candidate"));
      const lines = history.trim().split("\n").slice(2);
      expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(["4", "3", "2", "1"]);
      expect(lines.map(versionIn).sort()).toEqual([...versions].sort());
      // Each came after one of the others, as it says itself.
      expect(ended.filter((text) => text.includes("for the first time"))).toHaveLength(1);
    },
  },
  {
    name: "only what was accepted gets in, and what was changed in it does not get out",
    run: async (site) => {
      const store = storeOf(site);
      const { server } = site;
      const damaged = site.at("damaged");
      await cp(site.at("model"), damaged, { recursive: true });
      await writeFile(join(damaged, "model.json"), '{"threshold": 0.1}');
      const put = (model: string): Promise<Ended> => store.call("store-model", source(site), `--model=${model}`);
      await refused(put(damaged), /A file of the model of --model was changed after its verdict was signed/);
      await rm(join(damaged, "ml-pipeline.json"));
      await refused(put(damaged), /ml-pipeline\.intoto\.jsonl in the model directory of --model is missing/);

      const version = versionIn(await done(put(site.at("model"))));
      const point = (...words: string[]): Promise<Ended> => store.call("move-pointer", source(site), ...words);
      await refused(point("--pointer=production", "--to=staging"), /no such pointer .*; it has candidate/);
      await refused(
        point("--pointer=production", "--to=cand"),
        /--to=cand: there is no such .* Did you mean candidate\?/,
      );
      const stale = `--expected=sha256:${"0".repeat(64)}`;
      await refused(
        point("--pointer=candidate", `--to=${version}`, stale),
        /candidate was not moved: .* stands at sha256:/,
      );

      const key = `${store.prefix}pointers/candidate/00000001.json`;
      const move = await server.get(key);
      const list = (): Promise<Ended> => store.call("list-models", source(site));
      await server.put(key, move.replace('"number": 1', '"number": 7'));
      await refused(
        list(),
        /pointers\/candidate\/00000001\.json in the model store .*edited after it had been written/,
      );
      const { envelope: _envelope, ...unsigned } = JSON.parse(move) as Record<string, unknown>;
      await server.put(key, JSON.stringify(unsigned));
      await refused(list(), /00000001\.json .*: it is not signed, and --verification-key asks for a signature/);
      await server.put(key, move);

      const record = `${store.prefix}versions/sha256/${version.replace("sha256:", "")}.json`;
      const files = await server.get(record);
      await server.put(record, files.replace("model.json", "Model.json"));
      await refused(
        point("--pointer=production", "--to=candidate"),
        /versions\/sha256\/\w+\.json .*was changed or damaged/,
      );
      await server.put(record, files);
      for (const path of ["model.json", "ml-pipeline.json"]) {
        const sha256 = new RegExp(`"path":"${path}","sha256":"(\\w{64})"`).exec(files)?.[1] ?? "";
        const blob = `${store.prefix}blobs/sha256/${sha256.slice(0, 2)}/${sha256}`;
        const content = await server.get(blob);
        await server.put(blob, content.replace(/.$/s, "x"));
        await refused(
          point("--pointer=production", "--to=candidate"),
          new RegExp(`blobs/sha256/\\w\\w/${sha256} in the model store .*: the content of ${path} is not what`),
        );
        await server.put(blob, content);
      }
      expect(await done(point("--pointer=production", "--to=candidate"))).toMatch(
        /moved production for the first time/,
      );
    },
  },
  {
    name: "no store, no bucket, no right, a wrong secret, nobody there: one clear message each",
    run: async (site) => {
      const list = ["list-models", source(site)];
      await refused(mlPipeline(list), /There is no model store: give --store=s3:.*store\.url.*--store-folder/);
      const nowhere = ["move-pointer", source(site), "--pointer=production", "--to=candidate"];
      await refused(mlPipeline(nowhere), /There is no model store: .*`store-in-folder --folder=DIR/);
      await refused(mlPipeline(["--store=models", ...list]), /--store=models: expected s3:\/\/BUCKET\/PREFIX/);
      await refused(
        storeOf(site, "wrong").call(...list),
        /does not accept the credentials \(SignatureDoesNotMatch.*--store-credentials/,
      );
      await refused(
        storeOf(site, "all", "no-such-bucket").call(...list),
        /There is no such bucket: .*s3:\/\/no-such-bucket/,
      );
      const put = ["store-model", source(site), `--model=${site.at("model")}`];
      await refused(storeOf(site, "reads").call(...put), /does not let this key write .*s3:PutObject/);
      const url = "s3://models/census?endpoint=http://127.0.0.1:9";
      await site.project.edit(
        "pyproject.toml",
        "[tool.ruff]",
        `[tool.ml-pipeline.store]\nurl = "${url}"\n\n[tool.ruff]`,
      );
      await refused(
        mlPipeline(list),
        /s3:\/\/models\/census\/ at http:\/\/127\.0\.0\.1:9 does not answer .*store\.url/,
      );
      await site.project.edit("pyproject.toml", `[tool.ml-pipeline.store]\nurl = "${url}"\n\n`, "");
    },
  },
  {
    name: "a folder is a store as well, as it goes in and comes out",
    run: async (site) => {
      const folder = site.at("store");
      await Promise.all(["store", "empty"].map((name) => mkdir(site.at(name))));
      const into = (...words: string[]): Promise<Ended> =>
        mlPipeline([...keys(site), "store-in-folder", source(site), ...words, "export", `--path=${folder}`]);
      const model = [`--model=${site.at("model")}`, `--report=${site.at("report")}`];
      await refused(into(...model), /--folder/);
      const first = await into(`--folder=${folder}`, ...model);
      expect(first.stderr).toMatch(/stored sha256:\w{64} .*\n.*moved candidate for the first time .* \(move 1\)/);
      await done(Promise.resolve(first));
      await done(into(`--folder=${folder}`, "--pointer=production", "--to=candidate"));
      const reading = [...keys(site), `--store-folder=${folder}`];
      const list = await done(mlPipeline([...reading, "list-models", source(site)]));
      expect(list).toMatch(
        /^1 accepted model in the model store .*\npointer +move .*\ncandidate +1 .*\nproduction +1 /,
      );
      await refused(
        mlPipeline([`--store-folder=${site.at("model")}`, "list-models", source(site)]),
        /is none: there is no store\.json, and other files are in it/,
      );
      await refused(
        mlPipeline(["run", ...inputs(site), `--baseline=${folder}`, "assert"]),
        /There is no ml-pipeline\.json in the folder of --baseline, which is that of a model store/,
      );
      const from = "--baseline-from=store:production";
      const run = await done(mlPipeline([...reading, "run", ...inputs(site), from, "assert"]));
      expect(run).toMatch(/gates: passed: .*regression/);
      await refused(
        mlPipeline([...reading, "store-model", source(site), `--model=${site.at("model")}`]),
        /cannot write to the folder of --store-folder.*store-in-folder/,
      );
      // A second store that is exported over the first changes nothing of it, and whoever reads it is told.
      await done(into(`--folder=${site.at("empty")}`, "--pointer=production", ...model));
      for (const call of [
        ["list-models", source(site)],
        ["list-models", source(site), "--pointer=production"],
        ["stored-model", source(site), "--name=production", "entries"],
        ["run", ...inputs(site), from, "assert"],
      ]) {
        await refused(
          mlPipeline([...reading, ...call]),
          /pointers\/production in .* those of two histories: .*take away/,
        );
      }
      await done(mlPipeline([...reading, "stored-model", source(site), "--name=candidate", "entries"]));
    },
  },
  {
    name: "the model in production's image is the baseline, as it was judged, and the image is production",
    run: async (site) => {
      const from = `--baseline-from=image:${site.registry.address}/tiny:1`;
      const run = ["run", ...inputs(site), from];
      const { model } = JSON.parse(await readFile(join(site.at("model"), "ml-pipeline.json"), "utf8"));
      for (const flags of [keys(site), []]) {
        await done(mlPipeline([...flags, ...run, "report", "export", `--path=${site.at("compared")}`]));
        expect(JSON.parse(await readFile(join(site.at("compared"), "report.json"), "utf8"))).toMatchObject({
          verdict: "passed",
          // Nothing changed since that image was published, as its verdict in the registry says.
          approval: { change: [], comparedWith: model },
          gates: expect.arrayContaining([expect.objectContaining({ id: "regression", status: "passed" })]),
        });
      }
      await writeFile(site.at("other.pub"), ed25519().open);
      await refused(
        mlPipeline([`--verification-key=${site.at("other.pub")}`, ...run, "assert"]),
        /--baseline-from=image:.*\/tiny:1: its verdict sha256:\w+ has no signature of a trusted key: signed by key \w{16}/,
      );
      await refused(
        mlPipeline(["run", ...inputs(site), "--baseline-from=production", "assert"]),
        /expected store:NAME.*environment:NAME/,
      );
      await refused(
        mlPipeline(["run", ...inputs(site), "--baseline-from=environment:production", "assert"]),
        /--baseline-from=environment:production: there is no such environment/,
      );
    },
  },
];
