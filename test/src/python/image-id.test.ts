import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parseJson } from "../../../src/json.ts";
import { describedImageSchema } from "../../../src/stages/build-image.ts";
import { inFolder, python } from "./python.ts";

/** Writes a blob of an OCI layout and gives its descriptor. */
function blob(layout: string, content: string | Buffer): { digest: string } {
  const hash = createHash("sha256").update(content).digest("hex");
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  writeFileSync(join(layout, "blobs/sha256", hash), content);
  return { digest: `sha256:${hash}` };
}

const json = (layout: string, value: unknown): { digest: string } => blob(layout, JSON.stringify(value));

/** A layer with files of some sizes. */
function layer(folder: string, files: Readonly<Record<string, number>>): Buffer {
  for (const [path, size] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), Buffer.alloc(size));
  }
  return execFileSync("tar", ["-c", "-C", folder, "."], { maxBuffer: 2 ** 26 });
}

test.each([0, 1, 2])("an image is described by its ID, size and folders, below %i indexes of platforms", (depth) =>
  inFolder(async (folder) => {
    const layout = join(folder, "layout");
    const config = json(layout, { architecture: "amd64", config: {} });
    const base = layer(join(folder, "base"), { "usr/lib/a/x": 5000, "usr/bin/y": 1000, "root-file": 10 });
    const code = layer(join(folder, "code"), {
      "app/src/m.py": 300,
      "app/conf/a/b": 40,
      "opt/venv/lib/python3.11/site-packages/numpy/core/z": 9000,
    });
    let top = json(layout, { schemaVersion: 2, config, layers: [blob(layout, base), blob(layout, code)] });
    for (let level = 0; level < depth; level++) top = json(layout, { schemaVersion: 2, manifests: [top] });
    writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [top] }));
    execFileSync("tar", ["-cf", join(folder, "image.tar"), "-C", layout, "index.json", "blobs"]);

    const result = join(folder, "image.json");
    expect(await python("image_id.py", join(folder, "image.tar"), result)).toMatchObject({ code: 0, stderr: "" });
    expect(parseJson(readFileSync(result, "utf8"), describedImageSchema, "image.json")).toEqual({
      id: config.digest,
      configuration: JSON.stringify({ architecture: "amd64", config: {} }),
      bytes: base.length + code.length,
      folders: [
        { path: "/opt/venv/lib/python3.11/site-packages/numpy", bytes: 9000 },
        { path: "/usr", bytes: 6000 },
        { path: "/app/src", bytes: 300 },
        { path: "/app/conf", bytes: 40 },
        { path: "/", bytes: 10 },
      ],
    });
  }),
);

test("a layer without the zeros that end an archive, as umoci writes it, is read to its last file", () =>
  inFolder(async (folder) => {
    const layout = join(folder, "layout");
    layer(join(folder, "base"), { "usr/x": 700, "etc/y": 30 });
    const whole = execFileSync("tar", ["-c", "-C", join(folder, "base"), "etc/y", "usr/x"]);
    const cut = whole.subarray(0, 512 + 512 + 512 + 700);
    const image = json(layout, { schemaVersion: 2, config: json(layout, {}), layers: [blob(layout, cut)] });
    writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [image] }));
    execFileSync("tar", ["-cf", join(folder, "image.tar"), "-C", layout, "index.json", "blobs"]);

    const result = join(folder, "image.json");
    expect(await python("image_id.py", join(folder, "image.tar"), result)).toMatchObject({ code: 0, stderr: "" });
    const packages = join(folder, "packages.json");
    expect(await python("image_packages.py", join(folder, "image.tar"), packages)).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(parseJson(readFileSync(result, "utf8"), describedImageSchema, "image.json")).toMatchObject({
      bytes: cut.length,
      folders: [
        { path: "/usr", bytes: 700 },
        { path: "/etc", bytes: 30 },
      ],
    });
  }));
