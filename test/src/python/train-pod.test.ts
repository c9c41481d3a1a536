import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runSpecification } from "../../../src/containers/commands.ts";
import { inFolder, pythonWith } from "./python.ts";
import { type StubS3, startStub } from "./stub-s3.ts";

/* What the containers of a training's pod do, one after the other, as the pod has them share a folder. */

let s3: StubS3;
beforeEach(async () => {
  s3 = await startStub();
});
afterEach(() => s3.close());

/** Runs a step, and gives its exit code and what it left as its message. */
async function step(
  folder: string,
  name: string,
  command: readonly string[] = [],
  inputs = "",
): Promise<{ readonly code: number; readonly said: unknown; readonly stdout: string }> {
  const run = JSON.parse(
    runSpecification([{ name: "train", args: command }], { folders: [join(folder, "model")], time: "train-seconds" }),
  );
  const message = join(folder, `${name}.message`);
  const spec = {
    ...{ store: { bucket: "bucket", prefix: "jobs/", endpoint: s3.url, region: "us-east-1" }, credentials: null },
    ...{ work: folder, parts: ["model"], message, results: join(folder, "results", "results.json") },
    run: JSON.stringify({ ...run, results: join(folder, "results") }),
  };
  const variables = { ML_PIPELINE_INPUTS: inputs };
  const { code, stdout } = await pythonWith(variables, "train_pod.py", name, JSON.stringify(spec));
  const text = await readFile(message, "utf8").catch(() => "null");
  return { code, said: JSON.parse(text), stdout };
}

test("the model that the training wrote is stored, and is fetched as the same file", async () => {
  await inFolder(async (folder) => {
    const write = `print("epoch 1"); open(${JSON.stringify(join(folder, "model", "m"))}, "w").write("weights")`;
    const trained = await step(folder, "train", ["python3", "-c", write]);
    expect(trained).toMatchObject({ code: 0, said: { exitCode: 0 }, stdout: "epoch 1\n" });
    const { code, said } = await step(folder, "store");
    expect(code).toBe(0);
    const { version } = said as { version: string };
    expect(version).toMatch(/^sha256:[0-9a-f]{64}$/);
    await inFolder(async (other) => {
      expect(await step(other, "fetch", [], version)).toMatchObject({ code: 0, said: { files: 1 } });
      expect(await readFile(join(other, "inputs", "model", "m"), "utf8")).toBe("weights");
    });
  });
});

test("the exit code of a command that fails is told, and the container's is one that is not tried again", async () => {
  await inFolder(async (folder) => {
    const { code, said } = await step(folder, "train", ["python3", "-c", "raise SystemExit(3)"]);
    expect({ code, said }).toMatchObject({ code: 1, said: { exitCode: 3 } });
  });
});

test("what a store does not have, or has otherwise, is no input", async () => {
  await inFolder(async (folder) => {
    const absent = `sha256:${"0".repeat(64)}`;
    expect(await step(folder, "fetch", [], absent)).toMatchObject({ code: 1, said: { kind: "absent" } });
    await mkdir(join(folder, "model"));
    await writeFile(join(folder, "model", "m"), "weights");
    const { said } = await step(folder, "store");
    for (const key of s3.objects.keys()) {
      if (key.startsWith("jobs/blobs/")) s3.objects.set(key, Buffer.from("other"));
    }
    const { version } = said as { version: string };
    await inFolder(async (other) => {
      expect(await step(other, "fetch", [], version)).toMatchObject({ code: 1, said: { kind: "damaged" } });
    });
  });
});
